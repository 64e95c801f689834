import { describe, expect, it } from 'vitest';
import { cacheStoreConformance, entry, key } from '../cache-store.conformance.ts';
import { memoryStore } from '../memory-store.ts';
import { tinyLfu } from './tiny-lfu.ts';

cacheStoreConformance('memoryStore() with tinyLfu()', (now) =>
  memoryStore({ now, admission: tinyLfu() }),
);

const room = 10_000;
const body = new Uint8Array(400);

/** Looks one up, and stores it where it is not there. */
function use(store: ReturnType<typeof memoryStore>, name: string): boolean {
  if (store.get(key(name)) !== undefined) return true;
  store.set(key(name), entry(name, { body }));
  return false;
}

describe('tinyLfu()', () => {
  it('keeps what is asked for through a scan of what never comes again', () => {
    for (const [admission, kept] of [
      [tinyLfu({ entries: 256 }), 5],
      [undefined, 0],
    ] as const) {
      const store = memoryStore({ maxBytes: room, now: () => 0, ...(admission && { admission }) });
      for (let round = 0; round < 4; round++) for (const name of 'abcde') use(store, name);
      for (let at = 0; at < 100; at++) use(store, `scan ${at}`);
      expect([...'abcde'].filter((name) => store.get(key(name)) !== undefined)).toHaveLength(kept);
    }
  });

  it('lets in what is asked for more often than the oldest', () => {
    const store = memoryStore({
      maxBytes: room,
      now: () => 0,
      admission: tinyLfu({ entries: 16 }),
    });
    for (let at = 0; at < 20; at++) use(store, `old ${at}`);
    for (let at = 0; at < 3; at++) use(store, 'new');
    expect(store.get(key('new'))).toBeDefined();
    expect(store.bytes).toBeLessThanOrEqual(room);
  });

  it('forgets how often something was asked long ago', () => {
    const admission = tinyLfu({ entries: 16 });
    for (let at = 0; at < 15; at++) admission.touch(1);
    for (let at = 0; at < 2000; at++) admission.touch(1000 + at * 7919);
    for (let at = 0; at < 8; at++) admission.touch(2);
    expect(admission.admits(2, 1)).toBe(true);
  });

  it('makes room of what is over, whoever asks', () => {
    let time = 0;
    const store = memoryStore({ maxBytes: room, now: () => time, admission: tinyLfu() });
    for (let round = 0; round < 3; round++)
      for (let at = 0; at < 12; at++)
        if (store.get(key(`a${at}`)) === undefined)
          store.set(key(`a${at}`), entry(`a${at}`, { body, expiresAt: 10 }));
    time = 10;
    store.set(key('b'), entry('b', { body }));
    expect(store.get(key('b'))).toBeDefined();
  });

  it.each([0, -1, Number.NaN, 2 ** 27])('refuses %d entries', (entries) => {
    expect(() => tinyLfu({ entries })).toThrow(RangeError);
  });
});
