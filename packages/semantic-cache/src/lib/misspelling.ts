/** Whether one word is the other with one slip of the keys. */
import { isPlural } from './lemma.ts';
import { confusables } from './word-lists.ts';

/** Shorter words differ by one letter too often while meaning something else ("price", "prince"). */
const minLength = 7;
/** A doubled letter before an ending tells words apart: "staring", "starring". */
const ending = /(?:ings?|ed|ers?|es|(?<!s)s)$/;

/**
 * True for two neighbours swapped, or a letter doubled or not, in a word of seven letters or more.
 * The first letter must agree. Any other wrong letter makes another word: "vacation" and "vocation"
 * are one letter apart, and without a dictionary no rule tells them from a slip.
 */
export function isMisspelling(left: string, right: string): boolean {
  const [short, long] = left.length <= right.length ? [left, right] : [right, left];
  if (long.length < minLength || long.length - short.length > 1 || short[0] !== long[0])
    return false;
  if (!/^[a-z]+$/.test(short + long) || isConfusable(left, right)) return false;
  let at = 0;
  while (at < short.length && short[at] === long[at]) at++;
  if (long.length > short.length) {
    // A final letter more is another word: "princes", "princess".
    if (at === short.length || short.slice(at) !== long.slice(at + 1)) return false;
    return long[at] === long[at - 1] && !ending.test(long);
  }
  if (at === short.length) return true;
  const swapped = short[at] === long[at + 1] && short[at + 1] === long[at];
  return swapped && short.slice(at + 2) === long.slice(at + 2);
}

/** Whether one may be the other, spelled in another way or in the plural. */
export function isOtherSpelling(left: string, right: string): boolean {
  return isMisspelling(left, right) || isPlural(left, right);
}

function isConfusable(left: string, right: string): boolean {
  return confusables.has(left < right ? `${left} ${right}` : `${right} ${left}`);
}
