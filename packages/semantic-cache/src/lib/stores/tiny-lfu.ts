/** Admission by how often something is asked for (TinyLFU, Einziger, Friedman and Manes 2017). */
import type { Admission } from '../memory-store.ts';

export interface TinyLfuOptions {
  /** About how many entries the store holds. @default 65536 */
  readonly entries?: number | undefined;
}

const rows = 4;
/** Counters stop there: more says nothing more. */
const highest = 15;
/** After so many lookups for each entry all counters are halved, so that what was asked once is forgotten. */
const lookupsPerEntry = 10;

/**
 * Creates an admission that keeps out what is asked for less often than what it would push out: a scan
 * of calls that never come again leaves the store as it is. A sketch of four counters a key, bytes each.
 *
 * @throws {RangeError} when `entries` is not a positive number.
 * @example
 * semanticCache({ store: memoryStore({ admission: tinyLfu() }) });
 */
export function tinyLfu({ entries = 65_536 }: TinyLfuOptions = {}): Admission {
  if (!(entries >= 1 && entries <= 2 ** 26))
    throw new RangeError(`Set "entries" from 1 to ${2 ** 26}: got ${String(entries)}`);
  const width = 2 ** Math.ceil(Math.log2(Math.max(16, entries)));
  const counters = new Uint8Array(rows * width);
  let lookups = 0;

  /** Place of a key in one row. The hash has 53 bits: both halves count. */
  function place(hash: number, row: number): number {
    const low = (hash % 2 ** 27) | 0;
    const high = Math.floor(hash / 2 ** 27) | 0;
    let mixed = Math.imul(low ^ Math.imul(row + 1, 0x9e3779b1), 0x85ebca6b) ^ high;
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0xc2b2ae35);
    return row * width + ((mixed ^ (mixed >>> 16)) & (width - 1));
  }

  function countOf(hash: number): number {
    let least = highest;
    for (let row = 0; row < rows; row++) least = Math.min(least, counters[place(hash, row)] ?? 0);
    return least;
  }

  return {
    touch(hash) {
      // Only the lowest of its counters: the others are higher because of keys that share them.
      const count = countOf(hash);
      for (let row = 0; row < rows && count < highest; row++) {
        const at = place(hash, row);
        if (counters[at] === count) counters[at]!++;
      }
      if (++lookups < lookupsPerEntry * width) return;
      lookups = 0;
      for (let at = 0; at < counters.length; at++) counters[at]! >>>= 1;
    },
    admits: (candidate, victim) => countOf(candidate) > countOf(victim),
  };
}
