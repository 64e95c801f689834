import type { Guard } from './guard.ts';
import type { SentencePair } from './sentence-pair.ts';
import type { Word } from './word.ts';

/**
 * Refuses when a name, an acronym, an identifier, a sign or a word in another script stands on one
 * side only, or when names that both have stand in another order: "Ann called Bob", "Bob called Ann". What
 * is in lower case on both sides is not seen as a name: {@link contentWordGuard} is.
 */
export function entityGuard(): Guard {
  return {
    name: 'entities',
    refuses: (pair) =>
      pair.onlyAsked.some(isRare) || pair.onlyStored.some(isRare) || isReordered(pair),
  };
}

function isRare({ entity, kind, text }: Word): boolean {
  // Numbers are the business of their own guard.
  return kind !== 'number' && (entity || kind === 'sign' || !/^[a-z'-]+$/i.test(text));
}

function isReordered({ asked, stored, matches }: SentencePair): boolean {
  let last = -1;
  return matches.some(([left, right]) => {
    if (!asked.words[left]?.entity && !stored.words[right]?.entity) return false;
    const back = right < last;
    last = right;
    return back;
  });
}
