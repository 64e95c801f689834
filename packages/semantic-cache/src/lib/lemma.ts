/** English inflection, by spelling alone: which base forms a word may have. */
import { irregularForms, pluralOnly } from './word-lists.ts';

/** Shorter words are taken as they stand: too many of them only look inflected ("bring", "bus"). */
const minInflectedLength = 4;

/**
 * The base forms that `word` may have, itself first: for finding neighbours and opposites, never for
 * taking two words for the same. Comparatives and derivations ("cheaper", "teacher") are words of their own: they
 * change what is asked.
 */
export function lemmasOf(word: string): readonly string[] {
  const irregular = irregularForms.get(word);
  if (irregular !== undefined) return [word, irregular];
  if (word.length < minInflectedLength || !/^[a-z]+$/.test(word)) return [word];
  if (word.endsWith('ing')) return [word, ...verbBases(word.slice(0, -3))];
  if (word.endsWith('ied') && word.length > 4) return [word, `${word.slice(0, -3)}y`];
  if (word.endsWith('ed') && !word.endsWith('eed')) return [word, ...verbBases(word.slice(0, -2))];
  return [word, ...pluralBases(word)];
}

/** Whether one is the plain plural of the other. */
export function isPlural(left: string, right: string): boolean {
  const [short, long] = left.length < right.length ? [left, right] : [right, left];
  if (short.length < minInflectedLength || pluralOnly.has(long)) return false;
  return /^[a-z]+$/.test(long) && pluralBases(long).includes(short);
}

function pluralBases(word: string): string[] {
  if (!word.endsWith('s') || /(?:ss|us|is)$/.test(word)) return [];
  // "news" is not the plural of "new", nor "means" of "mean".
  if (word === 'news' || word === 'means' || word === 'always' || word === 'species') return [];
  if (word.endsWith('ies') && word.length > 4) return [`${word.slice(0, -3)}y`];
  if (/(?:ches|shes|xes|sses|zzes|oes)$/.test(word)) return [word.slice(0, -2)];
  if (/(?:ses|zes)$/.test(word)) return [word.slice(0, -1), word.slice(0, -2)];
  return [word.slice(0, -1)];
}

/** What may stand before "ing" or "ed": "hop" in "hopping", "hope" in "hoping", "visit" in "visiting". */
function verbBases(stem: string): string[] {
  if (!/[aeiouy]/.test(stem) || stem.length < 2) return [];
  if (/([b-df-hj-np-rtv-y])\1$/.test(stem)) return [stem.slice(0, -1), stem];
  // One syllable ending in one vowel and one consonant would have doubled it: so an "e" was dropped.
  if (/^[^aeiouy]*[aeiou][b-df-hj-np-tvz]$/.test(stem)) return [`${stem}e`];
  return [stem, `${stem}e`];
}
