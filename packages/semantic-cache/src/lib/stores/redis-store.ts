/** Entries in Redis or Valkey, through the client that the user has. */
import { commandOf, type RedisClient, scanNames } from './redis-client.ts';
import { type TextStore, type TextStoreOptions, textStore } from './text-store.ts';

/**
 * Creates a store in Redis, Valkey or what speaks their protocol. Entries expire there by themselves
 * (`SET … PX`); when memory is short, the server's own policy says which go first.
 *
 * @param client of ioredis, node-redis (connected) or Bun, or the cluster of one of the first two; it stays
 *   the caller's, who closes it.
 * @throws {TypeError} for what is no client; {RangeError} when `encryptionKey` is too short.
 * @example
 * semanticCache({ store: redisStore(new Redis(process.env.REDIS_URL)), secret: process.env.CACHE_SECRET });
 */
export function redisStore(client: RedisClient, options: TextStoreOptions = {}): TextStore {
  const command = commandOf(client);
  return textStore(
    {
      get: (name) => command('GET', name),
      set: (name, text, ttlMs) => command('SET', name, text, 'PX', String(ttlMs)),
      delete: (name) => command('DEL', name),
      async claim(name, ttlMs) {
        return (await command('SET', name, '1', 'NX', 'PX', String(ttlMs))) !== null;
      },
      names: (prefix) => scanNames(client, prefix),
    },
    options,
  );
}
