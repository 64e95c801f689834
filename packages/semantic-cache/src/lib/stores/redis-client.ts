/** The clients of Redis that there are, and their clusters, as one. */

/** ioredis, as far as it is used. */
export interface IoredisClient {
  call(command: string, ...args: (string | number)[]): Promise<unknown>;
  /** Its `keyPrefix` stands before each key that it sends, but not before what `SCAN` answers. */
  readonly options?: { readonly keyPrefix?: unknown } | undefined;
  /** Of a `Cluster`: the servers. */
  nodes?(role: 'master'): readonly IoredisClient[];
}
/** node-redis, as far as it is used. */
export interface NodeRedisClient {
  sendCommand(args: string[]): Promise<unknown>;
}
/** The cluster of node-redis, as far as it is used. */
export interface NodeRedisCluster {
  sendCommand(firstKey: string, isReadonly: boolean, args: string[]): Promise<unknown>;
  readonly masters: readonly unknown[];
  nodeClient(node: never): NodeRedisClient | Promise<NodeRedisClient>;
}
/** Bun's own client, as far as it is used. */
export interface BunRedisClient {
  send(command: string, args: string[]): Promise<unknown>;
}
export type RedisClient = IoredisClient | NodeRedisClient | NodeRedisCluster | BunRedisClient;

/** Sends one command, whose first argument is its key. */
export type RedisCommand = (command: string, ...args: string[]) => Promise<unknown>;

/** @throws {TypeError} for what is no client. */
export function commandOf(client: RedisClient): RedisCommand {
  if ('call' in client && typeof client.call === 'function')
    return (command, ...args) => client.call(command, ...args);
  if (isNodeCluster(client))
    return (command, ...args) => client.sendCommand(args[0] as string, false, [command, ...args]);
  if ('sendCommand' in client && typeof client.sendCommand === 'function')
    return (command, ...args) => (client as NodeRedisClient).sendCommand([command, ...args]);
  if ('send' in client && typeof client.send === 'function')
    return (command, ...args) => client.send(command, args);
  throw new TypeError('Expected a client of ioredis, node-redis or Bun');
}

/**
 * All names that begin so, by and by (`SCAN`), so that the server answers others meanwhile: of each server
 * that has keys of its own.
 */
export async function* scanNames(
  client: RedisClient,
  prefix: string,
): AsyncIterable<readonly string[]> {
  const before = keyPrefixOf(client);
  const pattern = patternOf(before + prefix);
  for (const command of await serversOf(client)) {
    let cursor = '0';
    do {
      const [next, names] = (await command('SCAN', cursor, 'MATCH', pattern, 'COUNT', '500')) as [
        unknown,
        unknown[],
      ];
      if (names.length > 0) yield names.map((name) => String(name).slice(before.length));
      cursor = String(next);
    } while (cursor !== '0');
  }
}

/** A pattern of all names that begin so: signs of patterns stand for themselves. */
export function patternOf(prefix: string): string {
  return `${prefix.replace(/[\\*?[\]]/g, '\\$&')}*`;
}

function keyPrefixOf(client: RedisClient): string {
  const { keyPrefix } = ('options' in client && client.options) || {};
  return typeof keyPrefix === 'string' ? keyPrefix : '';
}

async function serversOf(client: RedisClient): Promise<readonly RedisCommand[]> {
  if ('nodes' in client && typeof client.nodes === 'function')
    return client.nodes('master').map(commandOf);
  if (!isNodeCluster(client)) return [commandOf(client)];
  const servers = await Promise.all(client.masters.map((node) => client.nodeClient(node as never)));
  return servers.map(commandOf);
}

function isNodeCluster(client: RedisClient): client is NodeRedisCluster {
  return 'nodeClient' in client && typeof client.nodeClient === 'function';
}
