import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { flatIndex } from './flat-index.ts';
import { item, unit, vectorIndexConformance } from './vector-index.conformance.ts';

vectorIndexConformance('flatIndex()', (now) => flatIndex({ now }));

const step = fc.record({
  type: fc.constantFrom('add', 'add', 'add', 'delete', 'query'),
  scope: fc.constantFrom('a', 'b', 'long scope '.repeat(20)),
  id: fc.integer({ min: 0, max: 30 }).map(String),
  text: fc.string({ maxLength: 40 }),
  lasts: fc.integer({ min: -2, max: 20 }),
});

describe('flatIndex()', () => {
  it('never holds more than its bounds, finds what it holds, and counts to zero', () => {
    fc.assert(
      fc.property(
        fc.array(step, { maxLength: 200 }),
        fc.integer({ min: 300, max: 20_000 }),
        (steps, maxBytes) => {
          let time = 0;
          const index = flatIndex({ maxBytes, maxItemsPerScope: 5, now: () => time });
          for (const { type, scope, id, text, lasts } of steps) {
            time += 1;
            const vector = unit(1, Number(id), text.length, 1);
            if (type === 'add')
              index.add(item({ scope, id, text, vector, expiresAt: time + lasts }));
            else if (type === 'delete') index.delete(scope, id);
            else {
              for (const found of index.query(scope, vector, 3)) {
                expect(Math.abs(found.similarity)).toBeLessThan(1.0001);
              }
            }
            expect(index.bytes).toBeLessThanOrEqual(maxBytes);
            expect(index.size).toBeLessThanOrEqual(15);
          }
          for (const { scope, id } of steps) index.delete(scope, id);
          expect([index.bytes, index.size]).toEqual([0, 0]);
        },
      ),
    );
  });

  it('finds each item by its own vector after others were deleted', () => {
    const index = flatIndex();
    for (let at = 0; at < 50; at++)
      index.add(item({ id: String(at), vector: unit(1, at, at * at) }));
    for (let at = 0; at < 50; at += 3) index.delete('one', String(at));
    for (let at = 1; at < 50; at += 3) {
      expect(index.query('one', unit(1, at, at * at), 1)[0]?.id).toBe(String(at));
    }
  });

  it('lets the oldest item of a full scope go', () => {
    const index = flatIndex({ maxItemsPerScope: 2 });
    for (const id of ['x', 'y', 'z']) index.add(item({ id }));
    expect(
      index
        .query('one', unit(1, 0, 0), 5)
        .map(({ id }) => id)
        .sort(),
    ).toEqual(['y', 'z']);
  });

  it('does not mix vectors of another length', () => {
    const index = flatIndex();
    index.add(item());
    index.add(item({ id: 'b', vector: unit(1, 0) }));
    expect(index.size).toBe(1);
    expect(index.query('one', unit(1, 0), 5)).toEqual([]);
  });

  it('refuses bounds that are none', () => {
    expect(() => flatIndex({ maxBytes: 0 })).toThrow('Set "maxBytes" to a positive number: got 0');
    expect(() => flatIndex({ maxItemsPerScope: Number.NaN })).toThrow(RangeError);
  });
});
