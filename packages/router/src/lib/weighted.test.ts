import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { drawOrder } from './weighted.ts';

describe('drawOrder()', () => {
  it.each([
    [0, 0],
    [0.74, 0],
    [0.75, 1],
    [0.999, 1],
  ])('draws the first by its share: %f is %i', (number, expected) => {
    expect(drawOrder([3, 1], () => number)[0]).toBe(expected);
  });

  it('keeps the shares over many draws', () => {
    let seed = 1;
    const random = () => ((seed = (seed * 48271) % 2147483647) - 1) / 2147483646;
    const firsts = Array.from({ length: 10_000 }, () => drawOrder([6, 3, 1], random)[0]);
    const share = (position: number) => firsts.filter((at) => at === position).length / 10_000;
    expect(share(0)).toBeCloseTo(0.6, 1);
    expect(share(1)).toBeCloseTo(0.3, 1);
    expect(share(2)).toBeCloseTo(0.1, 1);
  });

  it('answers every position once, those without weight last', () => {
    const weights = fc.array(
      fc.oneof(fc.constant(0), fc.double({ min: 0.001, max: 1000, noNaN: true })),
      { maxLength: 8 },
    );
    const numbers = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
    fc.assert(
      fc.property(weights, numbers, (list, number) => {
        const order = drawOrder(list, () => number);
        expect([...order].sort()).toEqual(list.map((_, at) => at).sort());
        const firstZero = order.findIndex((at) => list[at] === 0);
        if (firstZero !== -1)
          expect(order.slice(firstZero).every((at) => list[at] === 0)).toBe(true);
      }),
    );
  });
});
