import type { Guard } from './guard.ts';

/**
 * Refuses when any word that counts stands on one side only ("France" and "Germany"), when one text
 * asks and the other tells, and when the punctuation inside differs. With it only other spellings of
 * the same words can hit, so leave it out where an embedder is to find true paraphrases.
 */
export function contentWordGuard(): Guard {
  return {
    name: 'content-words',
    demands: 'same-words',
    refuses: ({ asked, stored, onlyAsked, onlyStored }) =>
      asked.form !== stored.form || onlyAsked.length > 0 || onlyStored.length > 0,
  };
}
