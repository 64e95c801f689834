import type { Guard } from './guard.ts';
import { measureOf } from './guard-units.ts';
import type { Word } from './word.ts';

/**
 * Refuses when the numbers of the two texts differ in value, spelling of decimals, or order, or when both say of the
 * how manieth they speak and it is another.
 */
export function numberGuard(): Guard {
  return {
    name: 'numbers',
    refuses({ asked, stored }) {
      const left = placesOf(asked.words);
      const right = placesOf(stored.words);
      if (left.length !== right.length) return true;
      for (const [nth, at] of left.entries()) {
        const other = right[nth] as number;
        if (asked.words[at]!.text === stored.words[other]!.text) continue;
        if (measureOf(asked.words, at) !== measureOf(stored.words, other)) return true;
      }
      const [one, other] = [ordinalsOf(asked.words), ordinalsOf(stored.words)];
      return one !== '' && other !== '' && one !== other;
    },
  };
}

function placesOf(words: readonly Word[]): readonly number[] {
  return [...words.keys()].filter((at) => isNumber(words[at] as Word));
}

/** The word "one" is an article as often as not: what is only counted by it is no number. */
function isNumber({ kind, raw }: Pick<Word, 'kind' | 'raw'>): boolean {
  return kind === 'number' && raw.toLowerCase() !== 'one';
}

const ordinals: ReadonlySet<string> = /* @__PURE__ */ new Set(
  'first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth last'.split(
    ' ',
  ),
);

function ordinalsOf(words: readonly Word[]): string {
  return words
    .filter(({ text }) => ordinals.has(text))
    .map(({ text }) => text)
    .join(' ');
}
