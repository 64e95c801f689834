import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CachePolicy } from './policy.ts';

/** What every policy must do. */
export function cachePolicyConformance(policy: CachePolicy): void {
  describe(`policy "${policy.id}"`, () => {
    it('decides on any candidate, and never on one that is no likeness at all', () => {
      fc.assert(
        fc.property(fc.double({ min: -1, max: 1, noNaN: true }), fc.nat(), (similarity, age) => {
          expect(['hit', 'miss', 'audit']).toContain(policy.decide({ similarity, age, id: 'e' }));
        }),
      );
      expect(policy.decide({ similarity: -1, age: 0, id: 'e' })).toBe('miss');
      expect(policy.decide({ similarity: Number.NaN, age: 0, id: 'e' })).toBe('miss');
    });

    it('has an id that says which it is', () => {
      expect(policy.id).not.toBe('');
    });
  });
}
