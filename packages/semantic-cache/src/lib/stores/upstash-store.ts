/** Entries in Upstash Redis, over HTTP: for hosts without sockets. */
import type { CacheStore } from '../cache-store.ts';
import { type TextStoreOptions, textStore } from './text-store.ts';

/** `@upstash/redis`, as far as it is used. */
export interface UpstashRedis {
  get(key: string): Promise<unknown>;
  set(key: string, value: string, options: { px: number }): Promise<unknown>;
  del(key: string): Promise<unknown>;
}

/**
 * Creates a store in Upstash Redis.
 *
 * @throws {RangeError} when `encryptionKey` is too short.
 * @example
 * semanticCache({ store: upstashStore(Redis.fromEnv()), secret: process.env.CACHE_SECRET });
 */
export function upstashStore(redis: UpstashRedis, options: TextStoreOptions = {}): CacheStore {
  return textStore(
    {
      get: (name) => redis.get(name),
      set: (name, text, ttlMs) => redis.set(name, text, { px: ttlMs }),
      delete: (name) => redis.del(name),
    },
    options,
  );
}
