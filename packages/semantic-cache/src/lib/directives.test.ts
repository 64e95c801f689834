import type { Duration } from '@wintergate/core';
import { describe, expect, it } from 'vitest';
import { answerEnd, createBench, jsonReply } from './fixture.ts';

const hour = 3_600_000;

describe('how long an answer is served', () => {
  it('may depend on the call', async () => {
    const times: Record<string, Duration | undefined> = {
      short: '1 m',
      never: 0,
      broken: 'soon' as never,
    };
    const bench = createBench({ cache: { ttl: ({ body }) => times[String(body['x-kind'])] } });
    const ask = (kind: string) => bench.ask(kind, { body: { 'x-kind': kind } });
    for (const kind of ['short', 'never', 'default', 'broken', 'unknown']) await ask(kind);
    expect((await ask('short')).cache).toContain('hit; ttl=60');
    expect((await ask('default')).cache).toContain('hit; ttl=3600');
    expect((await ask('unknown')).cache).toContain('hit; ttl=3600');
    expect((await ask('never')).cache).toContain('fwd=miss');
    expect((await ask('broken')).cache).toContain('fwd=miss');
    bench.pass(60_000);
    expect((await ask('short')).cache).toContain('fwd=miss');
    const details = bench.events.filter(({ type }) => type === 'cache-store');
    expect(details).toContainEqual(expect.objectContaining({ stored: false, detail: 'ttl' }));
  });

  it('is asked once, before the reply says whether it is stored', async () => {
    const asked: string[] = [];
    const bench = createBench({
      cache: {
        ttl: ({ body }) => {
          asked.push('ttl');
          return body['x-kind'] === 'never' ? 0 : '1 m';
        },
        tags: ({ body }) => {
          asked.push('tags');
          if (body['x-kind'] === 'failing') throw new Error('no tags');
          return [];
        },
      },
    });
    const ask = (kind: string, stream = false) =>
      bench.ask(kind, { body: { 'x-kind': kind, stream } });
    expect((await ask('kept')).cache).toContain('; stored');
    expect(asked).toEqual(['tags', 'ttl']);
    for (const kind of ['never', 'failing']) {
      expect((await ask(kind)).cache).not.toContain('stored');
      expect((await ask(kind, true)).cache).not.toContain('stored');
    }
    const upstream = createBench({
      end(request, count) {
        return Promise.resolve(answerEnd(request, count)).then((reply) => {
          const headers = new Headers(reply.headers);
          headers.set('cache-control', 'no-store');
          return new Response(reply.body, { headers });
        });
      },
      cache: { upstreamCacheControl: true },
    });
    expect((await upstream.ask('a')).cache).not.toContain('stored');
  });

  it('may be shortened by the caller, and never lengthened', async () => {
    const bench = createBench();
    const ttl = (seconds: string) => ({ headers: { 'cf-aig-cache-ttl': seconds } });
    await bench.ask('a', ttl('60'));
    expect((await bench.ask('a')).cache).toContain('ttl=60');
    await bench.ask('b', ttl('999999'));
    expect((await bench.ask('b')).cache).toContain('ttl=3600');
    await bench.ask('c', ttl('0'));
    expect((await bench.ask('c')).cache).toContain('fwd=miss');
    bench.pass(hour);
  });
});

describe('a key of the caller’s own', () => {
  const key = (name: string, authorization = 'Bearer one') => ({
    headers: { 'cf-aig-cache-key': name, authorization },
  });

  it('has one answer, whatever is asked', async () => {
    const bench = createBench();
    const first = await bench.ask('What is the capital of France?', key('k'));
    const second = await bench.ask('Something else', key('k'));
    expect(second.cache).toContain('detail=exact');
    expect(second.text).toBe(first.text);
    expect((await bench.ask('Something else', key('other'))).cache).toContain('fwd=miss');
    // What was kept under a name is no answer to a call like it, nor the other way.
    expect((await bench.ask('what is the capital of france')).cache).toContain('fwd=miss');
    expect((await bench.ask('What is the capital of France?')).cache).not.toContain('exact');
    expect(bench.calls()).toBe(3);
  });

  it('is the tenant’s own, and no name stands for a call', async () => {
    const bench = createBench();
    await bench.ask('a', key('k'));
    expect((await bench.ask('a', key('k', 'Bearer two'))).cache).toContain('fwd=miss');
    await bench.ask('b');
    const body = JSON.stringify({ messages: [{ content: 'b', role: 'user' }], model: 'gpt-test' });
    expect((await bench.ask('x', key(body))).cache).toContain('fwd=miss');
  });

  it('is nothing where callers have no say', async () => {
    const bench = createBench({ cache: { cacheControl: false } });
    await bench.ask('a', key('k'));
    expect((await bench.ask('b', key('k'))).cache).toContain('fwd=miss');
    await bench.ask('c', { headers: { 'cf-aig-skip-cache': 'true' } });
    expect((await bench.ask('c')).cache).toContain('hit');
  });
});

describe('an answer whose time is over', () => {
  const failing = () => {
    let fails = false;
    const bench = createBench({
      cache: { ttl: '1 m', staleIfError: '10 m' },
      end: (request, count) =>
        fails ? jsonReply({ error: { message: 'down' } }, 503) : answerEnd(request, count),
    });
    return { ...bench, fail: () => void (fails = true) };
  };

  it('is served while the upstream fails, in the form that is asked for', async () => {
    const { ask, pass, fail, calls, events } = failing();
    const first = await ask('a');
    expect((await ask('a')).cache).toContain('hit; ttl=60');
    pass(60_000);
    fail();
    const old = await ask('a');
    expect([old.status, old.cache]).toEqual([
      200,
      expect.stringMatching(/^wintergate; hit; ttl=0; detail=stale-if-error; key="\w{14}"$/),
    ]);
    expect(old.text).toBe(first.text);
    expect(old.headers.get('age')).toBe('60');
    pass(30_000);
    const streamed = await ask('a', { stream: true });
    expect(streamed.cache).toContain('ttl=-30; detail=stale-if-error');
    expect(streamed.text).toContain('data: [DONE]');
    expect(calls()).toBe(3);
    expect(events.filter(({ type }) => type === 'response-end').at(-1)).toMatchObject({
      outcome: { source: 'cache', complete: true },
    });
  });

  it('is not, once that time is over too, or to one who named an age', async () => {
    const { ask, pass, fail } = failing();
    await ask('a');
    pass(61_000);
    fail();
    expect((await ask('a', { headers: { 'cache-control': 'max-age=5' } })).status).toBe(503);
    expect((await ask('a')).status).toBe(200);
    pass(10 * 60_000);
    expect((await ask('a')).status).toBe(503);
  });

  it('answers no call that is only like it, and gives way to a new one', async () => {
    const { ask, pass, fail } = failing();
    await ask("What's the capital of France?");
    pass(61_000);
    expect((await ask("What's the capital of France?")).cache).toContain('fwd=stale; stored');
    expect((await ask("What's the capital of France?")).cache).toContain('hit; ttl=60');
    pass(61_000);
    fail();
    expect((await ask('what is the capital of france')).status).toBe(503);
  });
});
