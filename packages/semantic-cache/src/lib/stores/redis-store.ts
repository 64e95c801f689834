/** Entries in Redis or Valkey, through the client that the user has. */
import { type TextStore, type TextStoreOptions, textStore } from './text-store.ts';

/** ioredis, as far as it is used. */
export interface IoredisClient {
  call(command: string, ...args: (string | number)[]): Promise<unknown>;
}
/** node-redis, as far as it is used. */
export interface NodeRedisClient {
  sendCommand(args: string[]): Promise<unknown>;
}
/** Bun's own client, as far as it is used. */
export interface BunRedisClient {
  send(command: string, args: string[]): Promise<unknown>;
}
export type RedisClient = IoredisClient | NodeRedisClient | BunRedisClient;

/** Sends one command. */
export type RedisCommand = (command: string, ...args: string[]) => Promise<unknown>;

/** @throws {TypeError} for what is no client. */
export function commandOf(client: RedisClient): RedisCommand {
  if ('call' in client && typeof client.call === 'function')
    return (command, ...args) => client.call(command, ...args);
  if ('sendCommand' in client && typeof client.sendCommand === 'function')
    return (command, ...args) => client.sendCommand([command, ...args]);
  if ('send' in client && typeof client.send === 'function')
    return (command, ...args) => client.send(command, args);
  throw new TypeError('Expected a client of ioredis, node-redis or Bun');
}

/**
 * Creates a store in Redis, Valkey or what speaks their protocol. Entries expire there by themselves
 * (`SET … PX`); when memory is short, the server's own policy says which go first.
 *
 * @param client of ioredis, node-redis (connected) or Bun; it stays the caller's, who closes it.
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
      names: (prefix) => scan(command, prefix),
    },
    options,
  );
}

/** Names by and by (`SCAN`), so that the server answers others meanwhile. */
async function* scan(command: RedisCommand, prefix: string): AsyncIterable<readonly string[]> {
  const pattern = patternOf(prefix);
  let cursor = '0';
  do {
    const [next, names] = (await command('SCAN', cursor, 'MATCH', pattern, 'COUNT', '500')) as [
      unknown,
      unknown[],
    ];
    if (names.length > 0) yield names.map(String);
    cursor = String(next);
  } while (cursor !== '0');
}

/** All names that begin so: signs of patterns stand for themselves. */
export function patternOf(prefix: string): string {
  return `${prefix.replace(/[\\*?[\]]/g, '\\$&')}*`;
}
