import { checkOptions } from '@wintergate/core';
import { readWeights, unseen, type WordWeights } from './embedders/weigh.ts';
import type { Guard } from './guard.ts';
import { isExchanged } from './sentence-pair.ts';
import type { Word } from './word.ts';

export interface RareWordGuardOptions {
  /** As of `wordEmbedder()`; a word that is not there is rare. @default 1,700 English words */
  readonly weights?: WordWeights | undefined;
}

/** A word that says so much is what a text is about. */
const telling = 11;

/**
 * Refuses when a rare word stands on one side only, or a telling one on each: "is aspirin safe" and "is ibuprofen
 * safe", "roast a chicken" and "roast a duck"; and where one telling word alone has another in its place. Common words may differ ("please help me to …", "how can I …"),
 * so that rewordings pass; of one word in two inflections neither stands alone. In another language than English
 * every word is rare.
 *
 * Give it beside `lightGuards()` wherever requests ask about things without end. Where they are orders of a few
 * kinds, which one answer serves whatever they name, it costs hits.
 *
 * @throws {RangeError} for a weight that is not from 0 to 15.
 * @example
 * semanticCache({ semantic: { embedder: wordEmbedder(), guards: [...lightGuards(), rareWordGuard()] } });
 */
export function rareWordGuard(options: RareWordGuardOptions = {}): Guard {
  checkOptions(options, { weights: 1 }, 'rareWordGuard()');
  const weights = readWeights(options.weights);

  /** Of the words that stand alone, the one that says most. An inflected one says no more than its base. */
  function most(alone: readonly Word[], others: readonly Word[]): number {
    const known = new Set(others.flatMap(({ lemmas }) => lemmas));
    let found = 0;
    for (const { kind, lemmas } of alone) {
      if (kind !== 'word' || lemmas.some((lemma) => known.has(lemma))) continue;
      const said = Math.min(
        // "I'd" says what "I" says.
        ...lemmas.map(
          (lemma) => weights.get(lemma) ?? weights.get(lemma.replace(/'.*/, '')) ?? unseen,
        ),
      );
      found = Math.max(found, said);
    }
    return found;
  }

  return {
    name: 'rare-words',
    refuses(pair) {
      const { onlyAsked, onlyStored } = pair;
      const asked = most(onlyAsked, onlyStored);
      const stored = most(onlyStored, onlyAsked);
      const [less, more] = [Math.min(asked, stored), Math.max(asked, stored)];
      return more >= unseen || less >= telling || (more >= telling && isExchanged(pair));
    },
  };
}
