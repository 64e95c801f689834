import { Ratelimit } from '@upstash/ratelimit';
import { Redis } from '@upstash/redis';
import { compose, createReply, toHandler } from '@wintergate/core';
import {
  findRedis,
  type RedisServer,
  reportRan,
  requireOrSkip,
  startRedis,
  startUpstashFront,
  type UpstashFront,
} from '@wintergate/test-helpers';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { rateLimit } from './rate-limit.ts';
import { testStore } from './store-suite.ts';
import type { LimitAlgorithm } from './types.ts';
import { upstashLimiter } from './upstash-limiter.ts';

const suite = 'unit';
const here = requireOrSkip({
  suite,
  what: 'upstashLimiter() with the real clients on a real Redis',
  available: findRedis() !== undefined,
  why: 'redis-server is not installed (apt-get install redis-server)',
});
const secret = 'the-same-for-all-processes';

describe.runIf(here)('upstashLimiter() with the real clients on a real Redis', () => {
  let server: RedisServer;
  let front: UpstashFront;
  let redis: Redis;
  /** The client reads the clock itself, so the tests move the clock that it reads. */
  let time = Date.UTC(2026, 10, 1);

  beforeAll(async () => {
    server = await startRedis();
    reportRan({ suite, runtime: 'redis-server', version: server.version });
    front = await startUpstashFront({ redisPort: server.port });
    redis = new Redis({ url: front.url, token: front.token, enableTelemetry: false });
  });
  afterAll(async () => {
    await front?.close();
    await server?.stop();
  });
  beforeEach(() => {
    vi.spyOn(Date, 'now').mockImplementation(() => time);
  });
  afterEach(() => {
    vi.restoreAllMocks();
    time += 3_600_000;
  });

  testStore({
    name: 'upstash, fixed window',
    create: () =>
      upstashLimiter(
        ({ quota, windowMs }) =>
          new Ratelimit({ redis, limiter: Ratelimit.fixedWindow(quota, `${windowMs} ms`) }),
      ),
    now: () => time,
    advance: (milliseconds) => void (time += milliseconds),
  });

  function algorithm(name: LimitAlgorithm, quota: number) {
    if (name === 'fixed-window') return Ratelimit.fixedWindow(quota, '60 s');
    if (name === 'sliding-window') return Ratelimit.slidingWindow(quota, '60 s');
    return Ratelimit.tokenBucket(quota, '60 s', quota);
  }

  it.each<LimitAlgorithm>(['fixed-window', 'sliding-window', 'token-bucket'])(
    'limits through the whole chain by %s',
    async (name) => {
      const store = upstashLimiter(({ quota }) => {
        const limiter = algorithm(name, quota);
        return new Ratelimit({ redis, limiter, prefix: `chain-${name}` });
      });
      const limits = [{ name: 'rpm', quota: 5, window: '1 m', algorithm: name }] as const;
      const gateway = compose(rateLimit({ store, secret, timeout: '5 s', limits }));
      const handler = toHandler(gateway, () => createReply({ body: 'ok' }));
      const headers = { authorization: 'Bearer one' };
      const statuses: number[] = [];
      for (let index = 0; index < 7; index += 1) {
        const response = await handler(new Request('http://localhost/v1/models', { headers }));
        statuses.push(response.status);
        if (index === 0) expect(response.headers.get('ratelimit')).toMatch(/^"rpm";r=4;t=\d+$/);
        if (index === 6) expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0);
      }
      expect(statuses).toEqual([200, 200, 200, 200, 200, 429, 429]);
    },
  );

  it('shares one quota between processes that share the secret', async () => {
    const gateway = () => {
      const limiter = Ratelimit.slidingWindow(3, '60 s');
      const store = upstashLimiter(new Ratelimit({ redis, limiter, ephemeralCache: false }));
      const limits = [{ name: 'shared', quota: 3, window: '1 m' }] as const;
      const middleware = rateLimit({ store, secret, timeout: '5 s', limits });
      return toHandler(middleware, () => createReply({ body: 'ok' }));
    };
    const [one, other] = [gateway(), gateway()];
    const statuses: number[] = [];
    for (const handler of [one, other, one, other, one]) {
      const headers = { authorization: 'Bearer two' };
      statuses.push((await handler(new Request('http://localhost/', { headers }))).status);
    }
    expect(statuses).toEqual([200, 200, 200, 429, 429]);
  });

  it('never writes the identity of a caller to the store', async () => {
    const [, keys] = await redis.scan(0, { count: 10_000 });
    expect(keys.length).toBeGreaterThan(0);
    expect(keys.join()).not.toContain('Bearer');
  });

  it('counts by itself when the server is gone', async () => {
    const retry = { retries: 0 } as const;
    const gone = new Redis({
      url: 'http://127.0.0.1:9',
      token: 'x',
      retry,
      enableTelemetry: false,
    });
    const limiter = Ratelimit.slidingWindow(100, '60 s');
    const store = upstashLimiter(new Ratelimit({ redis: gone, limiter }));
    const limits = [{ name: 'rpm', quota: 2, window: '1 m' }] as const;
    const handler = toHandler(rateLimit({ store, secret, timeout: '5 s', limits }), () =>
      createReply({ body: 'ok' }),
    );
    const statuses: number[] = [];
    for (let index = 0; index < 3; index += 1) {
      statuses.push((await handler(new Request('http://localhost/'))).status);
    }
    expect(statuses).toEqual([200, 200, 429]);
  });
});
