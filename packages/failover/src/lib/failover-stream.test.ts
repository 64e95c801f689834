import { compose } from '@wintergate/core';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { failover } from './failover.ts';
import {
  around,
  chatRequest,
  chunk,
  done,
  fails,
  foreignEnd,
  hangs,
  hello,
  ok,
  refuses,
  role,
  setup,
  stop,
  streams,
  targetOf,
} from './test-exchange.ts';

beforeEach(() => void vi.useFakeTimers({ now: 1_000_000 }));
afterEach(() => void vi.useRealTimers());

const whole = [role, hello, stop, done];
const stream = { stream: true, stream_options: { include_usage: true } };
const ping = ': ping\n\n';
const keepAlive = ': keep-alive\n\n';

/** The text of the answer once time has passed as needed; when headers and end came. */
async function read(
  answer: Promise<Response>,
): Promise<{ status: number; text: string; headersAt: number; endedAt: number }> {
  const started = Date.now();
  let settled = false;
  let headersAt = Number.NaN;
  const settle = answer.then(async (response) => {
    headersAt = Date.now() - started;
    const text = await response.text();
    settled = true;
    return { status: response.status, text, headersAt, endedAt: Date.now() - started };
  });
  for (let turn = 0; turn < 500 && !settled; turn++) {
    await vi.advanceTimersByTimeAsync(0);
    if (!settled) await vi.advanceTimersToNextTimerAsync();
  }
  return settle;
}

function errorOf(text: string): { code: string } {
  const last = text.trimEnd().split('\n\n').at(-1) ?? '';
  return JSON.parse(last.replace(/^data: /, '')).error;
}

describe('failover() before the first token', () => {
  it('passes a stream as it is', async () => {
    const a = targetOf('a', streams(whole));
    const { handler, of } = setup([a]);
    expect(await read(handler(chatRequest(stream)))).toMatchObject({
      status: 200,
      text: whole.join(''),
    });
    expect(of('attempt-end')).toMatchObject([{ ok: true, status: 200 }]);
    expect(of('response-end')[0]?.outcome).toMatchObject({
      source: 'upstream',
      complete: true,
      ended: 'completed',
    });
    expect(vi.getTimerCount()).toBe(0);
  });

  it.each<[string, Parameters<typeof streams>]>([
    [
      'an error as first event',
      [['data: {"error":{"message":"busy","code":"server_is_overloaded"}}\n\n']],
    ],
    ['an error after the role', [[role, ping, 'data: {"error":{"message":"busy"}}\n\n']]],
    ['a break after the role', [[role], 'break']],
    ['an end after the role', [[role]]],
    ['nothing at all', [[]]],
    ['only comments', [[ping, ping]]],
    ['half an event', [['data: {"id":"c"'], 'break']],
    ['garbage', [['data: {nonsense\n\n<html>']]],
  ])('hides %s', async (_name, bad) => {
    for (const end of ['ours', 'foreign']) {
      const good = targetOf('b', streams(whole));
      const tried =
        end === 'ours'
          ? setup([targetOf('a', streams(...bad)), good])
          : around(foreignEnd(streams(...bad), streams(whole)));
      const { text, status } = await read(tried.handler(chatRequest(stream)));
      expect([status, text], end).toEqual([200, whole.join('')]);
    }
  });

  it.each([
    ['status', fails(503)],
    ['connection', refuses],
  ])('hides a failed %s', async (_name, bad) => {
    const { handler } = setup([targetOf('a', bad), targetOf('b', streams(whole))]);
    expect((await read(handler(chatRequest(stream)))).text).toBe(whole.join(''));
  });

  it.each([
    [
      'a tool call',
      chunk({
        tool_calls: [
          { index: 0, id: 'c1', type: 'function', function: { name: 'f', arguments: '' } },
        ],
      }),
    ],
    ['reasoning', chunk({ reasoning_content: 'hm' })],
    ['a refusal', chunk({ refusal: 'no' })],
    ['an empty answer', stop],
  ])('lets the stream go with %s', async (_name, first) => {
    const a = targetOf('a', streams([role, first, 5000, done]));
    const { headersAt, text } = await read(setup([a]).handler(chatRequest(stream)));
    expect(headersAt).toBe(0);
    expect(text.startsWith(role + first)).toBe(true);
  });

  it('answers with the error when no target is left', async () => {
    const busy = streams(['data: {"error":{"message":"busy","code":"server_is_overloaded"}}\n\n']);
    const { status, text } = await read(setup([targetOf('a', busy)]).handler(chatRequest(stream)));
    expect([status, JSON.parse(text).error.code]).toEqual([502, 'server_is_overloaded']);
  });

  it('releases the streams that it gave up', async () => {
    let released = 0;
    const bad = streams([role, 'data: {"error":{"message":"busy"}}\n\n'], 'open', () => released++);
    await read(
      setup([targetOf('a', bad), targetOf('b', streams(whole))]).handler(chatRequest(stream)),
    );
    expect(released).toBe(2);
  });

  it('gives up an upstream that sends no headers', async () => {
    const { handler, of } = setup([targetOf('a', hangs), targetOf('b', streams(whole))], {
      attemptsPerTarget: 1,
    });
    expect(await read(handler(chatRequest(stream)))).toMatchObject({
      text: whole.join(''),
      headersAt: 30_000,
    });
    expect(of('attempt-end')[0]).toMatchObject({ ok: false, failure: 'timeout' });
  });

  it('holds no longer than it may, and passes what came', async () => {
    const a = targetOf('a', streams([role, 15_000, hello, stop, done]));
    const { headersAt, endedAt, text } = await read(setup([a]).handler(chatRequest(stream)));
    expect([headersAt, endedAt, text]).toEqual([10_000, 15_000, whole.join('')]);
  });

  it('tells the caller that somebody is there until the first token', async () => {
    const a = targetOf('a', streams([role, 25_000, hello, 20_000, stop, done]));
    const { handler } = setup([a], { keepAlive: '4 s' });
    const { text } = await read(handler(chatRequest(stream)));
    // Let go after 10 s; then at 14, 18 and 22 s.
    expect(text).toBe(`${role}${keepAlive.repeat(3)}${hello}${stop}${done}`);
  });

  it('says nothing of its own when told not to', async () => {
    const a = targetOf('a', streams([role, 25_000, hello, stop, done]));
    const { text } = await read(setup([a], { keepAlive: 0 }).handler(chatRequest(stream)));
    expect(text).toBe(whole.join(''));
  });

  it('says no more once the caller has left', async () => {
    const a = targetOf('a', streams([role, 600_000, hello]));
    const running = new Set<object>();
    const schedule = (callback: () => void, milliseconds: number): (() => void) => {
      const timer = setTimeout(() => {
        running.delete(timer);
        callback();
      }, milliseconds);
      running.add(timer);
      return () => {
        running.delete(timer);
        clearTimeout(timer);
      };
    };
    const response = setup([a], { schedule }).handler(chatRequest(stream));
    await vi.advanceTimersByTimeAsync(10_000);
    const reader = (await response).body!.getReader();
    await reader.read();
    expect(running.size).toBeGreaterThan(0);
    await reader.cancel();
    expect(running.size).toBe(0);
  });

  it('holds no more than it may', async () => {
    const filler = Array.from({ length: 70 }, () => `: ${'x'.repeat(1000)}\n\n${role}`);
    const a = targetOf('a', streams([...filler, 5000, hello, stop, done]));
    const { handler, of } = setup([a]);
    const { headersAt, text } = await read(handler(chatRequest(stream)));
    expect(headersAt).toBe(0);
    expect(text).toBe([...filler, hello, stop, done].join(''));
    expect(of('response-end')[0]?.outputBytes).toBe(text.length);
  });

  it('gives up a slow start when the time for the first token is shorter than the hold', async () => {
    const a = targetOf('a', streams([role, 60_000, hello]));
    const options = { firstTokenTimeout: '5 s', attemptsPerTarget: 1 } as const;
    const { headersAt, text } = await read(
      setup([a, targetOf('b', streams(whole))], options).handler(chatRequest(stream)),
    );
    expect([headersAt, text]).toEqual([5000, whole.join('')]);
  });
});

describe('failover() after the first token', () => {
  it.each<[string, Parameters<typeof streams>]>([
    ['a break', [[role, hello], 'break']],
    ['an end without the end marker', [[role, hello]]],
    ['half an event', [[role, hello, 'data: {"id":"c"'], 'break']],
  ])('ends a stream after %s in an error event, whoever the end is', async (_name, bad) => {
    const tries = [
      setup([targetOf('a', streams(...bad), ok())]),
      around(foreignEnd(streams(...bad), ok())),
    ];
    for (const { handler, of } of tries) {
      const { status, text } = await read(handler(chatRequest(stream)));
      expect(status).toBe(200);
      expect(text.startsWith(role + hello)).toBe(true);
      expect(text).not.toContain('[DONE]');
      expect(errorOf(text).code).toBe('upstream_stream_cut');
      expect(text.match(/"error"/g)).toHaveLength(1);
      expect(of('response-end')[0]?.outcome).toMatchObject({ complete: false, ended: 'failed' });
    }
  });

  it('tells the outcome of a foreign end too', async () => {
    const usage = `data: ${JSON.stringify({ id: 'c', choices: [], usage: { prompt_tokens: 3, completion_tokens: 4, total_tokens: 7 } })}\n\n`;
    const { handler, of } = around(foreignEnd(streams([role, hello, stop, usage, done])));
    await read(handler(chatRequest(stream)));
    expect(of('response-end')[0]?.outcome).toMatchObject({
      complete: true,
      usage: { inputTokens: 3, outputTokens: 4 },
    });
  });

  it('ends silence in an error event and gives up the upstream', async () => {
    let released = false;
    const a = targetOf(
      'a',
      streams([role, hello, 60_000, stop], 'end', () => (released = true)),
    );
    const { handler, of } = setup([a]);
    const { text, endedAt } = await read(handler(chatRequest(stream)));
    expect([errorOf(text).code, endedAt]).toEqual(['upstream_timeout', 30_000]);
    expect(a.signals[0]?.aborted).toBe(true);
    expect(released || a.signals[0]?.aborted).toBe(true);
    expect(of('attempt-end')).toMatchObject([{ ok: false, failure: 'timeout' }]);
    expect(of('response-end')[0]?.outcome).toMatchObject({ ended: 'failed', complete: false });
  });

  it('lets comments break the silence for a while', async () => {
    const pings = Array.from({ length: 20 }, () => [20_000, ping]).flat();
    const a = targetOf('a', streams([role, hello, ...pings]));
    const { text, endedAt } = await read(setup([a]).handler(chatRequest(stream)));
    expect([errorOf(text).code, endedAt]).toEqual(['upstream_timeout', 120_000]);
  });

  it('measures the first token from the start of the attempt, after the hold too', async () => {
    const pings = Array.from({ length: 30 }, () => [5000, ping]).flat();
    const a = targetOf('a', streams([role, ...pings]));
    const { text, headersAt, endedAt } = await read(setup([a]).handler(chatRequest(stream)));
    expect([errorOf(text).code, headersAt, endedAt]).toEqual(['upstream_timeout', 10_000, 60_000]);
  });

  it('waits longer for a model that thinks hard', async () => {
    const a = targetOf('a', streams([role, 299_000, hello, stop, done]));
    const { text } = await read(
      setup([a]).handler(chatRequest({ ...stream, reasoning_effort: 'high' })),
    );
    // 299 s, of which 10 were the hold.
    expect(text).toBe(`${role}${keepAlive.repeat(28)}${hello}${stop}${done}`);
  });

  it('ends an endless stream at the total time', async () => {
    const a = targetOf(
      'a',
      streams([role, ...Array.from({ length: 400 }, () => [4000, hello]).flat()]),
    );
    const { text, endedAt } = await read(setup([a]).handler(chatRequest(stream)));
    expect([errorOf(text).code, endedAt]).toEqual(['upstream_timeout', 600_000]);
  });

  it('does not take a reader that rests for an upstream that is silent', async () => {
    const a = targetOf('a', streams(whole));
    const { handler } = setup([a]);
    const reader = (await handler(chatRequest(stream))).body?.getReader();
    let text = '';
    for (let part = await reader?.read(); part?.done === false; part = await reader?.read()) {
      text += new TextDecoder().decode(part.value);
      await vi.advanceTimersByTimeAsync(50_000);
    }
    expect(text).toBe(whole.join(''));
    expect(vi.getTimerCount()).toBe(0);
  });

  it('passes the reader’s leaving on to the upstream', async () => {
    let released = false;
    const a = targetOf(
      'a',
      streams([role, hello], 'open', () => (released = true)),
    );
    const { handler, of } = setup([a]);
    const reader = (await handler(chatRequest(stream))).body?.getReader();
    await reader?.read();
    await reader?.cancel();
    expect(released).toBe(true);
    expect(of('attempt-end')).toMatchObject([{ ok: false, failure: 'cancelled' }]);
    expect(of('response-end')[0]?.outcome.ended).toBe('cancelled');
    expect(vi.getTimerCount()).toBe(0);
  });

  it('passes the caller’s abort on to the upstream, during the hold and after', async () => {
    for (const pieces of [[role], [role, hello]]) {
      const controller = new AbortController();
      const a = targetOf('a', streams(pieces, 'open'));
      const { handler, of } = setup([a, targetOf('b', streams(whole))]);
      const answer = handler(chatRequest(stream, { signal: controller.signal })).then((response) =>
        response.text().catch(() => ''),
      );
      await vi.advanceTimersByTimeAsync(100);
      controller.abort();
      await answer;
      expect(a.signals[0]?.aborted).toBe(true);
      expect(of('attempt-start')).toHaveLength(1);
      expect(of('response-end')[0]?.outcome.ended).toBe('cancelled');
      expect(vi.getTimerCount()).toBe(0);
    }
  });
});

it('failover() keeps the plan’s cooldowns apart from other instances', async () => {
  const a = targetOf('a', fails(401), ok());
  const b = targetOf('b', ok());
  await read(setup([a, b]).handler(chatRequest()));
  await read(setup([a, b]).handler(chatRequest()));
  expect(a.signals.length).toBe(2);
  expect(compose(failover())).toBeTypeOf('function');
});
