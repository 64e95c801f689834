import type { Guard } from './guard.ts';
import { extractGuard, findAll } from './guard-extracts.ts';
import type { Sentence } from './sentence.ts';

const scripts = [
  'Latin',
  'Cyrillic',
  'Greek',
  'Han',
  'Hiragana',
  'Katakana',
  'Hangul',
  'Arabic',
  'Hebrew',
  'Devanagari',
  'Bengali',
  'Tamil',
  'Thai',
] as const;
/** Made when first needed: each looks its characters up in a table of all. */
let ofScript: readonly (readonly [string, RegExp])[] | undefined;

/** Words that one or two of these languages have, and often: English, German, French, Spanish, Italian, Portuguese, Dutch. */
const common = [
  'the what how is are my you please and of does which with',
  'der das und ist nicht wie ich ein eine mit für von wo welche',
  'le les est et quelle quel comment une des pour dans où je',
  'el los cuál qué cómo una por para dónde mi las del y',
  'il gli che come di qual per dove sono della una e',
  'os qual como uma não para onde você são do da em',
  'het een wat hoe niet van waar voor zijn ik welke',
];
/** The languages of each such word, a bit each. */
const languages = /* @__PURE__ */ common.reduce((known, words, at) => {
  for (const word of words.split(' ')) known.set(word, (known.get(word) ?? 0) | (1 << at));
  return known;
}, new Map<string, number>());

const names =
  /\b(?:english|spanish|german|french|italian|portuguese|dutch|polish|russian|ukrainian|chinese|mandarin|cantonese|japanese|korean|arabic|hebrew|hindi|bengali|turkish|greek|swedish|norwegian|danish|finnish|czech|slovak|hungarian|romanian|bulgarian|croatian|serbian|vietnamese|thai|indonesian|malay|latin|esperanto|swahili|urdu|persian|farsi|tamil|telugu)\b/gi;

/**
 * Refuses when the texts are in two languages or scripts, as far as that can be told, or name different
 * languages ("into Spanish", "into polish"). Told apart by script, and English, German, French,
 * Spanish, Italian, Portuguese and Dutch by their small words.
 */
export function languageGuard(): Guard {
  const named = extractGuard('language', ({ text }) => findAll(names, text));
  return {
    name: 'language',
    refuses(pair) {
      if (named.refuses(pair)) return true;
      const { asked, stored } = pair;
      if (asked.text === stored.text) return false;
      if (scriptOf(asked.text) !== scriptOf(stored.text)) return true;
      const [left, right] = [languageOf(asked), languageOf(stored)];
      return left !== undefined && right !== undefined && left !== right;
    },
  };
}

/** Scripts are looked for up to here. */
const longest = 400;

/** The script of the first letter that has a well-known one; Japanese by its kana. */
function scriptOf(text: string): string | undefined {
  const start = text.slice(0, longest);
  if (/[\p{Script=Hiragana}\p{Script=Katakana}]/u.test(start)) return 'Kana';
  const letter = /\p{L}/u.exec(start)?.[0];
  if (letter === undefined) return undefined;
  ofScript ??= scripts.map((name) => [name, new RegExp(`\\p{Script=${name}}`, 'u')]);
  return ofScript.find(([, one]) => one.test(letter))?.[0];
}

/** The language with the most small words; `undefined` when two have as many, or none has any. */
function languageOf({ text }: Sentence): number | undefined {
  const counts = common.map(() => 0);
  for (const word of text
    .slice(0, longest)
    .toLowerCase()
    .split(/[^\p{L}]+/u)) {
    const bits = languages.get(word) ?? 0;
    for (let at = 0; bits >> at > 0; at++) counts[at]! += (bits >> at) & 1;
  }
  const most = Math.max(...counts);
  const best = counts.indexOf(most);
  return most === 0 || counts.lastIndexOf(most) !== best ? undefined : best;
}
