/** Whether one word is the other with one slip of the keys. */
import { confusables } from './word-lists.ts';

/** Shorter words differ by one letter too often while meaning something else ("price", "prince"). */
const minLength = 6;
/** A wrong vowel is the riskiest slip to forgive ("shipping", "shopping"). */
const minVowelLength = 8;
/** Endings do not make a short word long: "planes" and "planets" are as short as "plane". */
const ending = /(?:ings?|ed|ers?|es|(?<!s)s)$/;

/**
 * True for one letter too many or too few, two neighbours swapped, or one wrong vowel inside a
 * longer word. The first letter must agree. Any other wrong letter makes another word: "Iceland"
 * and "Ireland" are one letter apart.
 */
export function isMisspelling(left: string, right: string): boolean {
  const [short, long] = left.length <= right.length ? [left, right] : [right, left];
  if (long.length - short.length > 1 || short[0] !== long[0]) return false;
  const base = Math.min(baseLength(short), baseLength(long));
  if (base < minLength || !/^[a-z]+$/.test(short + long) || isConfusable(left, right)) return false;
  let at = 0;
  while (at < short.length && short[at] === long[at]) at++;
  if (long.length > short.length) {
    // A final letter more is an ending, not a slip: "human", "humane".
    if (at === short.length || short.slice(at) !== long.slice(at + 1)) return false;
    // A doubled letter tells verbs apart: "staring", "starring".
    return long[at] !== long[at - 1] || !ending.test(long);
  }
  if (at === short.length) return true;
  const swapped = short[at] === long[at + 1] && short[at + 1] === long[at];
  if (swapped) return short.slice(at + 2) === long.slice(at + 2);
  // The last letters tell substances and forms apart: "sulfate", "sulfite".
  if (base < minVowelLength || at >= short.length - 3) return false;
  return isVowel(short[at]) && isVowel(long[at]) && short.slice(at + 1) === long.slice(at + 1);
}

function baseLength(word: string): number {
  return word.replace(ending, '').length;
}

function isVowel(letter: string | undefined): boolean {
  return letter !== undefined && 'aeiou'.includes(letter);
}

function isConfusable(left: string, right: string): boolean {
  return confusables.some((group) => group.includes(left) && group.includes(right));
}
