import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { atMost } from './binomial.ts';
import { createCalibration } from './calibration.ts';

function counted(wrong: number, total: number, logit = 1) {
  const calibration = createCalibration(1000, 4000);
  for (let at = 0; at < total; at++) calibration.add(logit, at >= wrong);
  return calibration;
}

describe('createCalibration()', () => {
  it('knows nothing at first', () => {
    const calibration = createCalibration(100, 1000);
    for (const logit of [-100, 0, 100, Number.POSITIVE_INFINITY])
      expect(calibration.wrongAt(logit)).toBe(1);
  });

  it('keeps a bound on average, whatever the chance of a wrong answer and however few audits', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.integer({ min: 0, max: 60 }),
        fc.double({ min: 0.001, max: 0.5, noNaN: true }),
        (chance, total, bound) => {
          let served = 0;
          for (let wrong = 0; wrong <= total; wrong++) {
            const odds =
              atMost(wrong, total, chance) - (wrong === 0 ? 0 : atMost(wrong - 1, total, chance));
            served += odds * Math.min(1, bound / counted(wrong, total).wrongAt(1)) * chance;
          }
          expect(served).toBeLessThanOrEqual(bound + 1e-9);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('goes by what is next below, and by no more than it needs', () => {
    const calibration = createCalibration(100, 4000);
    for (let at = 0; at < 100; at++) {
      calibration.add(3, true);
      calibration.add(1, at % 2 === 0);
      calibration.add(-5, false);
    }
    expect(calibration.wrongAt(3)).toBeLessThan(0.02);
    expect(calibration.wrongAt(9)).toBeLessThan(0.02);
    expect(calibration.wrongAt(2.9)).toBeGreaterThan(0.5);
    expect(calibration.wrongAt(0.9)).toBe(1);
  });

  it('forgets what is long ago', () => {
    const calibration = createCalibration(100, 200);
    for (let at = 0; at < 200; at++) calibration.add(1, false);
    expect(calibration.wrongAt(1)).toBe(1);
    for (let at = 0; at < 200; at++) calibration.add(1, true);
    expect(calibration.wrongAt(1)).toBeLessThan(0.01);
  });
});
