import type { Guard } from './guard.ts';

/**
 * Refuses when one text negates and the other does not: the counts of negating words differ in parity, or
 * only one of them is zero.
 */
export function negationGuard(): Guard {
  return {
    name: 'negation',
    refuses: ({ asked: { negations: left }, stored: { negations: right } }) =>
      left % 2 !== right % 2 || (left === 0) !== (right === 0),
  };
}
