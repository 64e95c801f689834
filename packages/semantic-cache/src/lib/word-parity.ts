/**
 * Which words a text has, in twice 32 bits: every word flips one bit in each. Texts that differ by one word, which is
 * another, missing or there in addition, differ in two bits of each at most: nearly all others need not be compared.
 */
export type Parity = readonly [number, number];

/** Of the FNV hash. */
const prime = 0x01000193;
const separatorCode = 10;

/** @param words each after the other with a line feed between */
export function parityOf(words: string): Parity {
  let [one, other, hash] = [0, 0, 0];
  for (let at = 0; at <= words.length; at++) {
    const code = at === words.length ? separatorCode : words.charCodeAt(at);
    if (code === separatorCode) {
      one ^= 1 << (hash >>> 16);
      other ^= 1 << (hash >>> 21);
      hash = 0;
    } else hash = Math.imul(hash ^ code, prime);
  }
  return [one, other];
}

/** Whether texts whose bits differ in these may differ by one word only. */
export function mayBeOneWord(bits: number): boolean {
  const butLowest = bits & (bits - 1);
  return (butLowest & (butLowest - 1)) === 0;
}
