import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { memoryStore } from './memory-store.ts';
import { testStore } from './store-suite.ts';
import type { LimitAlgorithm, LimitRule, StoreState, Take, TakeResult } from './types.ts';

let time = 1_700_000_000_000;
testStore({
  name: 'memory',
  create: () => memoryStore(),
  now: () => time,
  advance: (milliseconds) => void (time += milliseconds),
});

function at(now: number): StoreState {
  return { now, waitUntil: () => {} };
}

function take(
  key: string,
  quota = 1,
  windowMs = 1000,
  algorithm: LimitAlgorithm = 'fixed-window',
): Take {
  const rule: LimitRule = { name: 'test', algorithm, quota, windowMs, burst: quota };
  return { rule, key, cost: 1, enforced: true };
}

describe('memoryStore()', () => {
  it('never remembers more than maxKeys', () => {
    const store = memoryStore({ maxKeys: 100 });
    for (let index = 0; index < 1000; index += 1) store.take([take(`k${index}`)], at(500));
    expect(store.size).toBe(100);
  });

  it('forgets the caller used longest ago first', () => {
    const store = memoryStore({ maxKeys: 2 });
    store.take([take('a')], at(500));
    store.take([take('b')], at(500));
    store.take([take('a')], at(500));
    store.take([take('c')], at(500));
    const results = store.take([take('a')], at(500)) as TakeResult[];
    expect(results[0]!.allowed).toBe(false);
    expect((store.take([take('b')], at(500)) as TakeResult[])[0]!.allowed).toBe(true);
  });

  it('shrinks when callers stay away, without a timer', () => {
    const store = memoryStore();
    for (let index = 0; index < 100; index += 1) store.take([take(`old${index}`)], at(500));
    for (let index = 0; index < 60; index += 1) store.take([take(`new${index}`, 1, 1e6)], at(5000));
    expect(store.size).toBe(60);
  });

  it('does not forget a caller who still counts', () => {
    const store = memoryStore();
    store.take([take('busy', 1, 1e6)], at(500));
    for (let index = 0; index < 50; index += 1) store.take([take(`k${index}`)], at(2000 * index));
    expect((store.take([take('busy', 1, 1e6)], at(200_000)) as TakeResult[])[0]!.allowed).toBe(
      false,
    );
  });

  it('leaves a window that is over alone when it refunds', () => {
    const store = memoryStore();
    const one = take('a', 2);
    const early = store.take([one], at(500)) as TakeResult[];
    store.take([one], at(1500));
    store.refund([one], early, at(1600));
    expect((store.take([one], at(1700)) as TakeResult[])[0]).toMatchObject({
      allowed: true,
      remaining: 0,
    });
  });

  it('drops the fraction of a millisecond', () => {
    const store = memoryStore();
    const [result] = store.take([take('a', 1, 1000, 'token-bucket')], at(500.75)) as TakeResult[];
    expect(result!.at).toBe(500);
  });

  it('takes all or nothing, whatever the limits and the order', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 4 }),
        fc.array(fc.array(fc.boolean(), { minLength: 4, maxLength: 4 }), { maxLength: 30 }),
        (quotas, rounds) => {
          const store = memoryStore();
          const used = quotas.map(() => 0);
          for (const round of rounds) {
            const chosen = quotas.map((_quota, index) => index).filter((index) => round[index]);
            const takes = chosen.map((index) => take(`k${index}`, quotas[index], 1e6));
            const results = store.take(takes, at(500)) as TakeResult[];
            const fits = chosen.every((index) => used[index]! < quotas[index]!);
            expect(results.every(({ allowed }) => allowed)).toBe(fits);
            if (fits) for (const index of chosen) used[index]! += 1;
            for (const [place, index] of chosen.entries()) {
              expect(results[place]!.remaining).toBe(quotas[index]! - used[index]!);
            }
          }
        },
      ),
    );
  });

  it.each([0, -1, 1.5, Number.NaN])('refuses maxKeys of %s', (maxKeys) => {
    expect(() => memoryStore({ maxKeys })).toThrow(
      new RangeError(`Expected "maxKeys" to be a positive whole number: ${maxKeys}`),
    );
  });
});
