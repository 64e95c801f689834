/** Entries in Upstash Redis, over HTTP: for hosts without sockets. */
import { patternOf } from './redis-client.ts';
import { type TextStore, type TextStoreOptions, textStore } from './text-store.ts';

/** `@upstash/redis`, as far as it is used. */
export interface UpstashRedis {
  get(key: string): Promise<unknown>;
  set(
    key: string,
    value: string,
    options: { px: number } | { px: number; nx: true },
  ): Promise<unknown>;
  del(...keys: string[]): Promise<unknown>;
  /** Needed by `clear()` and to list entries. */
  scan?(
    cursor: string | number,
    options: { match: string; count: number },
  ): Promise<[string | number, string[]]>;
}

/**
 * Creates a store in Upstash Redis.
 *
 * @throws {RangeError} when `encryptionKey` is too short.
 * @example
 * semanticCache({ store: upstashStore(Redis.fromEnv()), secret: process.env.CACHE_SECRET });
 */
export function upstashStore(redis: UpstashRedis, options: TextStoreOptions = {}): TextStore {
  return textStore(
    {
      get: (name) => redis.get(name),
      set: (name, text, ttlMs) => redis.set(name, text, { px: ttlMs }),
      delete: (name) => redis.del(name),
      claim: async (name, ttlMs) => (await redis.set(name, '1', { nx: true, px: ttlMs })) !== null,
      async *names(prefix) {
        const match = patternOf(prefix);
        let cursor: string | number = '0';
        do {
          const found: [string | number, string[]] | undefined = await redis.scan?.(cursor, {
            match,
            count: 500,
          });
          if (found === undefined) throw new Error('The client of Upstash has no "scan"');
          if (found[1].length > 0) yield found[1];
          cursor = found[0];
        } while (String(cursor) !== '0');
      },
    },
    options,
  );
}
