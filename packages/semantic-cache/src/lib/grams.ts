/** Hashed character n-grams: how a text is spelled, as a vector. */

const shortest = 3;
const longest = 5;

/**
 * Calls back with place and sign of each 3-, 4- and 5-gram of a text.
 *
 * @param dimensions a power of two.
 */
export function eachGram(
  text: string,
  dimensions: number,
  add: (place: number, sign: 1 | -1) => void,
): void {
  const { length } = text;
  for (let start = 0; start + shortest <= length; start++) {
    let hash = 0x811c9dc5;
    const end = Math.min(start + longest, length);
    for (let at = start; at < end; at++) {
      hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
      if (at - start + 1 < shortest) continue;
      // Half of the grams count negatively, so that those that share a place cancel out (sign trick).
      const mixed = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
      add((mixed >>> 16) & (dimensions - 1), (mixed & 0x8000) === 0 ? 1 : -1);
    }
  }
}
