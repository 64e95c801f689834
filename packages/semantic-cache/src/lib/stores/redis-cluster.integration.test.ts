import {
  clusterVersion,
  findRedis,
  type RedisCluster,
  requireOrSkip,
  startRedisCluster,
} from '@wintergate/test-helpers';
import { Cluster, Redis } from 'ioredis';
import { createCluster } from 'redis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cacheStoreConformance, entry, key } from '../cache-store.conformance.ts';
import { vectorIndexConformance } from '../vector-index.conformance.ts';
import type { RedisClient } from './redis-client.ts';
import { redisIndex } from './redis-index.ts';
import { redisStore } from './redis-store.ts';

const host = '127.0.0.1';
const here = requireOrSkip({
  suite: 'unit',
  what: 'the semantic cache in a cluster of Redis',
  available: findRedis(clusterVersion) !== undefined,
  why: `no redis-server of version ${clusterVersion} is installed (apt-get install redis-server)`,
});

describe.runIf(here)('in a cluster of three real Redis servers', () => {
  let servers: RedisCluster;
  let io: Cluster;
  let prefixed: Cluster;
  let node: ReturnType<typeof createCluster>;
  let count = 0;
  /** Each test its own: what one leaves behind is nothing to another. */
  const prefix = (): string => `t${++count}:`;

  beforeAll(async () => {
    servers = await startRedisCluster(3);
    const roots = servers.ports.map((port) => ({ host, port }));
    io = new Cluster(roots);
    prefixed = new Cluster(roots, { keyPrefix: 'mine:' });
    node = createCluster({ rootNodes: roots.map((socket) => ({ socket })) });
    await node.connect();
  });
  afterAll(async () => {
    io?.disconnect();
    prefixed?.disconnect();
    await node?.close();
    await servers?.stop();
  });

  const clients: readonly (readonly [string, () => RedisClient])[] = [
    ['ioredis', () => io],
    ['ioredis with a keyPrefix', () => prefixed],
    ['node-redis', () => node],
  ];

  describe.each(clients)('by %s', (name, client) => {
    cacheStoreConformance(`redisStore(), ${name}`, (now) =>
      redisStore(client(), { prefix: prefix(), now }),
    );
    vectorIndexConformance(`redisIndex(), ${name}`, (now) =>
      redisIndex(client(), { prefix: prefix(), now }),
    );

    it('lists and clears what lies on every server, and nothing else', async () => {
      const [own, other] = [prefix(), prefix()];
      const names = Array.from({ length: 60 }, (_, at) => `k${at}`);
      const keep = async (store: ReturnType<typeof redisStore>): Promise<void> => {
        for (const name of names)
          await store.set(key(name), entry(name, { expiresAt: Date.now() + 60_000 }));
      };
      const store = redisStore(client(), { prefix: own });
      const another = redisStore(client(), { prefix: other });
      await keep(store);
      await keep(another);
      for (const port of servers.ports) {
        const server = new Redis({ port, host });
        expect((await server.keys(`*${own}*`)).length).toBeGreaterThan(5);
        server.disconnect();
      }
      const listed: string[] = [];
      for await (const { key: listedKey } of store.entries?.() ?? []) listed.push(listedKey);
      expect(listed.sort()).toEqual([...names].sort());
      await store.clear();
      expect(await store.get(key('k1'))).toBeUndefined();
      expect(await another.get(key('k59'))).toMatchObject({ key: 'k59' });
    });
  });
});
