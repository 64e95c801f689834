/** Hashes for maps in memory. Not for security: whoever uses one compares the text in full. */

const utf8 = /* @__PURE__ */ new TextEncoder();
/** What is hashed at a time, as bytes and as words: bytes of a text cost less than its `charCodeAt`. */
const words = /* @__PURE__ */ new Uint32Array(4096);
const bytes = /* @__PURE__ */ new Uint8Array(words.buffer);

/**
 * A fast 53-bit hash.
 *
 * @param seed makes collisions unpredictable from outside.
 */
export function hashText(text: string, seed: number): number {
  // Four sums that do not wait for one another: a processor works on them at once.
  let a = 0xdeadbeef ^ seed;
  let b = 0x41c6ce57 ^ seed;
  let c = 0x9e3779b9 ^ seed;
  let d = 0x7f4a7c15 ^ seed;
  const { length } = text;
  for (let from = 0; from < length; ) {
    const { read, written } = utf8.encodeInto(from === 0 ? text : text.slice(from), bytes);
    from += read;
    const end = ((written + 15) >> 4) << 2;
    bytes.fill(0, written, end << 2);
    for (let at = 0; at < end; at += 4) {
      a = fold(a ^ words[at]!, 0x9e3779b1);
      b = fold(b ^ words[at + 1]!, 0x5f356495);
      c = fold(c ^ words[at + 2]!, 0x85ebca6b);
      d = fold(d ^ words[at + 3]!, 0xc2b2ae35);
    }
  }
  const ends = mix(mix(mix(mix(length, a), b), c), d);
  const low = mix(mix(mix(mix(seed, d), c), b), a);
  return 0x100000000 * (ends & 0x1fffff) + (low >>> 0);
}

function fold(sum: number, factor: number): number {
  const product = Math.imul(sum, factor);
  return product ^ (product >>> 15);
}

function mix(sum: number, value: number): number {
  let mixed = Math.imul(sum ^ value, 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0xc2b2ae35);
  return mixed ^ (mixed >>> 13);
}

/** One for the process, so that caches can share a store in memory. */
let seed: number | undefined;

/** A line of at least so many characters is remembered: the texts of one call share it. */
const longLine = 2000;
const longestLine = 500_000;
let known = { line: '', hash: 0 };

/** The hash of a text in this process. That of a long one is made of those of its lines. */
export function ownHash(text: string): number {
  // Not at import: some hosts give no randomness before the first request.
  seed ??= crypto.getRandomValues(new Int32Array(1))[0]!;
  if (text.length < longLine) return hashText(text, seed);
  let [high, low] = [0, seed];
  for (const line of text.split('\n')) {
    const hash = hashOfLine(line, seed);
    low = mix(mix(low, high), hash);
    high = mix(mix(high, low), Math.floor(hash / 0x100000000));
  }
  return 0x100000000 * (high & 0x1fffff) + (low >>> 0);
}

function hashOfLine(line: string, seed: number): number {
  if (line.length < longLine) return hashText(line, seed);
  if (line !== known.line) {
    const hash = hashText(line, seed);
    if (line.length > longestLine) return hash;
    known = { line, hash };
  }
  return known.hash;
}

const longestHashed = 16_000;

/**
 * What a `Map` finds a text by in the time that its length takes. V8 takes the length of a string of more
 * than 16,383 characters for its hash: in a `Map` of many such it would compare all of the same length. Two
 * texts may have one key: compare what is found.
 */
export function mapKey(text: string): string | number {
  return text.length <= longestHashed ? text : ownHash(text);
}
