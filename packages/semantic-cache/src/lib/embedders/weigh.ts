/** How much a word of an English request says about what is asked for. */
import { wordWeights } from './word-weights.ts';

/** Words and what each says, from 0 to 15. */
export type WordWeights = Iterable<readonly [word: string, weight: number]>;

/** The most that a word may say. */
export const highest = 15;
/** What a word says that is not in the list: it is rare, and rare words say much. */
export const unseen = 14;

/**
 * @param given weights of the user's own, by default those learned from public requests.
 * @throws {RangeError} for a weight that is not from 0 to 15.
 */
export function readWeights(given: WordWeights | undefined): ReadonlyMap<string, number> {
  const weights = new Map<string, number>(given ?? ownWeights());
  for (const [word, weight] of weights) {
    if (!(weight >= 0 && weight <= highest))
      throw new RangeError(`Set the weight of "${word}" from 0 to 15: got ${String(weight)}`);
  }
  return weights;
}

function* ownWeights(): WordWeights {
  for (const [weight, words] of wordWeights)
    for (const one of words.split(' ')) yield [one, weight];
}
