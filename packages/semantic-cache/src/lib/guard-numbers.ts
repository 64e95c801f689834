import type { Guard } from './guard.ts';
import type { Word } from './word.ts';

/** Refuses when the numbers of the two texts differ in value, spelling of decimals, or order. */
export function numberGuard(): Guard {
  return {
    name: 'numbers',
    refuses({ asked, stored }) {
      const left = asked.words.filter(isNumber);
      const right = stored.words.filter(isNumber);
      return left.length !== right.length || left.some((word, at) => word.text !== right[at]!.text);
    },
  };
}

/** The word "one" is an article as often as not: what is only counted by it is no number. */
function isNumber({ kind, raw }: Pick<Word, 'kind' | 'raw'>): boolean {
  return kind === 'number' && raw.toLowerCase() !== 'one';
}
