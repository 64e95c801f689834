import type { Guard } from './guard.ts';
import type { Word } from './sentence.ts';

/**
 * Refuses when a name, an acronym, an identifier, a sign or a word in another script stands on one
 * side only. What is in lower case on both sides is not seen as a name: {@link contentWordGuard} is.
 */
export function entityGuard(): Guard {
  return {
    name: 'entities',
    refuses: ({ onlyAsked, onlyStored }) => onlyAsked.some(isRare) || onlyStored.some(isRare),
  };
}

function isRare({ entity, kind, text }: Word): boolean {
  // Numbers are the business of their own guard.
  return kind !== 'number' && (entity || kind === 'sign' || !/^[a-z'-]+$/i.test(text));
}
