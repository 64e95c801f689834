/**
 * @module Rate limits for AI traffic: several at once, in memory or in a store of your own.
 *
 * @example
 * import { compose, toHandler } from '@wintergate/core';
 * import { rateLimit } from '@wintergate/ratelimit';
 *
 * const limiter = rateLimit({ limits: [{ name: 'rpm', quota: 60, window: '1 m' }] });
 * export default { fetch: toHandler(compose(limiter), (request) => fetch(request)) };
 *
 * Runs on: Node, Bun, Deno, Workers, Edge.
 */
export { type MemoryStoreOptions, memoryStore } from './lib/memory-store.ts';
export type { LimitKey, LimitOptions, LimitState, RateLimitOptions } from './lib/options.ts';
export { rateLimit } from './lib/rate-limit.ts';
export type {
  LimitAlgorithm,
  LimitRule,
  RateLimitStore,
  StoreState,
  Take,
  TakeResult,
} from './lib/types.ts';
