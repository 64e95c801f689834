import {
  bearerAuth,
  compose,
  createReply,
  type End,
  type GatewayEvent,
  type Handler,
  type Platform,
  toHandler,
} from '@wintergate/core';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { RateLimitOptions } from './options.ts';
import { rateLimit } from './rate-limit.ts';
import type { RateLimitStore, TakeResult } from './types.ts';

const start = 1_700_000_000_000 - (1_700_000_000_000 % 60_000);
const rpm = { name: 'rpm', quota: 2, window: '1 m', algorithm: 'fixed-window' } as const;
const ok: End = () =>
  createReply({ headers: { 'content-type': 'application/json' }, body: '{"ok":true}' });

interface Gateway {
  call(options?: {
    headers?: Record<string, string>;
    address?: string;
    path?: string;
  }): Promise<Response>;
  readonly events: GatewayEvent[];
  clock: number;
}

function gateway(options: Omit<RateLimitOptions, 'now'>, end: End = ok): Gateway {
  const events: GatewayEvent[] = [];
  const limiter = rateLimit({ ...options, now: () => self.clock });
  const handler: Handler = toHandler(compose(limiter), end, {
    onEvent: (event) => events.push(event),
  });
  const self: Gateway = {
    clock: start,
    events,
    async call({ headers = {}, address = '203.0.113.7', path = '/v1/chat/completions' } = {}) {
      const platform: Partial<Platform> = { clientAddress: address };
      return handler(new Request(`http://localhost${path}`, { headers }), platform);
    },
  };
  return self;
}

function ofType<T extends GatewayEvent['type']>(events: readonly GatewayEvent[], type: T) {
  return events.filter((event) => event.type === type) as Extract<GatewayEvent, { type: T }>[];
}

afterEach(() => {
  vi.useRealTimers();
});

describe('rateLimit()', () => {
  it('passes requests on with the fields of the draft', async () => {
    const { call } = gateway({ limits: [rpm] });
    const response = await call();
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({ ok: true });
    expect(response.headers.get('ratelimit-policy')).toBe('"rpm";q=2;w=60');
    expect(response.headers.get('ratelimit')).toBe('"rpm";r=1;t=60');
    expect(response.headers.get('x-ratelimit-limit-requests')).toBeNull();
  });

  it('answers 429 in the form of the dialect, with the wait rounded up', async () => {
    const self = gateway({ limits: [rpm] });
    await self.call();
    await self.call();
    self.clock += 47_300;
    const response = await self.call();
    expect(response.status).toBe(429);
    expect(response.headers.get('retry-after')).toBe('13');
    expect(response.headers.get('x-should-retry')).toBe('true');
    expect(response.headers.get('ratelimit')).toBe('"rpm";r=0;t=13');
    expect(response.headers.get('content-type')).toBe('application/json');
    expect(await response.json()).toEqual({
      error: {
        message: 'Wait 13s: the limit "rpm" of 2 requests in 1m is used up',
        type: 'rate_limit_error',
        param: null,
        code: 'rate_limit_exceeded',
      },
    });
    self.clock += 12_700;
    expect((await self.call()).status).toBe(200);
  });

  it('tells SDKs not to retry when the wait is longer than they wait', async () => {
    const { call } = gateway({ limits: [{ ...rpm, quota: 1, window: '1 h' }] });
    await call();
    const response = await call();
    expect(response.headers.get('x-should-retry')).toBe('false');
  });

  it('counts a caller by credential and by address', async () => {
    const { call } = gateway({ limits: [{ ...rpm, quota: 1 }] });
    const statuses = [
      await call({ headers: { authorization: 'Bearer a' } }),
      await call({ headers: { authorization: 'Bearer a' }, address: '198.51.100.1' }),
      await call({ headers: { authorization: 'Bearer b' } }),
      await call(),
      await call({ address: '198.51.100.1' }),
      await call({ address: '198.51.100.1' }),
    ].map(({ status }) => status);
    expect(statuses).toEqual([200, 429, 429, 429, 200, 429]);
  });

  it('lets no invented credential through', async () => {
    const { call } = gateway({ limits: [{ ...rpm, quota: 3 }] });
    const answers = [];
    for (let turn = 0; turn < 6; turn++)
      answers.push(await call({ headers: { authorization: `Bearer invented-${turn}` } }));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 429, 429, 429]);
    // One item a limit, of the bucket that is closest to its end.
    expect(answers.map(({ headers }) => headers.get('ratelimit'))).toEqual([
      '"rpm";r=2;t=60',
      '"rpm";r=1;t=60',
      '"rpm";r=0;t=60',
      '"rpm";r=0;t=60',
      '"rpm";r=0;t=60',
      '"rpm";r=0;t=60',
    ]);
    expect(answers[5]?.headers.get('ratelimit-policy')).toBe('"rpm";q=3;w=60');
    // The other way round: one credential from many addresses.
    const other = gateway({ limits: [{ ...rpm, quota: 1 }] });
    const headers = { authorization: 'Bearer a' };
    await other.call({ headers });
    expect((await other.call({ headers, address: '198.51.100.7' })).status).toBe(429);
  });

  it('counts by the tenant that auth has set, wherever its key stands', async () => {
    const auth = bearerAuth({ keys: { acme: 'key-one', other: 'key-two' } });
    const limiter = rateLimit({ limits: [{ ...rpm, quota: 1 }], now: () => start });
    const handler = toHandler(compose(auth, limiter), ok);
    const call = async (headers: Record<string, string>) =>
      (await handler(new Request('http://localhost/v1/models', { headers }))).status;
    expect(await call({ authorization: 'Bearer key-one' })).toBe(200);
    expect(await call({ 'x-api-key': 'key-one' })).toBe(429);
    expect(await call({ authorization: 'Bearer key-two' })).toBe(200);
  });

  it('shares one bucket among all whom it can not tell apart', async () => {
    const handler = toHandler(rateLimit({ limits: [{ ...rpm, quota: 1 }], now: () => start }), ok);
    const call = () =>
      handler(
        new Request('http://localhost/', { headers: { 'x-forwarded-for': String(Math.random()) } }),
      );
    expect([(await call()).status, (await call()).status]).toEqual([200, 429]);
  });

  it('counts by no limit what one of them refuses', async () => {
    const self = gateway({
      limits: [
        { ...rpm, name: 'wide', quota: 10 },
        { ...rpm, name: 'narrow', quota: 1, window: '1 s' },
      ],
    });
    await self.call();
    for (let index = 0; index < 5; index += 1) expect((await self.call()).status).toBe(429);
    self.clock += 1000;
    const response = await self.call();
    expect(response.headers.get('ratelimit')).toBe('"wide";r=8;t=59, "narrow";r=0;t=1');
  });

  it('names the refusing limits only, with the longest wait', async () => {
    const { call } = gateway({
      limits: [
        { ...rpm, name: 'wide', quota: 10 },
        { ...rpm, name: 'second', quota: 1, window: '1 s' },
        { ...rpm, name: 'minute', quota: 1 },
      ],
    });
    await call();
    const response = await call();
    expect(response.headers.get('retry-after')).toBe('60');
    expect(response.headers.get('ratelimit')).toBe('"second";r=0;t=1, "minute";r=0;t=60');
    expect(response.headers.get('ratelimit-policy')).toBe(
      '"wide";q=10;w=60, "second";q=1;w=1, "minute";q=1;w=60',
    );
  });

  it('gives each limit a key of its own', async () => {
    const { call } = gateway({
      limits: [
        {
          ...rpm,
          name: 'each',
          quota: 1,
          key: ({ request }) => request.headers.get('x-team') ?? undefined,
        },
        { ...rpm, name: 'together', quota: 3, key: 'all' },
      ],
    });
    const teams = ['a', 'a', 'b', 'c', 'd'];
    const statuses: number[] = [];
    for (const team of teams) statuses.push((await call({ headers: { 'x-team': team } })).status);
    expect(statuses).toEqual([200, 429, 200, 200, 429]);
  });

  it('applies a limit only where it is told to', async () => {
    const { call } = gateway({
      limits: [{ ...rpm, quota: 1, applies: ({ request }) => !request.url.endsWith('/models') }],
    });
    await call();
    expect((await call()).status).toBe(429);
    const free = await call({ path: '/v1/models' });
    expect(free.status).toBe(200);
    expect(free.headers.get('ratelimit')).toBeNull();
  });

  it('applies a limit whose condition fails', async () => {
    const { call, events } = gateway({
      limits: [
        {
          ...rpm,
          quota: 1,
          applies: () => {
            throw new Error('oops');
          },
          cost: () => {
            throw new Error('oops');
          },
        },
      ],
    });
    await call();
    expect((await call()).status).toBe(429);
    expect(ofType(events, 'background-error')[0]!.message).toBe(
      'Limit "rpm" failed in "applies": Error: oops',
    );
  });

  it('applies and counts one when it would have to wait for an answer', async () => {
    const late = async (): Promise<never> => Promise.reject(new Error('late'));
    const { call, events } = gateway({
      limits: [{ ...rpm, quota: 1, applies: late as never, cost: late as never }],
    });
    await call();
    expect((await call()).status).toBe(429);
    expect(ofType(events, 'background-error').map(({ message }) => message)).toContain(
      'Limit "rpm" failed in "cost": TypeError: Answer at once in "cost": got a promise',
    );
  });

  it('only watches in shadow mode', async () => {
    const { call, events } = gateway({ mode: 'shadow', limits: [{ ...rpm, quota: 1 }] });
    await call();
    const response = await call();
    expect(response.status).toBe(200);
    expect(response.headers.get('ratelimit')).toBeNull();
    expect(
      ofType(events, 'limit-check').map(({ allowed, enforced }) => [allowed, enforced]),
    ).toEqual([
      [true, false],
      [false, false],
    ]);
  });

  it('counts a request for more than one', async () => {
    const { call } = gateway({
      limits: [{ ...rpm, quota: 5, cost: ({ request }) => Number(request.headers.get('x-cost')) }],
    });
    const left = async (cost: string) =>
      (await call({ headers: { 'x-cost': cost } })).headers.get('ratelimit');
    expect(await left('3')).toBe('"rpm";r=2;t=60');
    expect(await left('0.5')).toBe('"rpm";r=1;t=60');
    expect(await left('none')).toBe('"rpm";r=0;t=60');
  });

  it('does not answer 429 without end to what never fits', async () => {
    const { call } = gateway({
      limits: [
        { ...rpm, name: 'other', quota: 9 },
        { ...rpm, cost: () => 3 },
      ],
    });
    const response = await call();
    expect(response.status).toBe(400);
    expect(response.headers.get('x-should-retry')).toBe('false');
    expect(response.headers.get('retry-after')).toBeNull();
    expect(await response.json()).toMatchObject({
      error: {
        code: 'quota_too_small',
        message: 'Make a smaller request: it counts for 3, and limit "rpm" allows 2 at most',
      },
    });
  });

  it('answers 403 when the quota is nothing', async () => {
    const { call } = gateway({ limits: [{ ...rpm, quota: 0 }] });
    const response = await call();
    expect(response.status).toBe(403);
    expect(response.headers.get('x-should-retry')).toBe('false');
    expect(await response.json()).toMatchObject({
      error: { type: 'permission_error', code: 'quota_denied' },
    });
  });

  it('lets a shadow limit that never fits refuse nobody', async () => {
    const { call } = gateway({ limits: [rpm, { ...rpm, name: 'none', quota: 0, mode: 'shadow' }] });
    expect((await call()).headers.get('ratelimit')).toBe('"rpm";r=1;t=60');
  });

  it('sends the fields of OpenAI when asked, and none when not', async () => {
    const both = gateway({ limits: [rpm], headers: { openai: true } });
    const response = await both.call();
    expect(response.headers.get('x-ratelimit-limit-requests')).toBe('2');
    expect(response.headers.get('x-ratelimit-remaining-requests')).toBe('1');
    expect(response.headers.get('x-ratelimit-reset-requests')).toBe('1m');
    await both.call();
    expect((await both.call()).headers.get('x-ratelimit-remaining-requests')).toBe('0');
    const none = gateway({ limits: [rpm], headers: { ietf: false } });
    expect((await none.call()).headers.get('ratelimit-policy')).toBeNull();
  });

  it('replaces what an upstream says of its own quota', async () => {
    const end: End = () =>
      createReply({
        headers: { ratelimit: '"theirs";r=1;t=9', 'ratelimit-policy': '"theirs";q=1;w=9' },
        body: 'x',
      });
    const response = await gateway({ limits: [rpm] }, end).call();
    expect(response.headers.get('ratelimit')).toBe('"rpm";r=1;t=60');
  });

  it('shows the limits of all limiters of a chain', async () => {
    const outer = rateLimit({ limits: [{ ...rpm, name: 'outer', quota: 5 }], now: () => start });
    const inner = rateLimit({ limits: [{ ...rpm, name: 'inner', quota: 1 }], now: () => start });
    const handler = toHandler(compose(outer, inner), ok);
    const call = () => handler(new Request('http://localhost/'));
    expect((await call()).headers.get('ratelimit')).toBe('"outer";r=4;t=60, "inner";r=0;t=60');
    const refused = await call();
    expect(refused.status).toBe(429);
    expect(refused.headers.get('ratelimit')).toBe('"inner";r=0;t=60');
    expect(refused.headers.get('ratelimit-policy')).toBe('"outer";q=5;w=60, "inner";q=1;w=60');
  });

  it('leaves a stream as it is', async () => {
    const stream = 'data: {"a":1}\r\n\r\n: note\n\ndata: [DONE]\n\n';
    const end: End = () =>
      new Response(stream, { headers: { 'content-type': 'text/event-stream' } });
    const response = await gateway({ limits: [rpm] }, end).call();
    expect(await response.text()).toBe(stream);
    expect(response.headers.get('ratelimit')).toBe('"rpm";r=1;t=60');
  });

  it('does not read the body', async () => {
    const body = new ReadableStream<Uint8Array>(
      {
        pull() {
          throw new Error('read');
        },
      },
      { highWaterMark: 0 },
    );
    const handler = toHandler(rateLimit({ limits: [rpm] }), ok);
    const init = { method: 'POST', body, duplex: 'half' } as RequestInit;
    expect((await handler(new Request('http://localhost/', init))).status).toBe(200);
  });

  it('counts a request that fails further in', async () => {
    const { call } = gateway({ limits: [rpm] }, () => {
      throw new Error('upstream');
    });
    expect([(await call()).status, (await call()).status, (await call()).status]).toEqual([
      500, 500, 429,
    ]);
  });

  it('allows exactly the quota to many at once', async () => {
    const { call } = gateway({
      limits: [
        { ...rpm, quota: 7 },
        { ...rpm, name: 'other', quota: 20 },
      ],
    });
    const responses = await Promise.all(Array.from({ length: 50 }, () => call()));
    expect(responses.filter(({ status }) => status === 200)).toHaveLength(7);
  });

  it('tells what it did in events that hold no identity', async () => {
    const { call, events } = gateway({ limits: [{ ...rpm, quota: 1 }] });
    await (await call({ headers: { authorization: 'Bearer sk-secret' } })).text();
    await (await call({ headers: { authorization: 'Bearer sk-secret' } })).text();
    const [first, address, second, ...more] = ofType(events, 'limit-check');
    expect(first).toMatchObject({
      limit: 'rpm',
      allowed: true,
      enforced: true,
      quota: 1,
      remaining: 0,
      resetMs: 60_000,
    });
    expect(second).toMatchObject({ limit: 'rpm', allowed: false, key: first!.key });
    expect(first!.key).toMatch(/^[0-9a-f]{12}$/);
    expect(more).toMatchObject([{ limit: 'rpm', allowed: false, key: address!.key }]);
    expect(address!.key).not.toBe(first!.key);
    expect(ofType(events, 'limit-settle')).toMatchObject([
      { limit: 'rpm', key: first!.key, reserved: 1, settled: 1 },
      { limit: 'rpm', key: address!.key, reserved: 1, settled: 1 },
    ]);
    expect(ofType(events, 'response-end').map(({ outcome }) => outcome.source)).toEqual([
      'none',
      'limit',
    ]);
    expect(JSON.stringify(events)).not.toContain('sk-secret');
  });
});

describe('rateLimit() with a store that fails', () => {
  const secret = '0123456789abcdef';
  function failing(take: RateLimitStore['take']): RateLimitStore {
    return { name: 'failing', shared: true, take, refund: () => {} };
  }
  const down = failing(() => Promise.reject(new Error('ECONNREFUSED')));

  it('counts by itself, so that nobody is unlimited', async () => {
    const { call, events } = gateway({ limits: [rpm], store: down, secret });
    expect([(await call()).status, (await call()).status, (await call()).status]).toEqual([
      200, 200, 429,
    ]);
    expect(ofType(events, 'limit-check').map(({ failure }) => failure)).toEqual([
      'open',
      'open',
      'open',
    ]);
  });

  it('answers 503 when told to fail closed', async () => {
    const { call, events } = gateway({
      limits: [{ ...rpm, failure: 'closed' }],
      store: down,
      secret,
    });
    const response = await call();
    expect(response.status).toBe(503);
    expect(response.headers.get('retry-after')).toBe('1');
    expect(response.headers.get('x-should-retry')).toBe('true');
    expect(await response.json()).toMatchObject({ error: { code: 'rate_limit_unavailable' } });
    expect(ofType(events, 'limit-check')).toMatchObject([{ failure: 'closed' }]);
  });

  it('does not fail closed for a limit that only watches', async () => {
    const { call } = gateway({
      limits: [{ ...rpm, failure: 'closed', mode: 'shadow' }],
      store: down,
      secret,
    });
    expect((await call()).status).toBe(200);
  });

  it('does not wait longer than the timeout', async () => {
    vi.useFakeTimers();
    const { call } = gateway({
      key: 'all',
      limits: [rpm],
      store: failing(() => new Promise(() => {})),
      secret,
      timeout: 50,
    });
    const answer = call();
    let status: number | undefined;
    void answer.then((response) => (status = response.status));
    await vi.advanceTimersByTimeAsync(49);
    expect(status).toBeUndefined();
    await vi.advanceTimersByTimeAsync(1);
    expect(status).toBe(200);
  });

  it('gives back what one store counted when another refuses', async () => {
    const yes: TakeResult = { allowed: true, remaining: 8, resetMs: 1, retryMs: 0, at: 0 };
    let refunded = 0;
    const counting: RateLimitStore = {
      name: 'counting',
      shared: false,
      take: async (takes) => takes.map(() => yes),
      refund: async () => void (refunded += 1),
    };
    const { call } = gateway({
      limits: [
        { ...rpm, name: 'far', quota: 9, store: counting },
        { ...rpm, quota: 1 },
      ],
    });
    await call();
    expect(refunded).toBe(0);
    expect((await call()).status).toBe(429);
    expect(refunded).toBe(1);
  });

  it('refuses for good what a deny list names', async () => {
    const denied: TakeResult = {
      allowed: false,
      remaining: 0,
      resetMs: 0,
      retryMs: 1,
      at: 0,
      denied: true,
    };
    const { call } = gateway({ limits: [rpm], store: failing(async () => [denied]), secret });
    expect((await call()).status).toBe(403);
  });
});
