/** An existing Hono app whose AI routes get a guard, a router and a cache: `node main.ts`. */
import { serve } from '@hono/node-server';
import { getConnInfo } from '@hono/node-server/conninfo';
import { compose } from '@wintergate/core';
import { toHono } from '@wintergate/core/hono';
import { nodeTransport } from '@wintergate/core/node';
import { failover } from '@wintergate/failover';
import { logger } from '@wintergate/logger';
import { promptGuard } from '@wintergate/prompt-guard';
import { openai, simulated, upstream } from '@wintergate/providers';
import { rateLimit } from '@wintergate/ratelimit';
import { modelRouter } from '@wintergate/router';
import { semanticCache } from '@wintergate/semantic-cache';
import { type Context, Hono } from 'hono';

const { OPENAI_API_KEY: apiKey, PORT = '8787' } = process.env;
const provider = apiKey ? openai({ apiKey }) : simulated();
const clientAddress = (c: Context) => getConnInfo(c).remote.address;

const app = new Hono();
app.get('/', (c) => c.text('The app that was here before'));

// Separate mounts share one exchange; their order is checked on the first request.
app.use('/v1/*', toHono(logger(), { clientAddress }));
app.use('/v1/*', toHono(rateLimit({ limits: [{ name: 'rpm', quota: 600, window: '1 m' }] })));
const chain = compose(
  promptGuard(),
  modelRouter({ default: provider }),
  semanticCache({ tenant: 'shared' }),
  failover(),
);
// On Node much faster than the global `fetch`.
const end = upstream({ transport: await nodeTransport() });
app.post('/v1/*', toHono(chain, { end }));

serve({ fetch: app.fetch, hostname: '127.0.0.1', port: Number(PORT) });
