// Wintergate on Node, Bun or Deno: MIDDLEWARE says with what in it.
import { createWriteStream } from 'node:fs';
import { createChain } from './chain.mjs';

const { PORT, UPSTREAM_PORT: upstreamPort, MIDDLEWARE: wanted } = process.env;
const [port, host] = [Number(PORT), '127.0.0.1'];
const log = createWriteStream('/dev/null');
const write = (lines) => log.write(lines);
const [chain, end] = await createChain({ wanted, upstreamPort, write });

if (globalThis.Bun !== undefined) {
  const { toBun } = await import('@wintergate/core/bun');
  globalThis.Bun.serve({ ...toBun(chain, end), port, hostname: host });
} else if (globalThis.Deno !== undefined) {
  const { toDeno } = await import('@wintergate/core/deno');
  globalThis.Deno.serve({ port, hostname: host, onListen() {} }, toDeno(chain, end).fetch);
} else {
  const { serveNode, tuneNode } = await import('@wintergate/core/node');
  tuneNode();
  await serveNode(chain, end, { port, host });
}
