/** A text as the index of words takes it: read once, for being looked up and for being added. */
import { ownHash } from './fast-hash.ts';
import { readWords } from './sentence.ts';
import { marksOf, separator, type WordMarks } from './word-marks.ts';

export interface WordText {
  readonly scope: string;
  /** The words that count, in order, each after the other with a line feed between. */
  readonly words: string;
  readonly marks: WordMarks;
  /**
   * Hashes: of all words, of the first and of the last half of them (of an odd number the one in the middle is in
   * neither), and of the halves of texts of one word more or less (of an even number one less, of an odd one more).
   * Texts of the same words are found among any number that share a half.
   */
  readonly keys: readonly number[];
}

/** Reads a text of a scope. Its hashes are not for security: what shares one is compared in full. */
export function readWordText(scope: string, text: string): WordText {
  const words = readWords(text).join(separator);
  const marks = marksOf(words);
  const seed = scopeSeed(scope);
  const total = marks.hashes.length;
  const half = total >> 1;
  const keys = [
    seed ^ ownHash(words),
    ...halvesOf(marks.hashes, half, seed),
    ...halvesOf(marks.hashes, total % 2 === 0 ? half - 1 : half + 1, seed),
  ];
  return { scope, words, marks, keys };
}

/** Hashes of the first and of the last `count` words; none where there are less than none. */
function halvesOf(hashes: readonly number[], count: number, seed: number): number[] {
  if (count < 0) return [];
  let first = seed ^ 1;
  let last = seed ^ 2;
  for (let at = 0; at < count; at++) {
    first = mix(first, hashes[at]!);
    last = mix(last, hashes[hashes.length - 1 - at]!);
  }
  return [first, last];
}

function mix(sum: number, hash: number): number {
  const mixed = Math.imul(sum ^ hash, 0x9e3779b1);
  return mixed ^ (mixed >>> 15);
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
