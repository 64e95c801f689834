import { request as httpRequest } from 'node:http';
import { Ratelimit } from '@upstash/ratelimit';
import { Redis } from '@upstash/redis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findRedis, type RedisServer, startRedis } from './redis-server.ts';
import { reportRan, requireOrSkip } from './report.ts';
import { startUpstashFront, type UpstashFront } from './upstash-front.ts';

const here = requireOrSkip({
  suite: 'helpers',
  what: 'the Upstash REST front on a real Redis',
  available: findRedis() !== undefined,
  why: 'redis-server is not installed (apt-get install redis-server)',
});

describe.runIf(here)('startUpstashFront() with the real clients', () => {
  let server: RedisServer;
  let front: UpstashFront;
  let redis: Redis;

  beforeAll(async () => {
    server = await startRedis();
    reportRan({ suite: 'helpers', runtime: 'redis-server', version: server.version });
    front = await startUpstashFront({ redisPort: server.port });
    redis = new Redis({ url: front.url, token: front.token, enableTelemetry: false });
  });
  afterAll(async () => {
    await front?.close();
    await server?.stop();
  });

  it('keeps text and JSON as they were', async () => {
    expect(await redis.set('text', 'é 😀 "x"')).toBe('OK');
    expect(await redis.get('text')).toBe('é 😀 "x"');
    await redis.set('json', { a: [1, { b: null }] });
    expect(await redis.get('json')).toEqual({ a: [1, { b: null }] });
    expect(await redis.get('absent')).toBeNull();
  });

  it('gives hashes, lists of values, ranges and scans in the shapes that the client reads', async () => {
    await redis.hset('hash', { a: 1, b: 'two' });
    expect(await redis.hgetall('hash')).toEqual({ a: 1, b: 'two' });
    await redis.mset({ m1: 'x', m2: 'y' });
    expect(await redis.mget('m1', 'none', 'm2')).toEqual(['x', null, 'y']);
    await redis.zadd('z', { score: 2, member: 'b' }, { score: 1, member: 'a' });
    expect(await redis.zrange('z', 0, -1, { withScores: true })).toEqual(['a', 1, 'b', 2]);
    expect((await redis.scan(0, { match: 'm*' }))[1].sort()).toEqual(['m1', 'm2']);
  });

  it('answers without base64 as well', async () => {
    const plain = new Redis({ url: front.url, token: front.token, responseEncoding: false });
    await plain.set('plain', 'ünï');
    expect(await plain.get('plain')).toBe('ünï');
  });

  it('runs a pipeline whose commands fail alone', async () => {
    await redis.set('word', 'text');
    const results = await redis
      .pipeline()
      .incr('counter')
      .incr('word')
      .get('counter')
      .exec({ keepErrors: true });
    expect(results[0].result).toBe(1);
    expect(results[1].error).toContain('not an integer');
    expect(results[2].result).toBe(1);
  });

  it('runs a transaction in one piece, twenty at once', async () => {
    const runs = Array.from({ length: 20 }, () =>
      redis.multi().incr('atom').incr('atom').exec<[number, number]>(),
    );
    for (const [first, second] of await Promise.all(runs)) expect(second).toBe(first + 1);
  });

  it('refuses a wrong token and says why a command failed', async () => {
    const stranger = new Redis({ url: front.url, token: 'wrong' });
    await expect(stranger.get('text')).rejects.toThrow('Unauthorized');
    await expect(redis.hget('text', 'a')).rejects.toThrow('WRONGTYPE');
  });

  it('takes a command from the path, its last argument from the body, and the token from the query', async () => {
    const query = `?_token=${front.token}`;
    const set = await fetch(`${front.url}/set/path%2Fkey${query}`, {
      method: 'POST',
      body: 'from body',
    });
    expect(await set.json()).toEqual({ result: 'OK' });
    expect(await (await fetch(`${front.url}/get/path%2Fkey${query}`)).json()).toEqual({
      result: 'from body',
    });
    const broken = await fetch(`${front.url}/${query}`, { method: 'POST', body: '{' });
    expect([broken.status, await broken.json()]).toEqual([
      400,
      { error: 'ERR failed to parse the request body' },
    ]);
  });

  it('decodes a character that is split over two chunks', async () => {
    const body = Buffer.from(JSON.stringify(['SET', 'split', 'a😀b']));
    const cut = body.indexOf(0xf0) + 2;
    const status = await new Promise<number>((resolve, reject) => {
      const headers = { authorization: `Bearer ${front.token}` };
      const request = httpRequest(front.url, { method: 'POST', headers }, (response) => {
        response.resume();
        resolve(response.statusCode ?? 0);
      });
      request.once('error', reject);
      request.write(body.subarray(0, cut), () =>
        setImmediate(() => request.end(body.subarray(cut))),
      );
    });
    expect(status).toBe(200);
    expect(await redis.get('split')).toBe('a😀b');
  });

  it('streams messages to a subscriber', async () => {
    const headers = { authorization: `Bearer ${front.token}` };
    const response = await fetch(`${front.url}/subscribe/news`, { headers });
    const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
    expect((await reader.read()).value).toBe('data: subscribe,news,1\n\n');
    expect(await redis.publish('news', 'hello')).toBe(1);
    expect((await reader.read()).value).toBe('data: message,news,hello\n\n');
    await reader.cancel();
  });

  it.each([
    ['slidingWindow', Ratelimit.slidingWindow(5, '60 s')],
    ['fixedWindow', Ratelimit.fixedWindow(5, '60 s')],
    ['tokenBucket', Ratelimit.tokenBucket(1, '60 s', 5)],
  ] as const)(
    'lets %s of @upstash/ratelimit through five times of seven',
    async (name, limiter) => {
      const ratelimit = new Ratelimit({ redis, limiter, prefix: name, ephemeralCache: false });
      const allowed: boolean[] = [];
      for (let call = 0; call < 7; call += 1)
        allowed.push((await ratelimit.limit('someone')).success);
      expect(allowed).toEqual([true, true, true, true, true, false, false]);
    },
  );

  it('was asked by digest for most scripts', () => {
    expect(front.counts['EVALSHA']).toBeGreaterThan(15);
    expect(front.counts['EVAL']).toBeLessThanOrEqual(6);
  });
});
