/** Between the words of a text. */
export const separator = '\n';
const separatorCode = 10;
/** Of the FNV hash. */
const prime = 0x01000193;

/** What is known of a text's words without keeping them. */
export interface WordMarks {
  /**
   * Which words a text has, in twice 32 bits: every word flips one bit in each. Texts that differ by one word, which is
   * another, missing or there in addition, differ in two bits of each at most: nearly all others need not be compared.
   */
  readonly one: number;
  readonly other: number;
  /**
   * The same for texts that differ in how one word is spelled: of each word it takes which letters there are, but for
   * those of a plural.
   */
  readonly letters: number;
  /** A hash of all words. */
  readonly whole: number;
  /**
   * Hashes of the first and of the last half of the words (of an odd number the one in the middle is in neither), and
   * of the halves of texts of one word more or less (of an even number one less, of an odd one more).
   */
  readonly halves: readonly number[];
}

/** "s", "es", and "y" that becomes "ies": the bits of "s", "e", "i" and "y", by their place in the alphabet. */
const pluralBits = (1 << 19) | (1 << 5) | (1 << 9) | (1 << 25);

/**
 * @param words each after the other with a line feed between
 * @param total how many there are; one for no word at all
 * @param seed of the hashes
 */
export function marksOf(words: string, total: number, seed: number): WordMarks {
  const half = total >> 1;
  const otherHalf = total % 2 === 0 ? half - 1 : half + 1;
  let [first, last, otherFirst, otherLast] = [seed ^ 1, seed ^ 2, seed ^ 1, seed ^ 2];
  let whole = seed;
  let [one, other, hash, all, letters] = [0, 0, 0, 0, 0];
  const { length } = words;
  for (let at = 0, word = 0; at <= length; at++) {
    const code = at === length ? separatorCode : words.charCodeAt(at);
    if (code === separatorCode) {
      one ^= 1 << (hash >>> 16);
      other ^= 1 << (hash >>> 21);
      const own = all & ~pluralBits;
      letters = (letters + Math.imul(own ^ (own >>> 13), prime)) | 0;
      whole = mix(whole, hash);
      if (word < half) first = mix(first, hash);
      if (word < otherHalf) otherFirst = mix(otherFirst, hash);
      if (word >= total - half) last = mix(last, hash);
      if (word >= total - otherHalf) otherLast = mix(otherLast, hash);
      word++;
      hash = all = 0;
    } else {
      hash = Math.imul(hash ^ code, prime);
      all |= 1 << (code & 31);
    }
  }
  const halves = otherHalf < 0 ? [first, last] : [first, last, otherFirst, otherLast];
  return { one, other, letters, whole, halves };
}

/** Takes one more into a sum of hashes. */
export function mix(sum: number, hash: number): number {
  const mixed = Math.imul(sum ^ hash, 0x9e3779b1);
  return mixed ^ (mixed >>> 15);
}

/** Whether texts whose bits differ in these may differ by one word only. */
export function mayBeOneWord(bits: number): boolean {
  const butLowest = bits & (bits - 1);
  return (butLowest & (butLowest - 1)) === 0;
}
