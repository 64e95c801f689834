import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { algorithms, type Counter } from './algorithms.ts';
import type { LimitAlgorithm, LimitRule, TakeResult } from './types.ts';

function rule(
  algorithm: LimitAlgorithm,
  quota: number,
  windowMs: number,
  burst = quota,
): LimitRule {
  return { name: 'test', algorithm, quota, windowMs, burst };
}

/** Takes at `now`, counting it when it is allowed. */
function take(counter: Counter, limit: LimitRule, cost: number, now: number): TakeResult {
  const algorithm = algorithms[limit.algorithm];
  algorithm.roll(counter, limit, now);
  const result = algorithm.check(counter, limit, cost);
  if (result.allowed) algorithm.add(counter, limit, cost, result.at);
  return result;
}

const limits = fc.record({
  quota: fc.integer({ min: 1, max: 8 }),
  windowMs: fc.integer({ min: 1, max: 50 }),
});
const steps = fc.array(
  fc.record({ wait: fc.integer({ min: 0, max: 40 }), cost: fc.integer({ min: 1, max: 8 }) }),
  { minLength: 1, maxLength: 60 },
);

/** Runs the steps and hands each outcome to `see`. */
function run(
  limit: LimitRule,
  list: readonly { wait: number; cost: number }[],
  see: (now: number, cost: number, result: TakeResult, counter: Counter) => void,
): void {
  let now = 1_000_000_007;
  const counter = algorithms[limit.algorithm].create(limit, now);
  for (const step of list) {
    now += step.wait;
    const cost = Math.min(step.cost, limit.burst);
    see(now, cost, take(counter, limit, cost, now), counter);
  }
}

describe('fixed window', () => {
  it('agrees with a count per window', () => {
    fc.assert(
      fc.property(limits, steps, ({ quota, windowMs }, list) => {
        const model = new Map<number, number>();
        run(rule('fixed-window', quota, windowMs), list, (now, cost, result) => {
          const id = Math.floor(now / windowMs);
          const used = model.get(id) ?? 0;
          expect(result.allowed).toBe(used + cost <= quota);
          if (result.allowed) model.set(id, used + cost);
          expect(result.remaining).toBe(quota - (model.get(id) ?? 0));
          expect(result.resetMs).toBe((id + 1) * windowMs - now);
        });
        for (const used of model.values()) expect(used).toBeLessThanOrEqual(quota);
      }),
    );
  });
});

describe('sliding window', () => {
  it('agrees with the weighted count of two windows', () => {
    fc.assert(
      fc.property(limits, steps, ({ quota, windowMs }, list) => {
        const model = new Map<number, number>();
        run(rule('sliding-window', quota, windowMs), list, (now, cost, result) => {
          const id = Math.floor(now / windowMs);
          const left = (id + 1) * windowMs - now;
          const before = model.get(id - 1) ?? 0;
          const used = model.get(id) ?? 0;
          // In whole numbers: before * left / windowMs + used + cost <= quota.
          expect(result.allowed).toBe(before * left + (used + cost) * windowMs <= quota * windowMs);
          if (result.allowed) model.set(id, used + cost);
        });
        for (const used of model.values()) expect(used).toBeLessThanOrEqual(quota);
      }),
    );
  });

  it('lets less than twice the quota pass in any span of one window', () => {
    fc.assert(
      fc.property(limits, steps, ({ quota, windowMs }, list) => {
        const taken: { now: number; cost: number }[] = [];
        run(rule('sliding-window', quota, windowMs), list, (now, cost, result) => {
          if (result.allowed) taken.push({ now, cost });
        });
        for (const { now } of taken) {
          expect(sum(taken, now, now + windowMs)).toBeLessThan(2 * quota);
        }
      }),
    );
  });
});

describe('token bucket', () => {
  it('agrees with a bucket in exact fractions', () => {
    fc.assert(
      fc.property(
        limits,
        fc.integer({ min: 1, max: 12 }),
        steps,
        ({ quota, windowMs }, burst, list) => {
          // In units of 1/windowMs, as big integers, so that nothing can round.
          let level = BigInt(burst * windowMs);
          let last = 1_000_000_007;
          run(rule('token-bucket', quota, windowMs, burst), list, (now, cost, result) => {
            level += BigInt(now - last) * BigInt(quota);
            if (level > BigInt(burst * windowMs)) level = BigInt(burst * windowMs);
            last = now;
            const need = BigInt(cost * windowMs);
            expect(result.allowed).toBe(level >= need);
            if (result.allowed) level -= need;
            expect(result.remaining).toBe(Number(level / BigInt(windowMs)));
          });
        },
      ),
    );
  });

  it('lets at most the burst and the refill pass in any span', () => {
    fc.assert(
      fc.property(
        limits,
        fc.integer({ min: 1, max: 12 }),
        steps,
        ({ quota, windowMs }, burst, list) => {
          const taken: { now: number; cost: number }[] = [];
          run(rule('token-bucket', quota, windowMs, burst), list, (now, cost, result) => {
            if (result.allowed) taken.push({ now, cost });
          });
          for (const { now: from } of taken) {
            for (const { now: to } of taken) {
              if (to < from) continue;
              const most = burst + Math.floor(((to - from) * quota) / windowMs);
              expect(sum(taken, from, to + 1)).toBeLessThanOrEqual(most);
            }
          }
        },
      ),
    );
  });

  it('stays exact after an absence of years', () => {
    const limit = rule('token-bucket', 1_000_000, 1000);
    const counter = algorithms['token-bucket'].create(limit, 0);
    take(counter, limit, 1_000_000, 0);
    expect(take(counter, limit, 1, 3e12)).toMatchObject({ allowed: true, remaining: 999_999 });
  });
});

describe.each<LimitAlgorithm>(['fixed-window', 'sliding-window', 'token-bucket'])(
  '%s',
  (algorithm) => {
    it('says exactly how long to wait after a refusal', () => {
      fc.assert(
        fc.property(limits, steps, ({ quota, windowMs }, list) => {
          const limit = rule(algorithm, quota, windowMs);
          run(limit, list, (now, cost, result, counter) => {
            if (result.allowed) {
              expect(result.retryMs).toBe(0);
              return;
            }
            expect(result.retryMs).toBeGreaterThan(0);
            expect(take({ ...counter }, limit, cost, now + result.retryMs).allowed).toBe(true);
            expect(take({ ...counter }, limit, cost, now + result.retryMs - 1).allowed).toBe(false);
          });
        }),
      );
    });

    it('is as new once idle', () => {
      fc.assert(
        fc.property(limits, steps, ({ quota, windowMs }, list) => {
          const limit = rule(algorithm, quota, windowMs);
          run(limit, list, (_now, _cost, _result, counter) => {
            const idle = algorithms[algorithm].idleAt(counter, limit);
            expect(take({ ...counter }, limit, limit.burst, idle).allowed).toBe(true);
          });
        }),
      );
    });

    it('never lets more pass when what was taken is given back than without', () => {
      fc.assert(
        fc.property(limits, steps, ({ quota, windowMs }, list) => {
          const limit = rule(algorithm, quota, windowMs);
          run(limit, list, (now, cost, result, counter) => {
            if (!result.allowed) return;
            const back = { ...counter };
            algorithms[algorithm].add(back, limit, -cost, result.at);
            expect(take(back, limit, cost, now)).toMatchObject({
              allowed: true,
              remaining: result.remaining,
            });
          });
        }),
      );
    });

    it('does not give quota back when the clock goes back a little', () => {
      const limit = rule(algorithm, 2, 1000);
      const counter = algorithms[algorithm].create(limit, 10_000);
      expect(take(counter, limit, 2, 10_000).allowed).toBe(true);
      expect(take(counter, limit, 1, 9_500).allowed).toBe(false);
      expect(take(counter, limit, 1, 10_000).allowed).toBe(false);
    });

    it('follows a clock that was set back by far instead of waiting for it', () => {
      const limit = rule(algorithm, 1, 1000);
      const counter = algorithms[algorithm].create(limit, 9e12);
      take(counter, limit, 1, 9e12);
      take(counter, limit, 1, 1e12);
      expect(take(counter, limit, 1, 1e12 + 2000).allowed).toBe(true);
    });
  },
);

function sum(taken: readonly { now: number; cost: number }[], from: number, to: number): number {
  return taken.reduce(
    (total, { now, cost }) => (now >= from && now < to ? total + cost : total),
    0,
  );
}
