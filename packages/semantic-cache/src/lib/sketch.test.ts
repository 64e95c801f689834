import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dotProduct, normalizeVector } from './embedder.ts';
import { flatIndex } from './flat-index.ts';
import { nearestRows, sketchWords, writeSketch } from './sketch.ts';

/** Numbers in [-1, 1), the same each time. */
function noise(seed: number): () => number {
  let state = seed;
  return () => {
    state = Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x9e3779b9;
    return ((state >>> 8) % 20001) / 10000 - 1;
  };
}

function randomVector(next: () => number, dimensions: number): Float32Array {
  return normalizeVector(Float32Array.from({ length: dimensions }, next), dimensions)!;
}

describe('nearestRows()', () => {
  it('answers the rows that differ least, by counting bits one by one', () => {
    const row = fc.array(fc.nat(0xffffffff), { minLength: sketchWords, maxLength: sketchWords });
    fc.assert(
      fc.property(
        row,
        fc.array(row, { maxLength: 40 }),
        fc.integer({ min: 1, max: 50 }),
        (probe, rows, wanted) => {
          const distance = (one: number[]): number =>
            one.reduce(
              (sum, word, at) =>
                sum + ((word ^ probe[at]!) >>> 0).toString(2).replaceAll('0', '').length,
              0,
            );
          const sorted = rows.map(distance).sort((a, b) => a - b);
          const limit = sorted[Math.min(wanted, sorted.length) - 1] ?? -1;
          const found = nearestRows(
            Uint32Array.from(probe),
            Uint32Array.from(rows.flat()),
            rows.length,
            wanted,
          );
          // The nearest, as many as asked for, and of those just as near no more than as many again.
          const near = found.map((at) => distance(rows[at]!)).sort((a, b) => a - b);
          const tied = sorted.filter((one) => one <= limit);
          expect(near).toEqual(tied.slice(0, 2 * wanted));
          expect(new Set(found).size).toBe(found.length);
        },
      ),
    );
  });
});

describe('flatIndex() in a large scope', () => {
  it.each([64, 100, 512])(
    'finds what is near among 2,000 others, in %i dimensions',
    (dimensions) => {
      const next = noise(7);
      const index = flatIndex();
      for (let at = 0; at < 2000; at++) {
        const vector = randomVector(next, dimensions);
        index.add({ id: String(at), scope: 's', text: '', vector, expiresAt: 1e15 });
      }
      for (let at = 0; at < 50; at++) {
        const planted = randomVector(next, dimensions);
        index.add({ id: 'planted', scope: 's', text: '', vector: planted, expiresAt: 1e15 });
        const other = randomVector(next, dimensions);
        const near = normalizeVector(
          planted.map((value, place) => value + 0.4 * other[place]!),
          dimensions,
        )!;
        const [best] = index.query('s', near, 3);
        expect(best?.id).toBe('planted');
        expect(best?.similarity).toBeCloseTo(dotProduct(planted, near), 5);
      }
    },
  );

  it('keeps sketches with their rows when rows move', () => {
    const next = noise(3);
    const index = flatIndex();
    const vectors = Array.from({ length: 300 }, () => randomVector(next, 64));
    for (const [at, vector] of vectors.entries()) {
      index.add({ id: String(at), scope: 's', text: '', vector, expiresAt: 1e15 });
    }
    for (let at = 0; at < 150; at += 3) index.delete('s', String(at));
    for (let at = 0; at < 300; at++) {
      const [best] = index.query('s', vectors[at]!, 1);
      expect(best?.id === String(at)).toBe(!(at < 150 && at % 3 === 0));
    }
  });

  it('sketches nothing as zeros', () => {
    const into = new Uint32Array(sketchWords).fill(1);
    writeSketch(new Float32Array(512), into, 0);
    expect([...into]).toEqual([0, 0, 0, 0]);
  });
});
