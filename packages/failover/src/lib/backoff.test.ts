import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { backoffDelay } from './backoff.ts';

describe('backoffDelay()', () => {
  it('doubles its upper bound up to the cap', () => {
    const delays = [0, 1, 2, 3, 4, 5, 6].map((retry) =>
      backoffDelay(retry, { base: 250, cap: 8000 }, () => 1),
    );
    expect(delays).toEqual([250, 500, 1000, 2000, 4000, 8000, 8000]);
  });

  it('uses the whole range down to nothing', () => {
    expect(backoffDelay(3, { base: 250, cap: 8000 }, () => 0)).toBe(0);
    expect(backoffDelay(3, { base: 250, cap: 8000 }, () => 0.5)).toBe(1000);
  });

  it('stays within its bounds for any retry', () => {
    fc.assert(
      fc.property(
        fc.nat(),
        fc.nat(1e6),
        fc.nat(1e6),
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        (retry, base, more, random) => {
          const delay = backoffDelay(retry, { base, cap: base + more }, () => random);
          expect(delay).toBeGreaterThanOrEqual(0);
          expect(delay).toBeLessThanOrEqual(base + more);
        },
      ),
    );
  });
});
