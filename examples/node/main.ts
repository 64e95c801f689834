/** The gateway on Node: `node main.ts`. */
import { compose } from '@wintergate/core';
import { serveNode, tuneNode } from '@wintergate/core/node';
import { failover } from '@wintergate/failover';
import { logger } from '@wintergate/logger';
import { promptGuard } from '@wintergate/prompt-guard';
import { openai, simulated, upstream } from '@wintergate/providers';
import { rateLimit } from '@wintergate/ratelimit';
import { modelRouter } from '@wintergate/router';
import { semanticCache } from '@wintergate/semantic-cache';

const { OPENAI_API_KEY: apiKey, PORT = '8787' } = process.env;
const provider = apiKey ? openai({ apiKey }) : simulated();

const gateway = compose(
  logger(),
  rateLimit({ limits: [{ name: 'rpm', quota: 600, window: '1 m' }] }),
  promptGuard(),
  modelRouter({ default: provider }),
  semanticCache({ tenant: 'shared' }),
  failover(),
);

tuneNode();
const server = await serveNode(gateway, upstream({ provider }), { port: Number(PORT) });
console.log(`Listening on ${server.url}`);
process.once('SIGINT', () => server.close());
