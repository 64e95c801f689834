import type { Guard } from './guard.ts';

/**
 * Refuses when any word that counts stands on one side only: "France" and "Germany". Inflection,
 * one slip of the keys and small words are passed over. With it only rewordings of small words can
 * hit, so leave it out where an embedder is to find true paraphrases.
 */
export function contentWordGuard(): Guard {
  return {
    name: 'content-words',
    refuses: ({ onlyAsked, onlyStored }) => onlyAsked.length > 0 || onlyStored.length > 0,
  };
}
