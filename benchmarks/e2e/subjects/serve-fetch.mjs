// Serves a fetch handler the usual way of the runtime: Bun.serve, or @hono/node-server on Node.
const port = Number(process.env.PORT);

export async function serveFetch(fetch) {
  if (globalThis.Bun !== undefined) {
    globalThis.Bun.serve({ fetch, port, hostname: '127.0.0.1' });
    return;
  }
  const { serve } = await import('@hono/node-server');
  serve({ fetch, port, hostname: '127.0.0.1' });
}
