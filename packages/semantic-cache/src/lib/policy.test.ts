import { describe, expect, it } from 'vitest';
import { cachePolicyConformance } from './policy.conformance.ts';
import { fixedThreshold } from './policy.ts';

cachePolicyConformance(fixedThreshold(0.92));

describe('fixedThreshold()', () => {
  it('hits from the threshold on', () => {
    const { decide } = fixedThreshold(0.9);
    expect([0.8999, 0.9, 1].map((similarity) => decide({ similarity, age: 0, id: 'e' }))).toEqual([
      'miss',
      'hit',
      'hit',
    ]);
  });

  it('names its threshold, so that entries of another are left alone', () => {
    expect(fixedThreshold(0.9).id).not.toBe(fixedThreshold(0.91).id);
  });

  it.each([-0.1, 1.1, Number.NaN])('refuses %s', (threshold) => {
    expect(() => fixedThreshold(threshold)).toThrow(
      `Set a threshold from 0 to 1: got ${threshold}`,
    );
  });
});
