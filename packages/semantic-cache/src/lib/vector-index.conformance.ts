import { describe, expect, it } from 'vitest';
import { normalizeVector } from './embedder.ts';
import type { IndexItem, VectorIndex } from './vector-index.ts';

/** What every index must do. `time` is the clock that the index was given, where it takes one. */
export function vectorIndexConformance(
  name: string,
  create: (now: () => number) => VectorIndex,
): void {
  describe(`vector index "${name}"`, () => {
    it('answers the nearest first, and no more than asked', async () => {
      const index = create(() => 0);
      for (const id of ['a', 'b', 'c']) await index.add(item({ id, vector: vectors[id]! }));
      const found = await index.query('one', vectors['a']!, 2);
      expect(found.map(({ id }) => id)).toEqual(['a', 'b']);
      expect(found[0]?.similarity).toBeCloseTo(1);
      expect(found[0]?.text).toBe('text of a');
    });

    it('answers nothing of another scope, however it is written', async () => {
      const index = create(() => 0);
      await index.add(item({ id: 'a' }));
      for (const scope of ['two', 'on', 'one ', 'ONE', '', '__proto__', 'constructor']) {
        expect(await index.query(scope, vectors['a']!, 5)).toEqual([]);
      }
    });

    it('keeps names of prototypes apart like any other', async () => {
      const index = create(() => 0);
      await index.add(item({ scope: '__proto__', id: 'constructor' }));
      expect(await index.query('__proto__', vectors['a']!, 5)).toHaveLength(1);
      expect(await index.query('constructor', vectors['a']!, 5)).toEqual([]);
    });

    it('replaces an item of the same id', async () => {
      const index = create(() => 0);
      await index.add(item({ id: 'a' }));
      await index.add(item({ id: 'a', text: 'newer' }));
      expect((await index.query('one', vectors['a']!, 5)).map(({ text }) => text)).toEqual([
        'newer',
      ]);
    });

    it('forgets what was deleted, and minds no id that is not there', async () => {
      const index = create(() => 0);
      await index.add(item({ id: 'a' }));
      await index.delete('one', 'a');
      await index.delete('one', 'a');
      await index.delete('two', 'a');
      expect(await index.query('one', vectors['a']!, 5)).toEqual([]);
    });

    it('answers nothing that has expired', async () => {
      let time = 0;
      const index = create(() => time);
      await index.add(item({ id: 'a', expiresAt: 10 }));
      time = 10;
      expect(await index.query('one', vectors['a']!, 5)).toEqual([]);
    });
  });
}

const vectors: Record<string, Float32Array> = {
  a: unit(1, 0, 0),
  b: unit(1, 1, 0),
  c: unit(0, 0, 1),
};

export function unit(...values: number[]): Float32Array {
  return normalizeVector(Float32Array.from(values), values.length)!;
}

export function item(change: Partial<IndexItem> = {}): IndexItem {
  const id = change.id ?? 'a';
  return {
    id,
    scope: 'one',
    text: `text of ${id}`,
    vector: vectors['a']!,
    expiresAt: 1e15,
    ...change,
  };
}
