/**
 * 128-bit sketches of vectors, to find in nanoseconds a row which of many are worth a real
 * comparison: the signs of the vector folded to 128 places. The share of bits in which two sketches
 * differ grows with the angle between their vectors (sign random projections, Charikar 2002).
 */

const bits = 128;
/** 32-bit words of one sketch. */
export const sketchWords = bits / 32;

/** Writes the sketch of `vector` as row `row`. */
export function writeSketch(vector: Float32Array, into: Uint32Array, row: number): void {
  const { length } = vector;
  for (let word = 0; word < sketchWords; word++) {
    let signs = 0;
    for (let bit = 0; bit < 32; bit++) {
      let sum = 0;
      for (let at = word * 32 + bit; at < length; at += bits) sum += vector[at]!;
      if (sum > 0) signs |= 1 << bit;
    }
    into[row * sketchWords + word] = signs;
  }
}

/**
 * The rows, of `count` in all, whose sketches differ least from `probe`: `wanted` of them where there
 * are so many, and up to as many again that differ as little as the last.
 */
export function nearestRows(
  probe: Uint32Array,
  sketches: Uint32Array,
  count: number,
  wanted: number,
): number[] {
  const distances = new Uint8Array(count);
  const histogram = new Uint32Array(bits + 1);
  const [p0, p1, p2, p3] = [probe[0]!, probe[1]!, probe[2]!, probe[3]!];
  for (let row = 0; row < count; row++) {
    const at = row * sketchWords;
    const distance =
      ones(p0 ^ sketches[at]!) +
      ones(p1 ^ sketches[at + 1]!) +
      ones(p2 ^ sketches[at + 2]!) +
      ones(p3 ^ sketches[at + 3]!);
    distances[row] = distance;
    histogram[distance]! += 1;
  }
  let limit = 0;
  for (let seen = histogram[0]!; seen < wanted && limit < bits; ) seen += histogram[++limit]!;
  const rows: number[] = [];
  for (let row = 0; row < count; row++) if (distances[row]! < limit) rows.push(row);
  for (let row = 0; row < count && rows.length < 2 * wanted; row++) {
    if (distances[row] === limit) rows.push(row);
  }
  return rows;
}

/** How many bits are set. */
function ones(word: number): number {
  let sum = word - ((word >>> 1) & 0x55555555);
  sum = (sum & 0x33333333) + ((sum >>> 2) & 0x33333333);
  return Math.imul((sum + (sum >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
