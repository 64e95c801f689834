/**
 * Which words a text has, in twice 32 bits: every word flips one bit in each. Texts that differ by one word, which is
 * another, missing or there in addition, differ in two bits of each at most: nearly all others need not be compared.
 */
export type Parity = readonly [number, number];

/** Of the FNV hash. */
const prime = 0x01000193;
/** Between the words of a text. */
export const separator = '\n';
const separatorCode = 10;

/** What is known of a text's words without keeping them. */
export interface WordMarks {
  readonly parity: Parity;
  /**
   * The same for texts that differ in how one word is spelled: of each word it takes which letters there are, but for
   * those of a plural.
   */
  readonly letters: number;
  /** Of each word in turn; one for no word at all. */
  readonly hashes: readonly number[];
}

/** "s", "es", and "y" that becomes "ies": the bits of "s", "e", "i" and "y", by their place in the alphabet. */
const pluralBits = (1 << 19) | (1 << 5) | (1 << 9) | (1 << 25);

/** @param words each after the other with a line feed between */
export function marksOf(words: string): WordMarks {
  const { length } = words;
  const hashes: number[] = [];
  let [one, other, hash, all, letters] = [0, 0, 0, 0, 0];
  for (let at = 0; at <= length; at++) {
    const code = at === length ? separatorCode : words.charCodeAt(at);
    if (code === separatorCode) {
      hashes.push(hash);
      one ^= 1 << (hash >>> 16);
      other ^= 1 << (hash >>> 21);
      const own = all & ~pluralBits;
      letters = (letters + Math.imul(own ^ (own >>> 13), prime)) | 0;
      hash = all = 0;
    } else {
      hash = Math.imul(hash ^ code, prime);
      all |= 1 << (code & 31);
    }
  }
  return { parity: [one, other], letters, hashes };
}

/** Whether texts whose bits differ in these may differ by one word only. */
export function mayBeOneWord(bits: number): boolean {
  const butLowest = bits & (bits - 1);
  return (butLowest & (butLowest - 1)) === 0;
}
