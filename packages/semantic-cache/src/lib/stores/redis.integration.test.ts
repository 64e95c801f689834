import { Redis as UpstashClient } from '@upstash/redis';
import { type Handler, toHandler } from '@wintergate/core';
import {
  findRedis,
  type RedisServer,
  reportRan,
  requireOrSkip,
  startRedis,
  startUpstashFront,
  type UpstashFront,
} from '@wintergate/test-helpers';
import { Redis } from 'ioredis';
import { createClient } from 'redis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cacheStoreConformance, entry, key } from '../cache-store.conformance.ts';
import { semanticCache } from '../semantic-cache.ts';
import { item, unit, vectorIndexConformance } from '../vector-index.conformance.ts';
import type { RedisClient } from './redis-client.ts';
import { redisIndex } from './redis-index.ts';
import { redisStore } from './redis-store.ts';
import { upstashStore } from './upstash-store.ts';

const suite = 'unit';
const here = requireOrSkip({
  suite,
  what: 'the semantic cache in a real Redis',
  available: findRedis() !== undefined,
  why: 'redis-server is not installed (apt-get install redis-server)',
});

describe.runIf(here)('in a real Redis', () => {
  let server: RedisServer;
  let front: UpstashFront;
  let io: Redis;
  let node: ReturnType<typeof createClient>;
  let upstash: UpstashClient;
  let count = 0;
  /** Each test its own: what one leaves behind is nothing to another. */
  const prefix = (): string => `t${++count}:`;

  beforeAll(async () => {
    server = await startRedis();
    reportRan({ suite, runtime: 'redis-server', version: server.version });
    io = new Redis({ port: server.port, host: '127.0.0.1', maxRetriesPerRequest: 0 });
    node = createClient({ socket: { port: server.port, host: '127.0.0.1' } });
    await node.connect();
    front = await startUpstashFront({ redisPort: server.port });
    upstash = new UpstashClient({ url: front.url, token: front.token, enableTelemetry: false });
  });
  afterAll(async () => {
    io?.disconnect();
    await node?.close();
    await front?.close();
    await server?.stop();
  });

  /** The clients are there once the tests run. */
  const late = (client: () => RedisClient): RedisClient => ({
    sendCommand: (args: string[]) => {
      const real = client();
      if ('call' in real) return real.call(args[0] as string, ...args.slice(1));
      return (real as { sendCommand(args: string[]): Promise<unknown> }).sendCommand(args);
    },
  });
  const clients: readonly (readonly [string, () => RedisClient])[] = [
    ['ioredis', () => io as unknown as RedisClient],
    ['node-redis', () => node as unknown as RedisClient],
  ];

  for (const [name, client] of clients) {
    cacheStoreConformance(`redisStore(), ${name}`, (now) =>
      redisStore(late(client), { prefix: prefix(), now }),
    );
    vectorIndexConformance(`redisIndex(), ${name}`, (now) =>
      redisIndex(late(client), { prefix: prefix(), now }),
    );

    it(`takes a client of ${name} as it is`, async () => {
      const store = redisStore(client(), { prefix: prefix() });
      await store.set(key('a'), entry('a', { expiresAt: Date.now() + 60_000 }));
      expect((await store.get(key('a')))?.key).toBe('a');
    });
  }

  cacheStoreConformance('upstashStore()', (now) =>
    upstashStore(
      {
        get: (name) => upstash.get(name),
        set: (name, value, options) => upstash.set(name, value, options),
        del: (...names) => upstash.del(...names),
        scan: (cursor, options) => upstash.scan(cursor, options) as never,
      },
      { prefix: prefix(), now },
    ),
  );

  it('shares answers between instances: the same call, and one alike', async () => {
    const own = prefix();
    let asked = 0;
    /** As another process would have it. */
    const instance = () => {
      const cache = semanticCache({
        store: redisStore(io as never, {
          prefix: own,
          encryptionKey: 'of sixteen characters or more',
        }),
        semantic: { index: redisIndex(io as never, { prefix: own }) },
        secret: 'the same for all instances',
        tenant: 'shared',
      });
      return toHandler(cache, () => {
        asked++;
        return Response.json({
          ...{ id: 'c', object: 'chat.completion', created: 1, model: 'm' },
          choices: [
            { index: 0, message: { role: 'assistant', content: 'Blue' }, finish_reason: 'stop' },
          ],
        });
      });
    };
    const ask = async (handler: Handler, content: string) => {
      const body = JSON.stringify({ model: 'm', messages: [{ role: 'user', content }] });
      const headers = { 'content-type': 'application/json' };
      const response = await handler(
        new Request('http://gateway.test/v1/chat/completions', { method: 'POST', headers, body }),
      );
      await response.text();
      return response.headers.get('cache-status') ?? '';
    };
    const [first, second] = [instance(), instance()];
    expect(await ask(first, 'What is the colour of the sky in summer')).toContain('fwd=miss');
    await expect.poll(() => io.dbsize()).toBeGreaterThan(0);
    await expect
      .poll(() => ask(second, 'What is the colour of the sky in summer'))
      .toContain('detail=exact');
    await expect.poll(() => io.keys(`${own}*:order`)).toHaveLength(1);
    const alike = 'What is the colour of the sky in summer please';
    expect(await ask(second, alike)).toMatch(/hit.*semantic/);
    expect(await ask(second, 'What is the colour of the sky in winter')).toContain('fwd=miss');
    expect(asked).toBeLessThanOrEqual(3);
    const names = (await io.keys(`${own}*`)).filter((name) => !name.includes('order'));
    for (const name of names) expect(await io.get(name).catch(() => '')).not.toContain('Blue');
  });

  it('is emptied of its own names only, whatever signs are in the prefix', async () => {
    const expiresAt = Date.now() + 60_000;
    const store = redisStore(io as never, { prefix: 'a*[x]?:' });
    await store.set(key('k'), entry('k', { expiresAt }));
    await io.set('abx:k', 'other');
    await store.clear();
    expect(await store.get(key('k'))).toBeUndefined();
    expect(await io.get('abx:k')).toBe('other');
  });

  it('lets the server forget what has expired', async () => {
    const own = prefix();
    await redisStore(io as never, { prefix: own }).set(
      key('a'),
      entry('a', { expiresAt: Date.now() + 60_000 }),
    );
    const ttl = await io.pttl(`${own}a`);
    expect(ttl).toBeGreaterThan(50_000);
    expect(ttl).toBeLessThanOrEqual(60_000);
    const index = redisIndex(io as never, { prefix: own });
    await index.add(item({ id: 'a', expiresAt: Date.now() + 60_000 }));
    expect(await io.pttl(`${own}one`)).toBeGreaterThan(50_000);
    await index.add(item({ id: 'b', expiresAt: Date.now() + 1000 }));
    expect(await io.pttl(`${own}one:order`)).toBeGreaterThan(50_000);
    expect(await io.pttl(`${own}one`)).toBeGreaterThan(50_000);
  });

  it('lets those go first that expire first, once a scope is full', async () => {
    const own = prefix();
    const index = redisIndex(io as never, { prefix: own, maxItemsPerScope: 3, now: () => 0 });
    for (const [at, id] of ['c', 'a', 'd', 'b', 'e'].entries())
      await index.add(item({ id, expiresAt: 1000 * (5 - at) }));
    const left = await index.query('one', unit(1, 0, 0), 9);
    expect(left.map(({ id }) => id).sort()).toEqual(['a', 'c', 'd']);
    expect(await io.hlen(`${own}one`)).toBe(3);
    expect(await io.zcard(`${own}one:order`)).toBe(3);
  });

  it('keeps cosines to a hundredth', async () => {
    const index = redisIndex(io as never, { prefix: prefix() });
    let state = 7;
    const random = (): number => {
      state = (state * 48_271) % 2_147_483_647;
      return state / 2_147_483_647 - 0.5;
    };
    const vectors = Array.from({ length: 40 }, () => unit(...Array.from({ length: 64 }, random)));
    for (const [at, vector] of vectors.entries()) await index.add(item({ id: `${at}`, vector }));
    const [asked] = vectors as [Float32Array];
    for (const { id, similarity } of await index.query('one', asked, 40)) {
      const exact = (vectors[Number(id)] as Float32Array).reduce(
        (sum, value, at) => sum + value * (asked[at] as number),
        0,
      );
      expect(Math.abs(similarity - exact)).toBeLessThan(0.01);
    }
  });

  it('passes over what is no item, or of other dimensions', async () => {
    const own = prefix();
    const index = redisIndex(io as never, { prefix: own });
    await index.add(item({ id: 'a' }));
    await io.hset(
      `${own}one`,
      'x',
      'rubbish',
      'y',
      '{"text":1}',
      'z',
      '{"text":"t","expiresAt":9e15,"vector":"*"}',
    );
    expect((await index.query('one', unit(1, 0, 0), 9)).map(({ id }) => id)).toEqual(['a']);
    expect(await index.query('one', unit(1, 0), 9)).toEqual([]);
  });

  it('fails, and does not hang, when the server is gone', async () => {
    const gone = new Redis({
      ...{ port: 1, host: '127.0.0.1', lazyConnect: true, maxRetriesPerRequest: 0 },
      retryStrategy: () => null,
    });
    gone.on('error', () => {});
    await expect(redisStore(gone as never).get(key('a'))).rejects.toThrow();
  });

  it('refuses what is no client', () => {
    expect(() => redisStore({} as never)).toThrow('Expected a client of ioredis');
    expect(() => redisIndex(io as never, { maxItemsPerScope: 0 })).toThrow('"maxItemsPerScope"');
  });
});
