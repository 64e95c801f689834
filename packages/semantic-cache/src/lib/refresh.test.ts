import { describe, expect, it } from 'vitest';
import { readUpstreamTtl } from './cache-control.ts';
import { type BenchOptions, chatBody, createBench, jsonReply } from './fixture.ts';
import type { SemanticCacheOptions } from './options.ts';

const minute = 60_000;

function bench(cache: SemanticCacheOptions, options: BenchOptions = {}) {
  return createBench({ cache: { tenant: 'shared', ttl: '1 m', ...cache }, ...options });
}

describe('staleWhileRevalidate', () => {
  it('answers at once from what is stale, and asks anew behind it', async () => {
    const { ask, calls, pass, settled, events } = bench({ staleWhileRevalidate: '1 m' });
    await ask('What is new?');
    pass(minute);
    const stale = await ask('What is new?');
    expect(stale.text).toContain('Answer 1');
    expect(stale.cache).toMatch(
      /^wintergate; hit; ttl=0; detail=stale-while-revalidate; key="[0-9a-f]{14}"$/,
    );
    await settled();
    expect(calls()).toBe(2);
    expect(events.filter(({ type }) => type === 'cache-store')).toMatchObject([
      { stored: true },
      { stored: true },
    ]);
    const renewed = await ask('What is new?');
    expect(renewed.text).toContain('Answer 2');
    expect(renewed.cache).toContain('ttl=60; detail=exact');
    expect(calls()).toBe(2);
  });

  it('renews a stream for callers of either form', async () => {
    const { ask, calls, pass, settled } = bench({ staleWhileRevalidate: '1 m' });
    await ask('What is new?', { stream: true });
    pass(minute);
    expect((await ask('What is new?', { stream: true })).text).toContain('[DONE]');
    await settled();
    expect((await ask('What is new?')).text).toContain('Answer 2');
    expect(calls()).toBe(2);
  });

  it('waits for a new answer once that time is over too', async () => {
    const { ask, calls, pass } = bench({ staleWhileRevalidate: '1 m' });
    await ask('What is new?');
    pass(2 * minute);
    expect((await ask('What is new?')).text).toContain('Answer 2');
    expect(calls()).toBe(2);
  });

  it('asks once for many callers at a time', async () => {
    const { ask, calls, pass, settled } = bench({ staleWhileRevalidate: '1 m' });
    await ask('What is new?');
    pass(minute);
    await Promise.all(Array.from({ length: 10 }, () => ask('What is new?')));
    await settled();
    expect(calls()).toBe(2);
  });

  it('gives who names an age nothing stale', async () => {
    const { ask, calls, pass } = bench({ staleWhileRevalidate: '1 m' });
    await ask('What is new?');
    pass(minute);
    const headers = { 'cache-control': 'max-age=300' };
    expect((await ask('What is new?', { headers })).text).toContain('Answer 2');
    expect(calls()).toBe(2);
  });

  it.each([
    ['fails', () => Response.json({ error: { message: 'no' } }, { status: 500 })],
    ['is cut', () => jsonReply(chatBody('half', { choices: [] }))],
    ['throws', () => Promise.reject(new Error('no'))],
  ])('keeps the old answer when the new one %s', async (_how, failing) => {
    const end = (_request: Request, count: number) =>
      count === 1 ? jsonReply(chatBody('Answer 1')) : failing();
    const { ask, calls, pass, settled } = bench({ staleWhileRevalidate: '1 m' }, { end });
    await ask('What is new?');
    pass(minute);
    for (let at = 0; at < 2; at++) {
      expect((await ask('What is new?')).text).toContain('Answer 1');
      await settled();
    }
    expect(calls()).toBe(3);
  });

  it('asks anew within its budget only', async () => {
    const { ask, calls, pass, settled } = bench({
      staleWhileRevalidate: '1 h',
      maxRefreshesPerMinute: 2,
    });
    for (const text of ['One?', 'Two?', 'Three?']) await ask(text);
    pass(minute);
    for (const text of ['One?', 'Two?', 'Three?']) await ask(text);
    await settled();
    expect(calls()).toBe(5);
    pass(minute - 1);
    await ask('Three?');
    await settled();
    expect(calls()).toBe(5);
    pass(1);
    await ask('Three?');
    await settled();
    expect(calls()).toBe(6);
  });

  it('goes on when the caller who began it leaves', async () => {
    let release = (): void => {};
    const gate = new Promise<void>((resolve) => (release = resolve));
    const end = async (_request: Request, count: number) => {
      if (count > 1) await gate;
      return jsonReply(chatBody(`Answer ${count}`));
    };
    const { ask, calls, pass, settled } = bench({ staleWhileRevalidate: '1 m' }, { end });
    await ask('What is new?');
    pass(minute);
    const controller = new AbortController();
    await ask('What is new?', { signal: controller.signal });
    controller.abort();
    release();
    await settled();
    expect((await ask('What is new?')).text).toContain('Answer 2');
    expect(calls()).toBe(2);
  });
});

describe('refreshAhead', () => {
  it('renews what is asked for near the end of its time', async () => {
    const { ask, calls, pass, settled } = bench({ refreshAhead: 0.8 });
    await ask('What is new?');
    pass(0.7 * minute);
    await ask('What is new?');
    await settled();
    expect(calls()).toBe(1);
    pass(0.2 * minute);
    expect(await ask('What is new?')).toMatchObject({
      text: expect.stringContaining('Answer 1'),
      cache: expect.stringMatching(/^wintergate; hit; ttl=6; detail=exact; key="\w{14}"$/),
    });
    await settled();
    pass(0.5 * minute);
    expect((await ask('What is new?')).text).toContain('Answer 2');
    expect(calls()).toBe(2);
  });

  it.each([0, -1, 1.1, Number.NaN])('refuses %d', (refreshAhead) => {
    expect(() => bench({ refreshAhead })).toThrow(RangeError);
  });
});

describe('upstreamCacheControl', () => {
  const answering = (field: string): BenchOptions => ({
    end: (_request, count) => {
      const reply = jsonReply(chatBody(`Answer ${count}`));
      reply.headers.set('cache-control', field);
      return reply;
    },
  });

  it.each(['no-store', 'private', 'max-age=60, no-cache', 's-maxage=0', 'max-age=0'])(
    'keeps nothing of an answer that says "%s"',
    async (field) => {
      const { ask, calls } = bench({ upstreamCacheControl: true }, answering(field));
      await ask('What is new?');
      await ask('What is new?');
      expect(calls()).toBe(2);
    },
  );

  it('keeps it as long as the upstream says, and no longer than configured', async () => {
    const { ask, calls, pass } = bench({ upstreamCacheControl: true }, answering('max-age=30'));
    await ask('What is new?');
    pass(29_999);
    await ask('What is new?');
    expect(calls()).toBe(1);
    pass(1);
    await ask('What is new?');
    expect(calls()).toBe(2);
    const long = bench({ upstreamCacheControl: true }, answering('max-age=3600'));
    await long.ask('What is new?');
    long.pass(minute);
    await long.ask('What is new?');
    expect(long.calls()).toBe(2);
  });

  it('does not look unless told to', async () => {
    const { ask, calls } = bench({}, answering('no-store'));
    await ask('What is new?');
    await ask('What is new?');
    expect(calls()).toBe(1);
  });

  it.each([
    ['max-age=60, s-maxage="30"', 30_000],
    ['public, max-age=60', 60_000],
    ['public', undefined],
    ['max-age=later', 0],
    ['x-no-store', undefined],
    ['No-Store', 0],
  ])('reads "%s"', (field, ttl) => {
    expect(readUpstreamTtl(new Headers({ 'cache-control': field }))).toBe(ttl);
  });
});
