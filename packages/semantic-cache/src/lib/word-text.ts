/** A text as the index of words takes it: read once, for being looked up and for being added. */
import { readWords } from './sentence.ts';
import { marksOf, mix, separator, type WordMarks } from './word-marks.ts';

export interface WordText {
  readonly scope: string;
  /** The words that count, in order, each after the other with a line feed between. */
  readonly words: string;
  /** Texts of the same words are found by the hash of all of them, among any number that share a half. */
  readonly marks: WordMarks;
}

/** Reads a text of a scope. Its hashes are not for security: what shares one is compared in full. */
export function readWordText(scope: string, text: string): WordText {
  const list = readWords(text);
  const words = list.join(separator);
  const seed = scopeSeed(scope);
  const marks = marksOf(words, Math.max(1, list.length), seed);
  return { scope, words, marks };
}

/** Scopes repeat, and are long. */
let lastScope: string | undefined;
let lastSeed = 0;

function scopeSeed(scope: string): number {
  if (scope === lastScope) return lastSeed;
  let seed = 0x811c9dc5;
  for (let at = 0; at < scope.length; at++) seed = mix(seed, scope.charCodeAt(at));
  lastScope = scope;
  lastSeed = seed;
  return seed;
}
