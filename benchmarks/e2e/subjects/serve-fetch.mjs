// Serves a fetch handler the usual way of the runtime: Bun.serve, Deno.serve, or @hono/node-server on Node.
const port = Number(process.env.PORT);

export async function serveFetch(fetch) {
  if (globalThis.Bun !== undefined) {
    globalThis.Bun.serve({ fetch, port, hostname: '127.0.0.1' });
    return;
  }
  if (globalThis.Deno !== undefined) {
    globalThis.Deno.serve({ port, hostname: '127.0.0.1', onListen() {} }, (request) =>
      fetch(request),
    );
    return;
  }
  const { serve } = await import('@hono/node-server');
  serve({ fetch, port, hostname: '127.0.0.1' });
}
