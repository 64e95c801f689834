import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { unitHash } from './hash.ts';
import { armOf, rendezvousOrder, withBoundedLoad } from './sticky.ts';

const names = fc.uniqueArray(fc.string({ maxLength: 8 }), { minLength: 2, maxLength: 6 });

describe('unitHash()', () => {
  it('is in [0, 1), spread evenly, and the same everywhere', () => {
    fc.assert(fc.property(fc.string(), (text) => unitHash(text) >= 0 && unitHash(text) < 1));
    const tenths = Array.from({ length: 10 }, () => 0);
    for (let at = 0; at < 10_000; at++)
      tenths[Math.floor(unitHash(`key ${at}`) * 10)] =
        (tenths[Math.floor(unitHash(`key ${at}`) * 10)] ?? 0) + 1;
    for (const count of tenths) expect(Math.abs(count - 1_000)).toBeLessThan(150);
    expect(unitHash('wintergate')).toBe(unitHash('wintergate'));
  });
});

describe('rendezvousOrder()', () => {
  it('keeps the order of all others when one goes', () => {
    fc.assert(
      fc.property(fc.string(), names, fc.nat(5), (key, all, gone) => {
        const weights = all.map(() => 1);
        const without = all.filter((_, at) => at !== gone % all.length);
        const order = rendezvousOrder(key, all, weights).map((at) => all[at]);
        const fewer = rendezvousOrder(key, without, weights.slice(1)).map((at) => without[at]);
        expect(fewer).toEqual(order.filter((name) => name !== all[gone % all.length]));
      }),
    );
  });

  it('keeps the shares of weights', () => {
    const firsts = Array.from(
      { length: 4_000 },
      (_, key) => rendezvousOrder(`k${key}`, ['a', 'b'], [3, 1])[0],
    );
    expect(firsts.filter((at) => at === 0).length / 4_000).toBeCloseTo(0.75, 1);
  });

  it('puts a weight of 0 last', () => {
    for (let key = 0; key < 100; key++)
      expect(rendezvousOrder(`k${key}`, ['a', 'b'], [0, 1])[0]).toBe(1);
  });
});

describe('withBoundedLoad()', () => {
  it('never leaves everybody out, and chooses nobody above the bound', () => {
    const loads = fc.array(fc.nat(50), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(loads, fc.double({ min: 1, max: 3, noNaN: true }), (inFlight, bound) => {
        const order = inFlight.map((_, at) => at);
        const weights = inFlight.map(() => 1);
        const [first = 0] = withBoundedLoad(order, inFlight, weights, bound);
        const calls = inFlight.reduce((sum, count) => sum + count, 1);
        expect((inFlight[first] ?? 0) + 1).toBeLessThanOrEqual(
          Math.ceil((bound * calls) / inFlight.length),
        );
      }),
    );
  });
});

describe('armOf()', () => {
  it('is the share that a number falls into, and no arm without weight', () => {
    expect([0, 0.49, 0.5, 0.99].map((number) => armOf(number, [1, 0, 1]))).toEqual([0, 0, 2, 2]);
  });
});
