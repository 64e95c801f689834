// Wintergate with nothing in it, one middleware, several, or all six: MIDDLEWARE says which. Limits are so high and
// budgets so large that none of them ever refuses, and the log really is written.
import { createWriteStream } from 'node:fs';
import { compose } from '@wintergate/core';
import { openaiCompatible, upstream } from '@wintergate/providers';

const { PORT, UPSTREAM_PORT, MIDDLEWARE } = process.env;
const provider = openaiCompatible({
  name: 'openai',
  baseUrl: `http://127.0.0.1:${UPSTREAM_PORT}/v1`,
  apiKey: 'sk-upstream',
});

const middleware = {
  async logger() {
    const { logger, jsonLinesSink } = await import('@wintergate/logger');
    const prices = await import('@wintergate/wire/prices');
    const file = createWriteStream('/dev/null');
    return logger({ sink: jsonLinesSink((lines) => file.write(lines)), prices });
  },
  async rateLimit() {
    const { rateLimit } = await import('@wintergate/ratelimit');
    return rateLimit({ limits: [{ name: 'rpm', quota: 1_000_000_000, window: '1 m' }] });
  },
  async promptGuard() {
    const { promptGuard } = await import('@wintergate/prompt-guard');
    return promptGuard();
  },
  async modelRouter() {
    const { modelRouter } = await import('@wintergate/router');
    return modelRouter({ routes: { 'gpt-*': provider }, aliases: { fast: 'gpt-4o-mini' } });
  },
  async semanticCache() {
    const { semanticCache } = await import('@wintergate/semantic-cache');
    return semanticCache({ tenant: 'shared' });
  },
  async failover() {
    const { failover } = await import('@wintergate/failover');
    return failover();
  },
};

const order = ['logger', 'rateLimit', 'promptGuard', 'modelRouter', 'semanticCache', 'failover'];
const wanted = order.filter((name) => MIDDLEWARE === 'all' || MIDDLEWARE.split(',').includes(name));
const chain = compose(...(await Promise.all(wanted.map((name) => middleware[name]()))));
const end = upstream({ provider });
const [port, host] = [Number(PORT), '127.0.0.1'];

if (globalThis.Bun !== undefined) {
  const { toBun } = await import('@wintergate/core/bun');
  globalThis.Bun.serve({ ...toBun(chain, end), port, hostname: host });
} else {
  const { serveNode } = await import('@wintergate/core/node');
  await serveNode(chain, end, { port, host });
}
