/**
 * @module Counts with `@upstash/ratelimit` (an optional peer, version 2 or later).
 *
 * @example
 * import { Ratelimit } from '@upstash/ratelimit';
 * import { Redis } from '@upstash/redis';
 * import { rateLimit } from '@wintergate/ratelimit';
 * import { upstashLimiter } from '@wintergate/ratelimit/upstash';
 *
 * const redis = Redis.fromEnv();
 * const store = upstashLimiter(({ quota, windowMs }) =>
 *   new Ratelimit({ redis, limiter: Ratelimit.slidingWindow(quota, `${windowMs} ms`) }));
 * const limiter = rateLimit({ store, secret: 'the same for all', limits: [{ name: 'rpm', quota: 60, window: '1 m' }] });
 *
 * Runs on: Node, Bun, Deno, Workers, Edge.
 */
export {
  type UpstashRatelimit,
  type UpstashResult,
  upstashLimiter,
} from './lib/upstash-limiter.ts';
