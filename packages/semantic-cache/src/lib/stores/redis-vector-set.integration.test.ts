import {
  findRedis,
  type RedisServer,
  reportRan,
  requireOrSkip,
  startRedis,
} from '@wintergate/test-helpers';
import { Redis } from 'ioredis';
import { createClient } from 'redis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dotProduct } from '../embedder.ts';
import { item, unit, vectorIndexConformance } from '../vector-index.conformance.ts';
import type { RedisClient } from './redis-client.ts';
import { redisVectorSetIndex } from './redis-vector-set.ts';

const suite = 'unit';
const here = requireOrSkip({
  suite,
  what: 'vector sets of a real Redis 8',
  available: findRedis(8) !== undefined,
  why: 'no redis-server of version 8 in the PATH, and WINTERGATE_REDIS_8 names none',
});

describe.runIf(here)('in a real Redis 8', () => {
  let server: RedisServer;
  let io: Redis;
  let two: ReturnType<typeof createClient>;
  let three: ReturnType<typeof createClient>;
  let count = 0;
  /** Each test its own: what one leaves behind is nothing to another. */
  const prefix = (): string => `t${++count}:`;

  beforeAll(async () => {
    server = await startRedis(8);
    reportRan({ suite, runtime: 'redis-server', version: server.version });
    const host = '127.0.0.1';
    io = new Redis({ port: server.port, host, maxRetriesPerRequest: 0 });
    const socket = { port: server.port, host };
    two = createClient({ socket, RESP: 2 }) as never;
    three = createClient({ socket, RESP: 3 }) as never;
    await Promise.all([two.connect(), three.connect()]);
  });
  afterAll(async () => {
    io?.disconnect();
    await Promise.all([two?.close(), three?.close()]);
    await server?.stop();
  });

  const clients: readonly (readonly [string, () => RedisClient])[] = [
    [
      'ioredis',
      () => ({ sendCommand: ([name = '', ...rest]: string[]) => io.call(name, ...rest) }),
    ],
    ['node-redis, RESP2', () => two as unknown as RedisClient],
    ['node-redis, RESP3', () => three as unknown as RedisClient],
  ];

  for (const [name, client] of clients) {
    /** The clients are there once the tests run. */
    const late: RedisClient = {
      sendCommand: (args: string[]) =>
        (client() as { sendCommand(args: string[]): Promise<unknown> }).sendCommand(args),
    } as RedisClient;
    vectorIndexConformance(`redisVectorSetIndex(), ${name}`, (now) =>
      redisVectorSetIndex(late, { prefix: prefix(), now }),
    );
  }

  it('finds the nearest of many, as near as they are', async () => {
    const index = redisVectorSetIndex(clients[0]![1](), { prefix: prefix() });
    const random = createRandom(7);
    const vectors = Array.from({ length: 1000 }, () =>
      unit(...Array.from({ length: 64 }, () => random() - 0.5)),
    );
    const adds = vectors.map((vector, at) => index.add(item({ id: `v${at}`, vector })));
    await Promise.all(adds);
    let nearestFound = 0;
    for (const vector of vectors.slice(0, 100)) {
      const asked = unit(...vector.map((value) => value + (random() - 0.5) * 0.1));
      const exact = vectors.map((other) => dotProduct(asked, other));
      const best = exact.indexOf(Math.max(...exact));
      const found = await index.query('one', asked, 3);
      expect(found).toHaveLength(3);
      if (found[0]?.id === `v${best}`) nearestFound++;
      // Eight bits a dimension.
      for (const { id, similarity } of found)
        expect(Math.abs(similarity - exact[Number(id.slice(1))]!)).toBeLessThan(0.01);
    }
    expect(nearestFound).toBeGreaterThanOrEqual(99);
  });

  it('removes what it finds to be over, and the scope with its last item', async () => {
    let time = 0;
    const own = prefix();
    const index = redisVectorSetIndex(clients[0]![1](), { prefix: own, now: () => time });
    await index.add(item({ id: 'a', expiresAt: 60_000 }));
    await index.add(item({ id: 'b', expiresAt: 30_000 }));
    expect(Number(await io.pttl(`${own}one`))).toBeGreaterThan(50_000);
    time = 30_000;
    expect((await index.query('one', unit(1, 0, 0), 5)).map(({ id }) => id)).toEqual(['a']);
    expect(await io.call('VCARD', `${own}one`)).toBe(1);
    await index.delete('one', 'a');
    expect(await io.exists(`${own}one`)).toBe(0);
  });

  it('refuses a vector of other dimensions, and keeps what is there', async () => {
    const index = redisVectorSetIndex(clients[0]![1](), { prefix: prefix() });
    await index.add(item({ id: 'a' }));
    await expect(index.add(item({ id: 'b', vector: unit(1, 0) }))).rejects.toThrow('dimension');
    await expect(index.query('one', unit(1, 0), 5)).rejects.toThrow('dimension');
    expect((await index.query('one', unit(1, 0, 0), 5)).map(({ id }) => id)).toEqual(['a']);
  });
});

/** Numbers from 0 to 1, the same with each run (a linear congruential generator). */
function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
