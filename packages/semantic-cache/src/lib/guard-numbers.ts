import type { Guard } from './guard.ts';
import { unitsIn, withoutUnit } from './guard-units.ts';
import type { Word } from './word.ts';

/**
 * Refuses when the numbers of the two texts differ in value, spelling of decimals, or order, or when both say of the
 * how manieth they speak and it is another.
 */
export function numberGuard(): Guard {
  return {
    name: 'numbers',
    refuses({ asked, stored }) {
      const left = asked.words.filter(isNumber);
      const right = stored.words.filter(isNumber);
      if (left.length !== right.length) return true;
      for (const [at, { text }] of left.entries()) {
        const other = right[at]!.text;
        if (text === other) continue;
        if (withoutUnit(text) !== withoutUnit(other)) return true;
        // "5m" may be five million: only where "5 m" stands in the other, too.
        if (`${unitsIn(asked.text)}` !== `${unitsIn(stored.text)}`) return true;
      }
      const [one, other] = [ordinalsOf(asked.words), ordinalsOf(stored.words)];
      return one !== '' && other !== '' && one !== other;
    },
  };
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
