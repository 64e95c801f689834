/** A stable number of a text. Not for secrets. */

/**
 * A number in [0, 1) with 32 bits, evenly spread: FNV-1a over the UTF-16 units with a final mix
 * (MurmurHash3's `fmix32`), since neighbours in FNV-1a are close. The same on every machine.
 */
export function unitHash(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 0x1_0000_0000;
}
