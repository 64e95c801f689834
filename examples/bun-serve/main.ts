/** The gateway on Bun: `BUN_CONFIG_MAX_HTTP_REQUESTS=65336 bun main.ts`; without it 256 calls go out at a time at most. */
import { compose } from '@wintergate/core';
import { toBun } from '@wintergate/core/bun';
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

export default {
  hostname: '127.0.0.1',
  port: Number(PORT),
  ...toBun(gateway, upstream({ provider })),
};
