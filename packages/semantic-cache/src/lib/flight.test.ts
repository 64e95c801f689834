import { type ByteSink, createReply, defineMiddleware } from '@wintergate/core';
import { wrapFetch } from '@wintergate/core/fetch';
import { describe, expect, it, vi } from 'vitest';
import {
  answerEnd,
  chatBody,
  chatChunks,
  chatRequest,
  createBench,
  jsonReply,
  streamReply,
} from './fixture.ts';
import { semanticCache } from './semantic-cache.ts';

/** Some turns of the event loop: everything that can happen by itself has happened. */
async function turn(): Promise<void> {
  for (let at = 0; at < 5; at++) await new Promise((resolve) => setTimeout(resolve, 0));
}

/** Answers after all who were sent together have arrived. */
const slowEnd: typeof answerEnd = async (request, count) => {
  const answer = await answerEnd(request, count);
  await turn();
  await turn();
  return answer;
};

/** An upstream whose answers are given by hand. */
function manualEnd() {
  const pending: {
    answer(response: Response): void;
    fail(error: unknown): void;
    signal: AbortSignal;
  }[] = [];
  return {
    pending,
    end: (request: Request) =>
      new Promise<Response>((resolve, reject) => {
        pending.push({ answer: resolve, fail: reject, signal: request.signal });
      }),
  };
}

/** A stream written by hand. */
function manualStream() {
  let sink: ByteSink | undefined;
  let cancelled = false;
  const response = createReply({
    headers: { 'content-type': 'text/event-stream' },
    body: {
      start: (to) => {
        sink = to;
      },
      pause() {},
      resume() {},
      cancel: () => {
        cancelled = true;
      },
    },
  });
  return {
    response,
    write: (text: string) => sink?.write(new TextEncoder().encode(text)),
    end: () => sink?.end(),
    fail: (error: unknown) => sink?.fail(error),
    get cancelled() {
      return cancelled;
    },
  };
}

describe('single-flight', () => {
  it.each([[false], [true]])(
    'makes one upstream call of 100 identical ones (stream: %s), none hangs',
    async (stream) => {
      const bench = createBench({ end: slowEnd });
      const answers = await Promise.all(
        Array.from({ length: 100 }, () => bench.ask('Hi', { stream })),
      );
      expect(bench.calls()).toBe(1);
      expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
      expect(answers.filter(({ cache }) => cache === 'wintergate; fwd=miss; stored')).toHaveLength(
        1,
      );
      expect(
        answers.filter(({ cache }) => cache === 'wintergate; fwd=miss; stored; collapsed'),
      ).toHaveLength(99);
      const sources = bench.events
        .filter(({ type }) => type === 'response-end')
        .map((event) => (event as unknown as { outcome: { source: string } }).outcome.source);
      expect(sources.filter((source) => source === 'flight')).toHaveLength(99);
      expect((await bench.ask('Hi', { stream })).cache).toContain('hit');
      expect(bench.calls()).toBe(1);
    },
  );

  it('does not join calls of another tenant, text or form', async () => {
    const bench = createBench({ end: slowEnd });
    await Promise.all([
      bench.ask('Hi'),
      bench.ask('Hi', { stream: true }),
      bench.ask('Hi', { headers: { authorization: 'Bearer two' } }),
      bench.ask('Ho'),
      bench.ask('Hi', { headers: { 'cache-control': 'no-cache' } }),
    ]);
    expect(bench.calls()).toBe(5);
  });

  it.each([
    ['where requests do not share I/O', { platform: { sharesIo: false } }],
    ['when it is switched off', { cache: { singleFlight: false as const } }],
  ])('makes a call for each %s', async (_, options) => {
    const bench = createBench({ end: slowEnd, ...options });
    await Promise.all([bench.ask('Hi'), bench.ask('Hi')]);
    expect(bench.calls()).toBe(2);
    expect((await bench.ask('Hi')).cache).toContain('hit');
  });

  it('goes on when the caller whose call it is leaves, and keeps the answer', async () => {
    const up = manualEnd();
    const bench = createBench({ end: up.end });
    const leader = new AbortController();
    const first = bench.handler(chatRequest('Hi', { signal: leader.signal }));
    await turn();
    const second = bench.ask('Hi');
    await turn();
    leader.abort(new Error('left'));
    expect((await first).status).toBe(499);
    expect(up.pending[0]?.signal.aborted).toBe(false);
    up.pending[0]?.answer(jsonReply(chatBody('for both')));
    expect((await second).text).toContain('for both');
    await turn();
    expect((await bench.ask('Hi')).cache).toContain('hit');
    expect(up.pending).toHaveLength(1);
  });

  it('goes on when that caller leaves in the middle of a stream, and keeps the answer', async () => {
    const stream = manualStream();
    const bench = createBench({ end: () => stream.response });
    const first = await bench.handler(chatRequest('Hi', { stream: true }));
    const reading = first.body?.getReader();
    void reading?.read();
    const second = bench.ask('Hi', { stream: true });
    await turn();
    const chunks = chatChunks('for the other');
    stream.write(chunks[0]!);
    await reading?.cancel();
    expect(stream.cancelled).toBe(false);
    for (const chunk of chunks.slice(1)) stream.write(chunk);
    stream.end();
    expect((await second).text).toBe(chunks.join(''));
    await turn();
    expect((await bench.ask('Hi')).text).toContain('for the other');
    expect(bench.calls()).toBe(1);
  });

  it('cancels the upstream when the last caller leaves, before or during the reply', async () => {
    const up = manualEnd();
    const bench = createBench({ end: up.end });
    const callers = [new AbortController(), new AbortController()];
    const replies = callers.map(({ signal }) => bench.handler(chatRequest('Hi', { signal })));
    await turn();
    callers[0]?.abort();
    await turn();
    expect(up.pending[0]?.signal.aborted).toBe(false);
    callers[1]?.abort();
    expect(up.pending[0]?.signal.aborted).toBe(true);
    await Promise.all(replies);

    const stream = manualStream();
    const streaming = createBench({ end: () => stream.response });
    const reply = await streaming.handler(chatRequest('Hi', { stream: true }));
    await reply.body?.cancel();
    expect(stream.cancelled).toBe(true);
  });

  it('drains by option: who comes while nobody reads still joins', async () => {
    const stream = manualStream();
    const bench = createBench({
      end: () => stream.response,
      cache: { singleFlight: { abandoned: 'drain' } },
    });
    const first = await bench.handler(chatRequest('Hi', { stream: true }));
    await first.body?.cancel();
    expect(stream.cancelled).toBe(false);
    const chunks = chatChunks('drained');
    stream.write(chunks[0]!);
    const second = bench.ask('Hi', { stream: true });
    await turn();
    for (const chunk of chunks.slice(1)) stream.write(chunk);
    stream.end();
    expect((await second).text).toBe(chunks.join(''));
    await turn();
    expect((await bench.ask('Hi')).cache).toContain('hit');
  });

  it('elects one follower when the leader fails, once', async () => {
    const up = manualEnd();
    const bench = createBench({ end: up.end });
    const asks = [1, 2, 3, 4].map(() => bench.ask('Hi'));
    await turn();
    up.pending[0]?.answer(jsonReply({ error: { message: 'first' } }, 500));
    expect((await asks[0])?.text).toContain('first');
    await turn();
    expect(up.pending).toHaveLength(2);
    up.pending[1]?.answer(jsonReply(chatBody('elected')));
    const rest = await Promise.all(asks.slice(1));
    expect(rest.map(({ text }) => text.includes('elected'))).toEqual([true, true, true]);
    expect(up.pending).toHaveLength(2);
  });

  it('hands the second failure to all', async () => {
    const up = manualEnd();
    const bench = createBench({ end: up.end });
    const asks = [1, 2, 3].map(() => bench.ask('Hi'));
    await turn();
    up.pending[0]?.fail(new Error('broken'));
    await turn();
    up.pending[1]?.answer(jsonReply({ error: { message: 'second' } }, 503));
    const answers = await Promise.all(asks);
    expect(answers.map(({ status }) => status)).toEqual([500, 503, 503]);
    expect(answers[2]?.text).toContain('second');
    expect(up.pending).toHaveLength(2);
    void bench.ask('Hi');
    await turn();
    expect(up.pending).toHaveLength(3);
  });

  it('lets every caller try its own credential when that is what failed', async () => {
    const bench = createBench({
      cache: { tenant: 'shared' },
      end: (request) =>
        request.headers.get('authorization') === 'Bearer good'
          ? jsonReply(chatBody('let in'))
          : jsonReply({ error: { message: 'who?' } }, 401),
    });
    const ask = (key: string) => bench.ask('Hi', { headers: { authorization: `Bearer ${key}` } });
    const answers = await Promise.all(['bad', 'bad', 'good', 'good'].map(ask));
    expect(answers.map(({ status }) => status)).toEqual([401, 401, 200, 200]);
  });

  it('shares one semantic lookup and its hit', async () => {
    let embedded = 0;
    const bench = createBench({
      cache: {
        semantic: {
          policy: { id: 'all', decide: () => 'hit' },
          guards: [],
          embedder: {
            id: 'slow',
            dimensions: 2,
            embed: async () => {
              embedded += 1;
              await turn();
              return [Float32Array.of(1, 0)];
            },
          },
        },
      },
    });
    await bench.ask('stored');
    embedded = 0;
    const answers = await Promise.all([1, 2, 3].map(() => bench.ask('asked')));
    expect(answers.map(({ cache }) => cache.includes('detail=semantic'))).toEqual([
      true,
      true,
      true,
    ]);
    expect([bench.calls(), embedded]).toEqual([1, 1]);
  });

  it('ends a slow reader of a stream with the error event of the dialect', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      const stream = manualStream();
      const bench = createBench({ end: () => stream.response, cache: { maxEntryBytes: 100 } });
      const slow = (await bench.handler(chatRequest('Hi', { stream: true }))).body!.getReader();
      const fast = bench.ask('Hi', { stream: true });
      void slow.read();
      await vi.advanceTimersByTimeAsync(1);
      stream.write(`data: ${'a'.repeat(80)}\n\n`);
      stream.write(`data: ${'b'.repeat(80)}\n\n`);
      stream.write(`data: ${'c'.repeat(80)}\n\n`);
      await vi.advanceTimersByTimeAsync(5000);
      stream.end();
      expect((await fast).text).toContain('ccc');
      const { value } = await slow.read();
      expect(new TextDecoder().decode(value)).toMatch(
        /^\n\ndata: \{"error":\{.*"code":"slow_reader"/,
      );
      expect((await slow.read()).done).toBe(true);
      const ends = bench.events.filter(({ type }) => type === 'response-end');
      expect(
        ends
          .map((event) => (event as unknown as { outcome: { ended: string } }).outcome.ended)
          .sort(),
      ).toEqual(['completed', 'failed']);
    } finally {
      vi.useRealTimers();
    }
  });

  it('does not hand cookies and ids of one caller to another', async () => {
    const bench = createBench({
      end: async () => {
        await turn();
        return createReply({
          headers: { 'content-type': 'application/json', 'set-cookie': 'a=b', 'x-other': 'kept' },
          body: JSON.stringify(chatBody('x')),
        });
      },
    });
    const answers = await Promise.all([bench.ask('Hi'), bench.ask('Hi')]);
    const [first, second] = answers.sort((a) => (a.cache.includes('collapsed') ? 1 : -1));
    expect(first?.headers.get('set-cookie')).toBe('a=b');
    expect(second?.headers.get('set-cookie')).toBeNull();
    expect(second?.headers.get('x-other')).toBe('kept');
    expect(first?.headers.get('x-request-id')).not.toBe(second?.headers.get('x-request-id'));
  });
});

describe('what is kept of an exchange', () => {
  const stored = async (bench: ReturnType<typeof createBench>, stream = false) => {
    await bench.settled();
    return (
      (await bench.ask('Hi', { headers: { 'cache-control': 'only-if-cached' }, stream })).status ===
      200
    );
  };

  it('nothing of a stream that was cut, ended in error or without its end marker', async () => {
    const whole = chatChunks('cut here');
    for (const chunks of [
      whole.slice(0, -2),
      whole.slice(0, -1),
      [...whole.slice(0, 2), 'data: {"error":{"message":"no"}}\n\n', 'data: [DONE]\n\n'],
      [],
    ]) {
      const bench = createBench({ end: () => streamReply(chunks) });
      await bench.ask('Hi', { stream: true });
      expect(await stored(bench)).toBe(false);
    }
    const broken = manualStream();
    const bench = createBench({ end: () => broken.response });
    const reply = bench.ask('Hi', { stream: true });
    await turn();
    broken.write(whole[0]!);
    broken.fail(new Error('reset'));
    await expect(reply).rejects.toThrow();
    expect(await stored(bench)).toBe(false);
  });

  it('nothing of a reply that the only caller gave up', async () => {
    const stream = manualStream();
    const bench = createBench({ end: () => stream.response });
    const reading = (await bench.handler(chatRequest('Hi', { stream: true }))).body?.getReader();
    void reading?.read();
    await turn();
    for (const chunk of chatChunks('given up').slice(0, 2)) stream.write(chunk);
    await reading?.cancel();
    expect(await stored(bench)).toBe(false);
  });

  it.each([
    ['while the reply passes', 'during'],
    ['after it has ended', 'late'],
  ])('nothing when a guard blocks it %s', async (_, when) => {
    const guard = defineMiddleware('promptGuard', async (_request, next, context) => {
      const block = () =>
        context.emit({
          type: 'guard-verdict',
          phase: 'reply',
          verdict: 'block',
          findings: [],
          durationMs: 0,
        });
      const response = await next();
      if (when === 'during') block();
      else context.waitUntil(turn().then(block));
      return response;
    });
    for (const stream of [false, true]) {
      const blocked = createBench({ outer: [guard] });
      await blocked.ask('Hi', { stream });
      await turn();
      await turn();
      expect(await stored(blocked)).toBe(false);
      expect(blocked.events).toContainEqual(
        expect.objectContaining({ type: 'cache-store', stored: false, detail: 'blocked' }),
      );
    }
  });

  it('nothing when a guard blocks one of those who share it', async () => {
    const guard = defineMiddleware('promptGuard', async (request, next, context) => {
      const response = await next();
      const verdict = request.headers.get('x-strict') === null ? 'allow' : 'block';
      context.emit({ type: 'guard-verdict', phase: 'reply', verdict, findings: [], durationMs: 0 });
      return response;
    });
    const bench = createBench({ end: slowEnd, outer: [guard] });
    await Promise.all([bench.ask('Hi'), bench.ask('Hi', { headers: { 'x-strict': 'yes' } })]);
    await turn();
    expect(bench.calls()).toBe(1);
    expect(await stored(bench)).toBe(false);
  });
});

describe('a flight under wrapFetch', () => {
  it('is rejected for all who share it when the upstream can not be reached', async () => {
    let calls = 0;
    const unreachable = new TypeError('fetch failed');
    const send = wrapFetch(semanticCache({ tenant: 'me' }), {
      fetch: async (_request: Request) => {
        calls++;
        await turn();
        throw unreachable;
      },
    });
    const call = () => send(chatRequest('Hi there'));
    const settled = await Promise.allSettled([call(), call(), call()]);
    expect(settled.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
    for (const one of settled) expect(one).toMatchObject({ reason: unreachable });
    // The leader's, and one more for those who waited.
    expect(calls).toBe(2);
  });
});
