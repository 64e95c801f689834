import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { drawOrder } from './weighted.ts';

function target(provider: string, weight?: number) {
  return { provider, baseUrl: 'https://a.test/v1', weight };
}

describe('drawOrder()', () => {
  it.each([
    [0, 'a'],
    [0.74, 'a'],
    [0.75, 'b'],
    [0.999, 'b'],
  ])('draws the first by its share: %f is %s', (number, expected) => {
    expect(drawOrder([target('a', 3), target('b', 1)], () => number)[0]?.provider).toBe(expected);
  });

  it('keeps the shares over many draws', () => {
    let seed = 1;
    const random = () => ((seed = (seed * 48271) % 2147483647) - 1) / 2147483646;
    const first = { a: 0, b: 0, c: 0 };
    const targets = [target('a', 6), target('b', 3), target('c')];
    for (let turn = 0; turn < 10_000; turn++) {
      first[drawOrder(targets, random)[0]?.provider as keyof typeof first]++;
    }
    expect(first.a / 10_000).toBeCloseTo(0.6, 1);
    expect(first.b / 10_000).toBeCloseTo(0.3, 1);
    expect(first.c / 10_000).toBeCloseTo(0.1, 1);
  });

  it('answers every target once, those without weight last', () => {
    const weights = fc.array(
      fc.oneof(fc.constant(0), fc.double({ min: 0.001, max: 1000, noNaN: true })),
      { maxLength: 8 },
    );
    fc.assert(
      fc.property(
        weights,
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        (list, number) => {
          const targets = list.map((weight, index) => target(String(index), weight));
          const order = drawOrder(targets, () => number);
          expect(new Set(order)).toEqual(new Set(targets));
          expect(order).toHaveLength(targets.length);
          const firstZero = order.findIndex(({ weight }) => weight === 0);
          if (firstZero !== -1)
            expect(order.slice(firstZero).every(({ weight }) => weight === 0)).toBe(true);
        },
      ),
    );
  });
});
