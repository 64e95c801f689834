import { describe, expect, it } from 'vitest';
import { type CacheEntry, entryVersion } from './cache-entry.ts';
import type { CacheKey, CacheStore } from './cache-store.ts';

/** What every store must do. */
export function cacheStoreConformance(
  name: string,
  create: (now: () => number) => CacheStore,
): void {
  describe(`cache store "${name}"`, () => {
    it('gives back what was set, bytes and all', async () => {
      const store = create(() => 0);
      const body = Uint8Array.from({ length: 256 }, (_, at) => at);
      await store.set(key('a'), entry('a', { body, scope: 's', text: 't' }));
      const found = await store.get(key('a'));
      expect(found).toEqual(entry('a', { body, scope: 's', text: 't' }));
      expect(found?.body).toBeInstanceOf(Uint8Array);
    });

    it('has nothing under a key that was not set', async () => {
      const store = create(() => 0);
      await store.set(key('a'), entry('a'));
      for (const other of ['b', '', 'A', 'a ', '__proto__', 'toString']) {
        expect(await store.get(key(other))).toBeUndefined();
      }
    });

    it('keeps names of prototypes like any other', async () => {
      const store = create(() => 0);
      await store.set(key('__proto__'), entry('__proto__'));
      expect((await store.get(key('__proto__')))?.key).toBe('__proto__');
      expect(await store.get(key('constructor'))).toBeUndefined();
    });

    it('replaces and deletes', async () => {
      const store = create(() => 0);
      await store.set(key('a'), entry('a'));
      await store.set(key('a'), entry('a', { text: 'newer' }));
      expect((await store.get(key('a')))?.text).toBe('newer');
      await store.delete(key('a'));
      await store.delete(key('a'));
      expect(await store.get(key('a'))).toBeUndefined();
    });

    it('forgets everything when it is emptied, if it can be', async () => {
      const store = create(() => 0) as CacheStore & { clear?(): void | Promise<void> };
      for (let at = 0; at < 30; at++) await store.set(key(`k${at}`), entry(`k${at}`));
      if (store.clear === undefined) return;
      await store.clear();
      for (let at = 0; at < 30; at++) expect(await store.get(key(`k${at}`))).toBeUndefined();
      await store.set(key('a'), entry('a'));
      expect((await store.get(key('a')))?.key).toBe('a');
    });

    it('lists what is there and not over, if it can be listed', async () => {
      let time = 0;
      const store = create(() => time);
      if (store.entries === undefined) return;
      const list = async () => {
        const found: CacheEntry[] = [];
        for await (const one of store.entries?.() ?? []) found.push(one);
        return found.sort((a, b) => (a.key < b.key ? -1 : 1));
      };
      expect(await list()).toEqual([]);
      const made = Array.from({ length: 30 }, (_, at) =>
        entry(`k${at + 10}`, {
          expiresAt: at < 3 ? 60_000 : 1_000_000,
          tags: ['t'],
          owner: 'o',
          cuts: { '0:text': '&"\\\u{ffff}' },
        }),
      );
      for (const one of made) await store.set(key(one.key), one);
      expect(await list()).toEqual(made);
      await store.delete(key('k20'));
      time = 60_000;
      expect((await list()).map((one) => one.key)).toEqual(
        made.slice(3).flatMap((one) => (one.key === 'k20' ? [] : [one.key])),
      );
    });

    it('lets one of many claim a key, until it is released or over, if it can', async () => {
      const time = 1000;
      const store = create(() => time);
      if (store.claim === undefined) return;
      const claim = async (name: string) => (await store.claim?.(key(name), 60_000)) === true;
      const took = await Promise.all(Array.from({ length: 10 }, () => claim('a')));
      expect(took.filter(Boolean)).toHaveLength(1);
      expect(await claim('b')).toBe(true);
      expect(await store.get(key('a'))).toBeUndefined();
      await store.release?.(key('a'));
      expect([await claim('a'), await claim('a'), await claim('b')]).toEqual([true, false, false]);
    });

    it('does not hand out what has expired', async () => {
      let time = 0;
      const store = create(() => time);
      await store.set(key('a'), entry('a', { expiresAt: 10 }));
      time = 10;
      expect(await store.get(key('a'))).toBeUndefined();
    });

    it('never hands out one key for another, be their hashes the same', async () => {
      const store = create(() => 0);
      await store.set({ text: 'a', hash: 7 }, entry('a'));
      expect(await store.get({ text: 'b', hash: 7 })).toBeUndefined();
      await store.delete({ text: 'b', hash: 7 });
      expect((await store.get({ text: 'a', hash: 7 }))?.key).toBe('a');
    });
  });
}

export function key(text: string): CacheKey {
  let hash = 0;
  for (const letter of text) hash = (hash * 31 + letter.charCodeAt(0)) % 2 ** 50;
  return { text, hash };
}

export function entry(name: string, change: Partial<CacheEntry> = {}): CacheEntry {
  return {
    version: entryVersion,
    key: name,
    scope: undefined,
    text: undefined,
    storedAt: 0,
    expiresAt: 1e15,
    body: new TextEncoder().encode('{}'),
    usage: undefined,
    ...change,
  };
}
