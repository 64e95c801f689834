/** What a guard is: a veto on a semantic hit. */
import type { SentencePair } from './sentence-pair.ts';

/**
 * Refuses a semantic hit that similarity alone would allow. Synchronous and linear in the length
 * of the texts. One that throws counts as a refusal.
 *
 * @example
 * const sameLanguage: Guard = {
 *   name: 'language',
 *   refuses: ({ asked, stored }) => detect(asked.text) !== detect(stored.text),
 * };
 */
export interface Guard {
  /** Stands in `Cache-Status` and events when it refuses: lower case, such as `numbers`. */
  readonly name: string;
  /**
   * What it never lets differ: words (but for one other spelling of one word), or their order. With
   * both of them there, texts are looked up by their words.
   */
  readonly demands?: 'same-words' | 'same-order' | undefined;
  /** `true` when the stored answer may be wrong for what is asked. */
  refuses(pair: SentencePair): boolean;
}

/** The name of the first guard that refuses, or `undefined` when all consent. */
export function findRefusal(guards: readonly Guard[], pair: SentencePair): string | undefined {
  for (const guard of guards) {
    try {
      if (guard.refuses(pair)) return guard.name;
    } catch {
      return guard.name;
    }
  }
  return undefined;
}
