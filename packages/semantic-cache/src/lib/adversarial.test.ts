import type { StreamCuts } from '@wintergate/wire';
import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { CacheEntry } from './cache-entry.ts';
import type { CacheKey, CacheStore } from './cache-store.ts';
import type { Embedder } from './embedder.ts';
import { chatBody, createBench } from './fixture.ts';
import { memoryStore } from './memory-store.ts';
import type { SemanticOptions } from './options.ts';
import type { IndexMatch, VectorIndex } from './vector-index.ts';

const secret = 'a secret of enough length';

/** A store outside the process, as a client of one would be. Keeps copies. */
function outsideStore(change: Partial<CacheStore> = {}) {
  const kept = new Map<string, CacheEntry>();
  const keys: CacheKey[] = [];
  const store: CacheStore = {
    location: 'outside',
    async get({ text }) {
      const entry = kept.get(text);
      return entry === undefined ? undefined : { ...entry, body: entry.body.slice() };
    },
    async set(key, entry) {
      keys.push(key);
      kept.set(key.text, { ...entry });
    },
    async delete({ text }) {
      kept.delete(text);
    },
    ...change,
  };
  return { store, kept, keys };
}

/** Lets real work be done between the ticks of the fake clock. */
async function passTime(): Promise<void> {
  for (let at = 0; at < 10; at++) {
    await new Promise((resolve) => setImmediate(resolve));
    await vi.advanceTimersByTimeAsync(20);
  }
}

afterEach(() => {
  vi.useRealTimers();
});

function entryCutLike(key: string, cuts: unknown): CacheEntry {
  const body = new TextEncoder().encode(JSON.stringify(chatBody('An answer')));
  const times = { storedAt: 1_700_000_000_000, expiresAt: 9_000_000_000_000 };
  const none = { scope: undefined, text: undefined, usage: undefined };
  return { version: 1, key, ...none, ...times, body, cuts: cuts as StreamCuts };
}

describe('a store outside the process', () => {
  it('sees digests, never the call, and serves another instance with the same secret', async () => {
    const { store, keys } = outsideStore();
    const one = createBench({ cache: { store, secret } });
    await one.ask('A very private question');
    await one.settled();
    expect(keys[0]?.text).toMatch(/^[0-9a-f]{64}$/);
    const other = createBench({ cache: { store, secret } });
    expect((await other.ask('A very private question')).cache).toContain('hit');
    const stranger = createBench({ cache: { store, secret: 'another secret, also long' } });
    expect((await stranger.ask('A very private question')).cache).toContain('fwd=miss');
  });

  it.each<[string, Partial<CacheStore>, string]>([
    [
      'throws',
      {
        get: () => {
          throw new Error('no');
        },
      },
      '; detail=store-error',
    ],
    ['rejects', { get: () => Promise.reject(new Error('no')) }, '; detail=store-error'],
    ['answers null', { get: async () => null as unknown as undefined }, ''],
    [
      'answers what no stream was cut like',
      { get: async ({ text }) => entryCutLike(text, { '0:text': 5 }) },
      '; detail=store-shape',
    ],
    [
      'answers a text',
      { get: async () => 'entry' as unknown as CacheEntry },
      '; detail=store-shape',
    ],
  ])('that %s is a miss', async (_, change, detail) => {
    const { store } = outsideStore(change);
    const bench = createBench({ cache: { store, secret } });
    const answer = await bench.ask('Hi');
    expect([answer.status, answer.cache]).toEqual([200, `wintergate; fwd=miss; stored${detail}`]);
  });

  it.each<[string, (key: CacheKey, entry: CacheEntry) => void | Promise<void>]>([
    [
      'throws',
      () => {
        throw new Error('no');
      },
    ],
    ['rejects', () => Promise.reject(new Error('no'))],
  ])('whose set %s stores nothing and says so', async (_, set) => {
    const { store } = outsideStore({ set });
    const bench = createBench({ cache: { store, secret } });
    expect((await bench.ask('Hi')).status).toBe(200);
    await bench.settled();
    expect(bench.events).toContainEqual(
      expect.objectContaining({ type: 'cache-store', stored: false, detail: 'store-error' }),
    );
    expect((await bench.ask('what is hi')).status).toBe(200);
  });

  it('that never answers is a miss after storeTimeout', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const { store } = outsideStore({ get: () => new Promise(() => {}) });
    const bench = createBench({ cache: { store, secret, storeTimeout: '50 ms' } });
    const answer = bench.ask('Hi');
    await passTime();
    expect((await answer).cache).toContain('fwd=miss; stored; detail=store-timeout');
  });

  const encoder = new TextEncoder();
  it.each<[string, (entry: CacheEntry) => unknown]>([
    ['another key', (entry) => ({ ...entry, key: 'f'.repeat(64) })],
    ['another version', (entry) => ({ ...entry, version: 99 })],
    ['no body', ({ body: _, ...entry }) => entry],
    ['a body as text', (entry) => ({ ...entry, body: 'text' })],
    ['an empty body', (entry) => ({ ...entry, body: new Uint8Array(0) })],
    ['a body that is no JSON', (entry) => ({ ...entry, body: encoder.encode('<html>') })],
    ['a body that is no object', (entry) => ({ ...entry, body: encoder.encode('[1]') })],
    ['a body of invalid UTF-8', (entry) => ({ ...entry, body: Uint8Array.of(0x7b, 0xff, 0x7d) })],
    [
      'a body that is no whole reply',
      (entry) => ({ ...entry, body: encoder.encode('{"choices":[]}') }),
    ],
    [
      'a body that is an error',
      (entry) => ({ ...entry, body: encoder.encode('{"error":{"message":"x"}}') }),
    ],
    ['a huge body', (entry) => ({ ...entry, body: new Uint8Array(2_000_000) })],
    ['a time that is over', (entry) => ({ ...entry, expiresAt: 1 })],
    ['a time that is none', (entry) => ({ ...entry, expiresAt: '9999999999999' })],
    ['a time that is endless', (entry) => ({ ...entry, expiresAt: Number.POSITIVE_INFINITY })],
    ['a birth in the future', (entry) => ({ ...entry, storedAt: entry.storedAt + 10_000_000 })],
    ['a usage that is none', (entry) => ({ ...entry, usage: { inputTokens: 'x' } })],
  ])('that answers an entry with %s is a miss', async (_, poison) => {
    const { store, kept } = outsideStore();
    const bench = createBench({ cache: { store, secret } });
    await bench.ask('Hi');
    await bench.settled();
    for (const [key, entry] of kept) kept.set(key, poison(entry) as CacheEntry);
    const answer = await bench.ask('Hi');
    expect([answer.status, answer.text]).toEqual([200, JSON.stringify(chatBody('Answer 2'))]);
    expect(answer.cache).toMatch(/fwd=(?:miss|stale); stored/);
  });

  it('that answers anything at all never makes an error', async () => {
    await fc.assert(
      fc.asyncProperty(fc.anything(), async (value) => {
        const { store } = outsideStore({ get: async () => value as CacheEntry });
        const bench = createBench({ cache: { store, secret } });
        expect((await bench.ask('Hi')).text).toContain('Answer 1');
      }),
      { numRuns: 100 },
    );
  });
});

describe('hashes that collide', () => {
  it('make no call answer another', async () => {
    const inner = memoryStore();
    const clash = (key: CacheKey): CacheKey => ({ ...key, hash: 1 });
    const store: CacheStore = {
      location: 'process',
      get: (key) => inner.get(clash(key)),
      set: (key, entry) => inner.set(clash(key), entry),
      delete: (key) => inner.delete(clash(key)),
    };
    const bench = createBench({ cache: { store, now: Date.now, semantic: false } });
    const texts = ['one', 'two', 'three'];
    for (const text of [...texts, ...texts])
      expect((await bench.ask(text)).cache).toContain('fwd=miss');
    expect((await bench.ask('three')).cache).toContain('hit');
  });
});

describe('an index or embedder that lies', () => {
  const question = 'What is the capital of France?';
  const flat: Embedder = {
    id: 'flat',
    dimensions: 2,
    threshold: 0.5,
    embed: (texts) => texts.map(() => Float32Array.of(1, 0)),
  };
  const indexOf = (query: () => unknown): VectorIndex => ({
    add() {},
    query: query as VectorIndex['query'],
    delete() {},
  });

  async function answers(semantic: SemanticOptions) {
    const bench = createBench({ cache: { semantic } });
    await bench.ask(question);
    const answer = await bench.ask('Something else entirely', { stream: false });
    return [answer.status, answer.cache.includes('hit')];
  }

  it.each<[string, Partial<Embedder>]>([
    [
      'throws',
      {
        embed: () => {
          throw new Error('no');
        },
      },
    ],
    ['rejects', { embed: () => Promise.reject(new Error('no')) }],
    ['answers nothing', { embed: () => [] }],
    ['answers another length', { embed: () => [Float32Array.of(1)] }],
    ['answers zeros', { embed: () => [Float32Array.of(0, 0)] }],
    ['answers no numbers', { embed: () => [Float32Array.of(Number.NaN, 1)] }],
    ['answers a list', { embed: () => [[1, 0]] as unknown as Float32Array[] }],
    ['compares to no number', { compare: () => Number.NaN }],
    [
      'throws when it compares',
      {
        compare: () => {
          throw new Error('no');
        },
      },
    ],
  ])('an embedder that %s makes a miss', async (_, change) => {
    expect(await answers({ embedder: { ...flat, ...change }, guards: [] })).toEqual([200, false]);
  });

  it('an embedder that never answers makes a miss, and hears that it is too late', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    let aborted = false;
    const embed = (_: readonly string[], signal?: AbortSignal) =>
      new Promise<never>(() => signal?.addEventListener('abort', () => (aborted = true)));
    const bench = createBench({
      cache: { semantic: { embedder: { ...flat, embed }, timeout: 20 } },
    });
    const answer = bench.ask(question);
    await passTime();
    expect((await answer).cache).toContain('detail=embedder-timeout');
    expect(aborted).toBe(true);
  });

  it.each<[string, () => unknown]>([
    [
      'throws',
      () => {
        throw new Error('no');
      },
    ],
    ['rejects', () => Promise.reject(new Error('no'))],
    ['answers nothing', () => undefined],
    [
      'answers ids that are not there',
      () => [{ id: 'x', text: 'Something else entirely', similarity: 1 }],
    ],
    ['answers no ids', () => [{ text: 'Something else entirely', similarity: 1 }, null]],
    [
      'answers no number',
      () => [{ id: 'x', text: 'Something else entirely', similarity: Number.NaN }],
    ],
  ])('an index that %s makes a miss', async (_, query) => {
    expect(await answers({ embedder: flat, guards: [], index: indexOf(query) })).toEqual([
      200,
      false,
    ]);
  });

  it('an index that answers another scope or another text makes a miss', async () => {
    let id = '';
    let match: (() => IndexMatch[]) | undefined;
    const index: VectorIndex = {
      add: (item) => {
        id ||= item.id;
      },
      query: () => match?.() ?? [],
      delete() {},
    };
    const bench = createBench({ cache: { semantic: { embedder: flat, guards: [], index } } });
    await bench.ask(question);
    match = () => [{ id, text: 'what is the capital of france', similarity: 1 }];
    expect((await bench.ask('what is the capital of france')).cache).toContain('fwd=miss');
    match = () => [{ id, text: question, similarity: 1 }];
    expect((await bench.ask('Q', { headers: { authorization: 'Bearer two' } })).cache).toContain(
      'fwd=miss',
    );
    expect((await bench.ask('Q')).cache).toContain('detail=semantic');
  });
});
