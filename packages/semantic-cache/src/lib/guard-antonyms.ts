import { areOpposites } from './antonyms.ts';
import type { Guard } from './guard.ts';

/** Many words on one side only are another text altogether; opposites among them prove nothing more. */
const maxCompared = 64;

/** Refuses when a word on one side only has its opposite on the other: "increase" and "decrease". */
export function antonymGuard(): Guard {
  return {
    name: 'antonyms',
    refuses({ onlyAsked, onlyStored }) {
      const others = onlyStored.slice(0, maxCompared);
      return onlyAsked
        .slice(0, maxCompared)
        .some((word) => others.some((other) => areOpposites(word.lemmas, other.lemmas)));
    },
  };
}
