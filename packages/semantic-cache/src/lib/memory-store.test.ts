import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cacheStoreConformance, entry, key } from './cache-store.conformance.ts';
import { entryBytes, memoryStore } from './memory-store.ts';

cacheStoreConformance('memoryStore()', (now) => memoryStore({ now }));

const step = fc.record({
  type: fc.constantFrom('set', 'set', 'get', 'delete'),
  name: fc.integer({ min: 0, max: 40 }).map((number) => `key ${number}`),
  hash: fc.integer({ min: 0, max: 25 }),
  size: fc.integer({ min: 0, max: 3000 }),
  text: fc.option(fc.string({ maxLength: 30 }), { nil: undefined }),
  lasts: fc.integer({ min: -5, max: 60 }),
});

describe('memoryStore()', () => {
  it('counts exactly what it holds, within its bound, and never mixes keys', () => {
    fc.assert(
      fc.property(
        fc.array(step, { maxLength: 150 }),
        fc.integer({ min: 500, max: 12_000 }),
        (steps, maxBytes) => {
          let time = 0;
          const store = memoryStore({ maxBytes, now: () => time });
          const hashes = new Map<string, number>();
          for (const { type, name, hash, size, text, lasts } of steps) {
            time += 1;
            // One key has one hash; few hashes for many keys force collisions.
            if (!hashes.has(name)) hashes.set(name, hash);
            const at = { text: name, hash: hashes.get(name)! };
            if (type === 'set') {
              store.set(
                at,
                entry(name, {
                  body: new Uint8Array(size),
                  text,
                  scope: text,
                  expiresAt: time + lasts,
                }),
              );
            } else if (type === 'delete') {
              store.delete(at);
            } else {
              const found = store.get(at);
              expect(found === undefined || (found.key === name && found.expiresAt > time)).toBe(
                true,
              );
            }
            expect(store.bytes).toBeLessThanOrEqual(maxBytes);
          }
          let held = 0;
          for (const [name, hash] of hashes) {
            const found = store.get({ text: name, hash });
            if (found !== undefined) held += entryBytes(found);
          }
          expect(store.bytes).toBe(held);
        },
      ),
    );
  });

  it('lets what was used least recently go first', () => {
    const each = entryBytes(entry('a'));
    const store = memoryStore({ maxBytes: 2 * each, now: () => 0 });
    store.set(key('a'), entry('a'));
    store.set(key('b'), entry('b'));
    store.get(key('a'));
    store.set(key('c'), entry('c'));
    expect(['a', 'b', 'c'].map((name) => store.get(key(name))?.key)).toEqual(['a', undefined, 'c']);
  });

  it('does not keep an entry larger than everything, and makes no room for it', () => {
    const store = memoryStore({ maxBytes: 2000, now: () => 0 });
    store.set(key('a'), entry('a'));
    store.set(key('b'), entry('b', { body: new Uint8Array(3000) }));
    expect(store.get(key('a'))?.key).toBe('a');
    expect(store.get(key('b'))).toBeUndefined();
  });

  it('is empty after clear()', () => {
    const store = memoryStore();
    store.set(key('a'), entry('a'));
    store.clear();
    expect([store.bytes, store.size, store.get(key('a'))]).toEqual([0, 0, undefined]);
  });

  it('refuses a bound that is none', () => {
    expect(() => memoryStore({ maxBytes: -1 })).toThrow(
      'Set "maxBytes" to a positive number: got -1',
    );
  });
});
