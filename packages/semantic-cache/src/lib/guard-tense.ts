import type { Guard } from './guard.ts';
import type { Sentence } from './sentence.ts';

const verbs = /\b(?:(was|were|did|had)|is|are|am|do|does|has|have)(?:n't)?\b/gi;

/**
 * Refuses when one text speaks of what was and the other of what is: "who was the president", "who is the
 * president". Goes by the small verbs. English.
 */
export function tenseGuard(): Guard {
  return {
    name: 'tense',
    refuses({ asked, stored }) {
      const [left, right] = [tenseOf(asked), tenseOf(stored)];
      return left !== right && left !== undefined && right !== undefined;
    },
  };
}

/** Of a text that has verbs of one kind only. */
function tenseOf({ text }: Sentence): 'past' | 'present' | undefined {
  const found = [...text.matchAll(verbs)].map(([, past]) => past !== undefined);
  if (found.length === 0 || found.some((one) => one !== found[0])) return undefined;
  return found[0] ? 'past' : 'present';
}
