/** The gateway on Deno and Deno Deploy: `deno serve --allow-net --allow-env main.ts`. */
import { bearerAuth, compose } from '@wintergate/core';
import { toDeno } from '@wintergate/core/deno';
import { failover } from '@wintergate/failover';
import { logger } from '@wintergate/logger';
import { promptGuard } from '@wintergate/prompt-guard';
import { openai, simulated, upstream } from '@wintergate/providers';
import { rateLimit } from '@wintergate/ratelimit';
import { modelRouter } from '@wintergate/router';
import { semanticCache } from '@wintergate/semantic-cache';

const apiKey = Deno.env.get('OPENAI_API_KEY');
const key = Deno.env.get('WINTERGATE_KEY');
// Callers present it as a bearer token: without it anybody could spend your key.
if (apiKey && !key) throw new Error('Set WINTERGATE_KEY beside OPENAI_API_KEY');
const provider = apiKey ? openai({ apiKey }) : simulated();

const gateway = compose(
  logger(),
  ...(key ? [bearerAuth({ keys: [key] })] : []),
  rateLimit({ limits: [{ name: 'rpm', quota: 600, window: '1 m' }] }),
  promptGuard(),
  modelRouter({ default: provider }),
  semanticCache(key ? {} : { tenant: 'shared' }),
  failover(),
);

export default toDeno(gateway, upstream({ provider }));
