import { describe, expect, it } from 'vitest';
import type { HandlerOptions } from './handler.ts';
import { serveNode } from './node-serve.ts';
import { nodeTransport } from './node-transport.ts';
import { toBun } from './to-bun.ts';
import { toDeno } from './to-deno.ts';
import { toHono } from './to-hono.ts';
import { toVercel } from './to-vercel.ts';
import { toWorker } from './to-worker.ts';
import type { Middleware } from './types.ts';
import { wrapFetch } from './wrap-fetch.ts';

const chain: Middleware = (_request, next) => next();
const end = () => new Response('ok');

/** Each adapter with options that suit it; what makes a promise is told by it. */
const adapters: Record<string, [(options: never) => unknown, object]> = {
  toBun: [(options) => toBun(chain, end, options), { idleTimeout: 9 }],
  toDeno: [(options) => toDeno(chain, end, options), {}],
  toWorker: [(options) => toWorker(chain, end, options), {}],
  toVercel: [(options) => toVercel(chain, end, options), {}],
  toHono: [(options) => toHono(chain, options), { clientAddress: () => '127.0.0.1' }],
  wrapFetch: [(options) => wrapFetch(chain, options), { fetch }],
};
const shared: Required<HandlerOptions> = {
  maxBodyBytes: 9,
  onEvent: () => {},
  platform: { name: 'test', sharesIo: true, client: true, env: {}, native: {} },
};

describe('an adapter', () => {
  it.each(Object.entries(adapters))(
    '%s() refuses names that it does not know',
    (name, [create, own]) => {
      expect(() => create({ ...shared, ...own } as never)).not.toThrow();
      expect(() => create({ ...own, onevent: () => {} } as never)).toThrow(
        new RegExp(`^Remove "onevent" from the options of ${name}\\(\\): it knows .*\\bonEvent\\b`),
      );
      expect(() => create({ ...own, platform: { sharesIO: false } } as never)).toThrow(
        new RegExp(
          `^Remove "sharesIO" from the options of "platform" of ${name}\\(\\): .*\\bsharesIo\\b`,
        ),
      );
    },
  );

  it('serveNode() and nodeTransport() refuse names that they do not know', async () => {
    await expect(serveNode(chain, end, { Port: 0 } as never)).rejects.toThrow(
      /^Remove "Port" from the options of serveNode\(\): it knows .*\bport\b/,
    );
    await expect(nodeTransport({ maxConnections: 2 } as never)).rejects.toThrow(
      /^Remove "maxConnections" from the options of nodeTransport\(\): it knows .*\bconnections\b/,
    );
  });
});
