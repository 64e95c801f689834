/** Whether one word is the other with one slip of the keys. */
import { confusables } from './word-lists.ts';

/** Shorter words differ by one letter too often while meaning something else ("price", "prince"). */
const minLength = 6;
/** A wrong vowel is the riskiest slip to forgive ("adapt", "adopt"). */
const minVowelLength = 7;

/**
 * True for one letter too many or too few, two neighbours swapped, or one wrong vowel inside a
 * longer word. The first letter must agree. Any other wrong letter makes another word: "Iceland"
 * and "Ireland" are one letter apart.
 */
export function isMisspelling(left: string, right: string): boolean {
  const [short, long] = left.length <= right.length ? [left, right] : [right, left];
  if (short.length < minLength || long.length - short.length > 1) return false;
  if (short[0] !== long[0] || !/^[a-z]+$/.test(short + long)) return false;
  if (isConfusable(left, right)) return false;
  let at = 0;
  while (at < short.length && short[at] === long[at]) at++;
  if (long.length > short.length) {
    // A final letter more is an ending, not a slip: "human", "humane".
    return at < short.length && short.slice(at) === long.slice(at + 1);
  }
  if (at === short.length) return true;
  const swapped = short[at] === long[at + 1] && short[at + 1] === long[at];
  if (swapped) return short.slice(at + 2) === long.slice(at + 2);
  // Endings tell substances and forms apart: "sulfate", "sulfite".
  if (short.length < minVowelLength || at >= short.length - 3) return false;
  return isVowel(short[at]) && isVowel(long[at]) && short.slice(at + 1) === long.slice(at + 1);
}

function isVowel(letter: string | undefined): boolean {
  return letter !== undefined && 'aeiou'.includes(letter);
}

function isConfusable(left: string, right: string): boolean {
  return confusables.some((group) => group.includes(left) && group.includes(right));
}
