/**
 * @module The semantic cache in Redis or Valkey: entries, and vectors without modules.
 *
 * @example
 * import { semanticCache } from '@wintergate/semantic-cache';
 * import { redisIndex, redisStore } from '@wintergate/semantic-cache/redis';
 * const cache = semanticCache({ store: redisStore(redis), semantic: { index: redisIndex(redis) }, secret });
 *
 * Runs on: where the client runs: Node, Bun, Deno.
 */
export type {
  BunRedisClient,
  IoredisClient,
  NodeRedisClient,
  NodeRedisCluster,
  RedisClient,
} from './lib/stores/redis-client.ts';
export { type RedisIndexOptions, redisIndex } from './lib/stores/redis-index.ts';
export { redisStore } from './lib/stores/redis-store.ts';
export { type RedisVectorSetOptions, redisVectorSetIndex } from './lib/stores/redis-vector-set.ts';
export type { TextStore, TextStoreOptions } from './lib/stores/text-store.ts';
