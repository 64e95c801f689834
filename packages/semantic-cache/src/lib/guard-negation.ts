import type { Guard } from './guard.ts';

/** Refuses when one text negates and the other does not: the counts of negating words differ in parity. */
export function negationGuard(): Guard {
  return {
    name: 'negation',
    refuses: ({ asked, stored }) => asked.negations % 2 !== stored.negations % 2,
  };
}
