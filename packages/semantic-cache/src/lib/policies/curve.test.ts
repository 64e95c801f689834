import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type CurvePrior, fitCurve, type Labelled, logitOf } from './curve.ts';
import { createPooledCurve } from './pooled-curve.ts';

const prior: CurvePrior = { mean: { intercept: -6, slope: 10 }, at: 0.75, level: 1.5, slope: 5 };
const at = (similarity: number, right: boolean, count = 1) => ({ similarity, right, count });

describe('fitCurve()', () => {
  it('is the prior where nothing is known', () => {
    expect(fitCurve([], prior)).toEqual(prior.mean);
  });

  it('is moved a little by one label, and made by many', () => {
    const value = (labels: readonly Labelled[]) => logitOf(fitCurve(labels, prior), 0.8);
    const before = logitOf(prior.mean, 0.8);
    const [one, ten, thousand] = [1, 10, 1000].map((count) => value([at(0.8, true, count)]));
    expect(one).toBeGreaterThan(before);
    expect(ten).toBeGreaterThan(one as number);
    expect(thousand).toBeGreaterThan(ten as number);
    expect(one).toBeLessThan(before + 0.5);
    expect(value([at(0.8, false)])).toBeLessThan(before);
    // One in four wrong: the odds are three to one.
    expect(value([at(0.8, true, 30_000), at(0.8, false, 10_000)])).toBeCloseTo(Math.log(3), 2);
  });

  it('minds a wrong label far below less than one beside it', () => {
    const value = (labels: readonly Labelled[]) => logitOf(fitCurve(labels, prior), 0.9);
    expect(value([at(0.5, false)])).toBeGreaterThan(value([at(0.9, false)]));
  });

  it('takes a count for as many labels, wherever it begins', () => {
    const list = Array.from({ length: 7 }, () => at(0.7, true)).concat(at(0.6, false));
    const counted = fitCurve([at(0.7, true, 7), at(0.6, false)], prior);
    const other = fitCurve(list, prior, { intercept: 3, slope: -4 });
    expect(other.intercept).toBeCloseTo(counted.intercept, 5);
    expect(other.slope).toBeCloseTo(counted.slope, 5);
  });

  it('comes to the same from anywhere', () => {
    const label = fc.record({
      similarity: fc.double({ min: 0, max: 1, noNaN: true }),
      right: fc.boolean(),
      count: fc.integer({ min: 1, max: 1000 }),
    });
    const far = fc.double({ min: -40, max: 40, noNaN: true });
    fc.assert(
      fc.property(fc.array(label, { maxLength: 40 }), far, far, (labels, intercept, slope) => {
        const near = fitCurve(labels, prior);
        const other = fitCurve(labels, prior, { intercept, slope });
        for (const similarity of [0, 0.5, 1])
          expect(logitOf(other, similarity)).toBeCloseTo(logitOf(near, similarity), 3);
      }),
    );
  });

  it.each([
    ['all right', [at(0.9, true), at(0.8, true)]],
    ['all wrong', [at(0.9, false), at(0.99, false)]],
    ['very many', [at(1, true, 1e9), at(0, false, 1e9)]],
    ['upside down', [at(0.5, true), at(0.9, false), at(0.95, false), at(0.55, true)]],
    ['the same place', Array.from({ length: 64 }, (_, one) => at(0.9, one % 2 === 0))],
  ])('is finite with %s', (_, labels) => {
    for (const value of Object.values(fitCurve(labels, prior)))
      expect(Number.isFinite(value)).toBe(true);
  });
});

describe('createPooledCurve()', () => {
  it('follows what is counted, from time to time', () => {
    const pooled = createPooledCurve(1000);
    expect(pooled.version).toBe(0);
    for (let one = 0; one < 400; one++) {
      pooled.add(0.9, true);
      pooled.add(0.6, one % 4 === 0);
    }
    expect(pooled.version).toBe(16);
    expect(logitOf(pooled.curve, 0.605)).toBeCloseTo(-Math.log(3), 0);
    expect(logitOf(pooled.curve, 0.9)).toBeGreaterThan(3);
    for (let one = 0; one < 1000; one++) pooled.add(0.9, one % 2 === 0);
    expect(logitOf(pooled.curve, 0.905)).toBeCloseTo(0, 1);
  });

  it.each([0, 1])('takes a likeness of %s', (similarity) => {
    const pooled = createPooledCurve(100);
    for (let one = 0; one < 50; one++) pooled.add(similarity, similarity === 1);
    expect(Number.isFinite(logitOf(pooled.curve, similarity))).toBe(true);
  });
});
