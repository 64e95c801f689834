import { compose, toHandler } from '@wintergate/core';
import { anthropicMessages } from '@wintergate/wire/anthropic';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { failover } from './failover.ts';
import {
  around,
  chatRequest,
  fails,
  foreignEnd,
  hangs,
  ok,
  refuses,
  setup,
  targetOf,
} from './test-exchange.ts';

beforeEach(() => void vi.useFakeTimers({ now: 1_000_000 }));
afterEach(() => void vi.useRealTimers());

/** The answer, once time has passed as needed, and how much that was. */
async function finish(
  answer: Promise<Response>,
): Promise<{ status: number; body: never; headers: Headers; took: number }> {
  const started = Date.now();
  let settled = false;
  const settle = answer.then(async (response) => {
    const text = await response.text();
    settled = true;
    return {
      status: response.status,
      body: JSON.parse(text) as never,
      headers: response.headers,
      took: Date.now() - started,
    };
  });
  for (let turn = 0; turn < 100 && !settled; turn++) {
    await vi.advanceTimersByTimeAsync(0);
    if (!settled) await vi.advanceTimersToNextTimerAsync();
  }
  return settle;
}

describe('failover() past a target that can not do what is asked', () => {
  const anthropicOnly = (name: string) => ({
    ...targetOf(name, ok()),
    dialects: [anthropicMessages],
  });

  it('calls the next one, and the first is not called at all', async () => {
    const [a, b] = [anthropicOnly('a'), targetOf('b', ok())];
    const { status } = await finish(setup([a, b]).handler(chatRequest({ n: 2 })));
    expect([status, a.signals.length, b.signals.length]).toEqual([200, 0, 1]);
  });

  it('says what to change when no target can', async () => {
    const targets = [anthropicOnly('a'), anthropicOnly('b')];
    const { status, body } = await finish(setup(targets).handler(chatRequest({ n: 2 })));
    expect([status, body]).toMatchObject([400, { error: { param: 'n' } }]);
  });
});

describe('failover() retries', () => {
  it('answers at once when the first attempt does', async () => {
    const a = targetOf('a', ok());
    const { handler, of } = setup([a]);
    const { status, took } = await finish(handler(chatRequest()));
    expect([status, took, a.signals.length]).toEqual([200, 0, 1]);
    expect(of('attempt-end')).toMatchObject([
      { attempt: 1, ok: true, status: 200, target: { provider: 'a', model: 'm' } },
    ]);
    expect(of('response-end')[0]?.outcome).toMatchObject({
      source: 'upstream',
      complete: true,
      ended: 'completed',
      usage: { inputTokens: 1, outputTokens: 2 },
      target: { provider: 'a' },
    });
    expect(vi.getTimerCount()).toBe(0);
  });

  it.each([408, 409, 425, 498, 500, 502, 504, 520, 524, 529])(
    '%i once, after a backoff',
    async (status) => {
      const a = targetOf('a', fails(status), ok());
      const { handler, of } = setup([a]);
      expect(await finish(handler(chatRequest()))).toMatchObject({ status: 200, took: 250 });
      expect(of('attempt-start').map(({ attempt }) => attempt)).toEqual([1, 2]);
      expect(of('attempt-end').map((event) => event.ok)).toEqual([false, true]);
    },
  );

  it('a refused connection', async () => {
    const a = targetOf('a', refuses, ok());
    expect((await finish(setup([a]).handler(chatRequest()))).status).toBe(200);
  });

  it.each([400, 413, 422])(
    'not %i: the caller’s own fault comes back as it was',
    async (status) => {
      const a = targetOf('a', fails(status, undefined, {}, 'your fault'), ok());
      const b = targetOf('b', ok());
      const { handler } = setup([a, b]);
      expect(await finish(handler(chatRequest()))).toMatchObject({
        status,
        body: { error: { message: 'your fault' } },
      });
      expect([a.signals.length, b.signals.length]).toEqual([1, 0]);
    },
  );

  it('with full jitter, doubled and capped', async () => {
    const a = targetOf('a', fails(500));
    const randoms = [0.5, 1, 1];
    const options = {
      attempts: 4,
      attemptsPerTarget: 4,
      backoff: { base: 1000, cap: '3 s' as const },
    };
    const { handler } = setup([a], { ...options, random: () => randoms.shift() ?? 0 });
    expect((await finish(handler(chatRequest()))).took).toBe(500 + 2000 + 3000);
  });

  it('not when the upstream says that it is no use', async () => {
    const a = targetOf('a', fails(500, undefined, { 'x-should-retry': 'false' }), ok());
    const b = targetOf('b', ok('b'));
    await finish(setup([a, b]).handler(chatRequest()));
    expect([a.signals.length, b.signals.length]).toEqual([1, 1]);
  });

  it.each([
    ['0', 4, 2],
    ['1', 3, 1],
    ['2', 2, 1],
    ['9', 1, 1],
    ['nonsense', 4, 2],
  ])('less when the SDK has retried %s times', async (count, total, perTarget) => {
    const targets = ['a', 'b', 'c', 'd'].map((name) => targetOf(name, fails(500)));
    const { handler } = setup(targets);
    await finish(handler(chatRequest({}, { headers: { 'x-stainless-retry-count': count } })));
    const made = targets.map(({ signals }) => signals.length);
    expect(made.reduce((sum, one) => sum + one)).toBe(total);
    expect(Math.max(...made)).toBe(perTarget);
  });
});

describe('failover() obeys Retry-After', () => {
  it('waits for it when there is no other target', async () => {
    const a = targetOf('a', fails(429, 'rate_limit_exceeded', { 'retry-after': '3' }), ok());
    expect(await finish(setup([a]).handler(chatRequest()))).toMatchObject({
      status: 200,
      took: 3000,
    });
  });

  it('does not wait longer than it may', async () => {
    const a = targetOf('a', fails(429, 'rate_limit_exceeded', { 'retry-after': '11' }), ok());
    const answer = await finish(setup([a]).handler(chatRequest()));
    expect(answer).toMatchObject({ status: 429, took: 0 });
    expect(answer.headers.get('retry-after')).toBe('11');
  });

  it('goes to another target instead, and lets the first one rest until then', async () => {
    const a = targetOf(
      'a',
      fails(429, 'rate_limit_exceeded', { 'retry-after-ms': '60000' }),
      ok('a'),
    );
    const b = targetOf('b', ok('b'));
    const { handler } = setup([a, b]);
    for (let turn = 0; turn < 3; turn++)
      expect((await finish(handler(chatRequest()))).took).toBe(0);
    expect([a.signals.length, b.signals.length]).toEqual([1, 3]);
    vi.advanceTimersByTime(60_000);
    await finish(handler(chatRequest()));
    expect([a.signals.length, b.signals.length]).toEqual([2, 3]);
  });

  it('comes back to a target that asked for a short wait when all others failed', async () => {
    const a = targetOf('a', fails(429, 'rate_limit_exceeded', { 'retry-after': '2' }), ok('a'));
    const b = targetOf('b', fails(500));
    expect(await finish(setup([a, b]).handler(chatRequest()))).toMatchObject({
      status: 200,
      took: 2000,
    });
    expect(b.signals.length).toBe(2);
  });

  it('rests for the default time without it, and for the longest at most', async () => {
    const a = targetOf(
      'a',
      fails(429),
      fails(429, 'rate_limit_exceeded', { 'retry-after': '86400' }),
      ok('a'),
    );
    const { handler } = setup([a, targetOf('b', ok('b'))]);
    await finish(handler(chatRequest()));
    vi.advanceTimersByTime(4999);
    await finish(handler(chatRequest()));
    expect(a.signals.length).toBe(1);
    vi.advanceTimersByTime(1);
    await finish(handler(chatRequest()));
    expect(a.signals.length).toBe(2);
    vi.advanceTimersByTime(300_000);
    await finish(handler(chatRequest()));
    expect(a.signals.length).toBe(3);
  });

  it('calls a resting target all the same when no other is left', async () => {
    const a = targetOf('a', fails(401), ok('a'));
    const { handler } = setup([a]);
    expect((await finish(handler(chatRequest()))).status).toBe(401);
    expect((await finish(handler(chatRequest()))).status).toBe(200);
  });
});

describe('failover() walks the plan', () => {
  it.each<[string, Parameters<typeof fails>]>([
    ['a dead credential', [401, 'invalid_api_key']],
    ['money', [429, 'insufficient_quota']],
    ['money', [402]],
    ['a missing model', [404, 'model_not_found']],
  ])('past %s at once, and lets the target rest', async (_name, failure) => {
    const a = targetOf('a', fails(...failure));
    const b = targetOf('b', ok('b'));
    const { handler } = setup([a, b]);
    expect(await finish(handler(chatRequest()))).toMatchObject({ status: 200, took: 0 });
    await finish(handler(chatRequest()));
    expect([a.signals.length, b.signals.length]).toEqual([1, 2]);
  });

  it('does not let a caller’s limits rest a target for everybody', async () => {
    const a = { ...targetOf('a', fails(401), ok('a')), authorize: undefined };
    const { handler } = setup([a, targetOf('b', ok('b'))]);
    await finish(handler(chatRequest()));
    await finish(handler(chatRequest()));
    expect(a.signals.length).toBe(2);
  });

  it('retries a target before it leaves it, and stops at the attempts of all', async () => {
    const targets = ['a', 'b', 'c'].map((name) => targetOf(name, fails(500)));
    const { handler, of } = setup(targets);
    const answer = await finish(handler(chatRequest()));
    expect(targets.map(({ signals }) => signals.length)).toEqual([2, 2, 0]);
    expect(answer.status).toBe(503);
    expect(of('attempt-start').map(({ target }) => target.provider)).toEqual(['a', 'a', 'b', 'b']);
  });

  it('with too long a context only to another model', async () => {
    const a = { ...targetOf('a', fails(400, 'context_length_exceeded')), model: 'small' };
    const same = { ...targetOf('same', ok()), model: 'small' };
    const large = { ...targetOf('large', ok()), model: 'large' };
    expect((await finish(setup([a, same, large]).handler(chatRequest()))).status).toBe(200);
    expect([a, same, large].map(({ signals }) => signals.length)).toEqual([1, 0, 1]);
    expect((await finish(setup([a, same]).handler(chatRequest()))).status).toBe(400);
  });

  it('with a refusal by policy only when told so', async () => {
    const targets = () => [targetOf('a', fails(400, 'content_filter')), targetOf('b', ok())];
    expect((await finish(setup(targets()).handler(chatRequest()))).status).toBe(400);
    expect(
      (await finish(setup(targets(), { onContentPolicy: true }).handler(chatRequest()))).status,
    ).toBe(200);
  });

  it('each attempt has a signal of its own', async () => {
    const a = targetOf('a', fails(500));
    const b = targetOf('b', ok());
    await finish(setup([a, b]).handler(chatRequest()));
    const signals = [...a.signals, ...b.signals];
    expect(new Set(signals).size).toBe(3);
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, true, false]);
  });
});

describe('failover() answers a failure with', () => {
  it('what the caller can put right before what they can not', async () => {
    const a = targetOf('a', fails(400, 'context_length_exceeded', {}, 'too long'));
    const b = { ...targetOf('b', fails(503)), model: 'larger' };
    expect(await finish(setup([a, b]).handler(chatRequest()))).toMatchObject({
      status: 400,
      body: { error: { message: 'too long' } },
    });
  });

  it('the shortest wait when all limit', async () => {
    const a = targetOf('a', fails(429, undefined, { 'retry-after': '40' }));
    const b = targetOf('b', fails(429, undefined, { 'retry-after': '20' }));
    const answer = await finish(setup([a, b]).handler(chatRequest()));
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([429, '20']);
  });

  it('the last answer of a single target', async () => {
    const a = targetOf('a', fails(500), fails(502, 'odd', {}, 'second'));
    expect(await finish(setup([a]).handler(chatRequest()))).toMatchObject({
      status: 502,
      body: { error: { code: 'upstream_error' } },
    });
  });

  it('503 and a time to come back when all targets failed', async () => {
    const a = targetOf('a', fails(503, undefined, { 'retry-after': '12' }));
    const b = targetOf('b', fails(500, undefined, {}, 'internal detail'));
    const { handler, of } = setup([a, b]);
    const answer = await finish(handler(chatRequest()));
    expect(answer).toMatchObject({
      status: 503,
      body: { error: { code: 'all_targets_failed', message: 'All 2 targets failed' } },
    });
    expect(answer.headers.get('retry-after')).toBe('12');
    expect(answer.headers.get('x-should-retry')).toBe('true');
    expect(of('response-end')[0]?.outcome).toMatchObject({ source: 'none', complete: false });
  });

  it('503 that is not to be retried when nobody’s credential works', async () => {
    const targets = [targetOf('a', fails(401)), targetOf('b', fails(402))];
    const answer = await finish(setup(targets).handler(chatRequest()));
    expect([answer.status, answer.headers.get('x-should-retry')]).toEqual([503, 'false']);
  });

  it('504 when all were late', async () => {
    const targets = [targetOf('a', hangs), targetOf('b', hangs)];
    const answer = await finish(setup(targets, { totalTimeout: '10 s' }).handler(chatRequest()));
    expect(answer).toMatchObject({ status: 504, took: 10_000 });
  });
});

describe('failover() and time', () => {
  it('gives a JSON answer the total time, and stops trying when it is over', async () => {
    const a = targetOf('a', hangs);
    const { handler, of } = setup([a]);
    const answer = await finish(handler(chatRequest()));
    expect(answer).toMatchObject({
      status: 504,
      took: 600_000,
      body: { error: { code: 'upstream_timeout' } },
    });
    expect(a.signals.length).toBe(1);
    expect(of('attempt-end')).toMatchObject([
      { ok: false, failure: 'timeout', durationMs: 600_000 },
    ]);
  });

  it('gives up an end that does not listen to its signal, and releases what comes late', async () => {
    let cancelled = false;
    const body = new ReadableStream({ cancel: () => void (cancelled = true) });
    const late = foreignEnd(
      () => new Promise((resolve) => setTimeout(() => resolve(new Response(body)), 20_000)),
    );
    const chain = compose(failover({ totalTimeout: '5 s' }));
    expect(await finish(around(late, chain).handler(chatRequest()))).toMatchObject({
      status: 504,
      took: 5000,
    });
    await vi.advanceTimersByTimeAsync(20_000);
    expect(cancelled).toBe(true);
  });

  it('does not begin a wait that would end after the deadline', async () => {
    const a = targetOf('a', fails(429, undefined, { 'retry-after': '5' }));
    expect(await finish(setup([a], { totalTimeout: '4 s' }).handler(chatRequest()))).toMatchObject({
      status: 429,
      took: 0,
    });
  });
});

describe('failover() and the caller who leaves', () => {
  it('aborts the attempt and makes no other', async () => {
    const controller = new AbortController();
    const a = targetOf('a', hangs);
    const { handler, of } = setup([a, targetOf('b', ok())]);
    const answer = handler(chatRequest({}, { signal: controller.signal }));
    await vi.advanceTimersByTimeAsync(10);
    controller.abort();
    await answer;
    expect(a.signals[0]?.aborted).toBe(true);
    expect(of('attempt-end')).toMatchObject([{ ok: false, failure: 'cancelled' }]);
    expect(of('response-end')[0]?.outcome.ended).toBe('cancelled');
    expect(vi.getTimerCount()).toBe(0);
  });

  it('stops waiting', async () => {
    const controller = new AbortController();
    const a = targetOf('a', fails(500), ok());
    const { handler, of } = setup([a]);
    const answer = handler(chatRequest({}, { signal: controller.signal }));
    await vi.advanceTimersByTimeAsync(10);
    controller.abort();
    await answer;
    await vi.advanceTimersByTimeAsync(1000);
    expect(a.signals.length).toBe(1);
    expect(of('response-end')[0]?.outcome.ended).toBe('cancelled');
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('failover() around an end that is not ours', () => {
  it('retries without a plan, sending the same body', async () => {
    const end = foreignEnd(fails(500), ok());
    expect(await finish(around(end).handler(chatRequest()))).toMatchObject({ status: 200 });
    expect(end.calls).toBe(2);
  });

  it.each<[string, () => Response]>([
    ['garbage', () => new Response('<html>', { headers: { 'content-type': 'application/json' } })],
    [
      'an error under a 200',
      () => Response.json({ error: { message: 'busy', code: 'server_is_overloaded' } }),
    ],
    [
      'an endless error',
      () =>
        new Response(
          new ReadableStream({ pull: (controller) => controller.enqueue(new Uint8Array(9000)) }),
          { status: 500 },
        ),
    ],
  ])('takes %s for a failure', async (_name, act) => {
    const end = foreignEnd(act, ok());
    expect(await finish(around(end).handler(chatRequest()))).toMatchObject({ status: 200 });
  });

  it('gives a reply that a function of another framework may read, after it has judged it', async () => {
    const foreign = async (_request: Request, next: () => Promise<Response>) => {
      const body = (await (await next()).json()) as { choices: unknown[] };
      return new Response(String(body.choices.length));
    };
    const json = JSON.stringify({
      choices: [{ index: 0, message: { role: 'assistant', content: 'a' }, finish_reason: 'stop' }],
    });
    const end = () => new Response(json, { headers: { 'content-type': 'application/json' } });
    const handler = toHandler(compose(foreign, failover()), end);
    const response = await handler(chatRequest());
    expect(await response.text()).toBe('1');
  });

  it('passes what is no AI traffic untouched and once', async () => {
    const end = foreignEnd(fails(500));
    const request = new Request('http://gateway.test/v1/files', { method: 'POST', body: 'x' });
    expect(await finish(around(end).handler(request))).toMatchObject({ status: 500 });
    expect(end.calls).toBe(1);
  });
});

describe('failover() refuses', () => {
  it.each<[Parameters<typeof failover>[0], string]>([
    [{ attempts: 0 }, 'Expected "attempts" to be a whole number of at least 1: got "0"'],
    [
      { attemptsPerTarget: 1.5 },
      'Expected "attemptsPerTarget" to be a whole number of at least 1: got "1.5"',
    ],
    [
      { timeout: '1 s' } as never,
      'Remove "timeout" from the options of failover(): it knows attempts',
    ],
    [
      { backoff: { max: '1 s' } } as never,
      'Remove "max" from the options of "backoff": it knows base, cap',
    ],
    [{ totalTimeout: 0 }, 'Expected "totalTimeout" to be from 1 ms to 24 days: got "0"'],
    [
      { backoff: { base: '9 s' } },
      'Expected "backoff.cap" to be at least "backoff.base": got 8000 and 9000',
    ],
    [
      { cooldown: 'soon' as never },
      'Expected "cooldown" to be milliseconds or text such as "10 s" (ms, s, m, h, d): "soon"',
    ],
  ])('%j', (options, message) => {
    expect(() => failover(options)).toThrow(message);
  });
});
