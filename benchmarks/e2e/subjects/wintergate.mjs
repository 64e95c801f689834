// Wintergate on Node, Bun or Deno: MIDDLEWARE says with what in it, ADAPTER where: by itself, in a Hono app, or around
// the `fetch` of a proxy.
import { createWriteStream } from 'node:fs';
import { createChain } from './chain.mjs';
import { serveFetch } from './serve-fetch.mjs';

const { PORT, UPSTREAM_PORT: upstreamPort, MIDDLEWARE: wanted, ADAPTER: adapter } = process.env;
const [port, host] = [Number(PORT), '127.0.0.1'];
const log = createWriteStream('/dev/null');
const write = (lines) => log.write(lines);
const isNode = globalThis.Bun === undefined && globalThis.Deno === undefined;
const [chain, end] = await createChain({ wanted, upstreamPort, write });

const adapters = {
  async hono() {
    const { Hono } = await import('hono');
    const { toHono } = await import('@wintergate/core/hono');
    const app = new Hono();
    const options = {};
    if (isNode) {
      const { nodeTransport, tuneNode } = await import('@wintergate/core/node');
      tuneNode();
      options.platform = { transport: await nodeTransport() };
    }
    app.all('*', toHono(chain, { ...options, end }));
    serveFetch(app.fetch);
  },
  async fetch() {
    const { Hono } = await import('hono');
    const { proxy } = await import('hono/proxy');
    const { wrapFetch } = await import('@wintergate/core/fetch');
    const node = isNode ? await import('@wintergate/core/node') : undefined;
    const customFetch = wrapFetch(chain, { fetch: await node?.nodeFetch() });
    const app = new Hono();
    const upstream = `http://127.0.0.1:${upstreamPort}`;
    app.all('*', (c) => proxy(`${upstream}${c.req.path}`, { ...c.req, customFetch }));
    serveFetch(app.fetch);
  },
  async own() {
    if (globalThis.Bun !== undefined) {
      const { toBun } = await import('@wintergate/core/bun');
      globalThis.Bun.serve({ ...toBun(chain, end), port, hostname: host });
    } else if (globalThis.Deno !== undefined) {
      const { toDeno } = await import('@wintergate/core/deno');
      const { fetch } = toDeno(chain, end);
      globalThis.Deno.serve({ port, hostname: host, onListen() {} }, fetch);
    } else {
      const { serveNode, tuneNode } = await import('@wintergate/core/node');
      tuneNode();
      await serveNode(chain, end, { port, host });
    }
  },
};
await adapters[adapter ?? 'own']();
