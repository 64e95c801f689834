/**
 * Finds texts that differ in one word at most, without comparing with all of them: two such texts
 * have the same first half or the same last half.
 */
import type { Word } from './sentence.ts';

/** A text in the index. */
export interface WordItem {
  readonly id: string;
  readonly scope: string;
  readonly text: string;
  /** The words that count, in order. */
  readonly words: readonly string[];
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
}

export interface WordIndex {
  /**
   * At most `count` items of the scope that are the same but for one word that is another, is missing
   * or stands there in addition: the same ones first, then the newest.
   */
  near(scope: string, words: readonly Word[], count: number): readonly WordItem[];
  /** Adds an item, or replaces that of the same id. */
  add(item: WordItem): void;
  delete(id: string): void;
  /** Bytes in use, as `maxBytes` counts them. */
  bytes(): number;
}

/** Of those that share a half, so many of the newest are looked at: short texts share theirs with many. */
const maxLooked = 256;
const overheadBytes = 512;

/**
 * Creates an index in memory. The oldest items go first.
 *
 * @param options.maxBytes of all items together. Default 32 MiB.
 */
export function createWordIndex(options: { now: () => number; maxBytes?: number }): WordIndex {
  const { now, maxBytes = 32 * 1024 * 1024 } = options;
  /** In order of age. */
  const items = new Map<string, WordItem>();
  /** By the hash of a half; the newest last. */
  const halves = new Map<number, WordItem[]>();
  let bytes = 0;

  function remove(item: WordItem): void {
    items.delete(item.id);
    bytes -= bytesOf(item);
    for (const key of keysOf(item)) {
      const list = halves.get(key);
      const at = list?.indexOf(item) ?? -1;
      if (list === undefined || at === -1) continue;
      if (list.length === 1) halves.delete(key);
      else list.splice(at, 1);
    }
  }

  return {
    near(scope, words, count) {
      const same: WordItem[] = [];
      const other: WordItem[] = [];
      const { length } = words;
      const time = now();
      const seed = hash(0x811c9dc5, scope);
      const seen = new Set<WordItem>();
      let looked = 0;

      function look(key: number): void {
        const list = halves.get(key);
        if (list === undefined) return;
        for (let at = list.length - 1; at >= 0 && looked < maxLooked; at--) {
          const item = list[at] as WordItem;
          if (seen.has(item)) continue;
          seen.add(item);
          looked++;
          if (item.scope !== scope || item.expiresAt <= time) continue;
          const differing = differingWords(words, item.words);
          if (differing === 0) same.push(item);
          else if (differing === 1) other.push(item);
        }
      }

      const half = length >> 1;
      // Texts of one word more or less have other halves: of an even number one less, of an odd one more.
      const neighbouring = length % 2 === 0 ? half - 1 : half + 1;
      for (const size of [half, neighbouring]) {
        if (size < 0) continue;
        look(prefixKey(seed, words, size));
        look(suffixKey(seed, words, size));
      }
      return [...same, ...other].slice(0, count);
    },
    add(item) {
      const before = items.get(item.id);
      if (before !== undefined) remove(before);
      const size = bytesOf(item);
      if (size > maxBytes || item.expiresAt <= now()) return;
      for (const oldest of items.values()) {
        if (bytes + size <= maxBytes) break;
        remove(oldest);
      }
      items.set(item.id, item);
      bytes += size;
      for (const key of keysOf(item)) {
        const list = halves.get(key);
        if (list === undefined) halves.set(key, [item]);
        else list.push(item);
      }
    },
    delete(id) {
      const item = items.get(id);
      if (item !== undefined) remove(item);
    },
    bytes: () => bytes,
  };
}

/** 0, 1, or 2 for more than one: a word that is another, missing, or there in addition. */
function differingWords(asked: readonly Word[], stored: readonly string[]): 0 | 1 | 2 {
  const longer = Math.max(asked.length, stored.length);
  const shorter = Math.min(asked.length, stored.length);
  if (longer - shorter > 1) return 2;
  let front = 0;
  while (front < shorter && (asked[front] as Word).text === stored[front]) front++;
  if (front === longer) return 0;
  let back = 0;
  while (
    front + back < shorter &&
    (asked[asked.length - 1 - back] as Word).text === stored[stored.length - 1 - back]
  )
    back++;
  return front + back >= longer - 1 ? 1 : 2;
}

function keysOf({ scope, words }: WordItem): readonly number[] {
  const seed = hash(0x811c9dc5, scope);
  const half = words.length >> 1;
  const keys = [prefixKey(seed, words, half), suffixKey(seed, words, half)];
  return keys[0] === keys[1] ? keys.slice(1) : keys;
}

type Texts = readonly (string | { readonly text: string })[];

function prefixKey(seed: number, words: Texts, half: number): number {
  return hashWords(seed ^ 1, words, 0, half);
}

function suffixKey(seed: number, words: Texts, half: number): number {
  return hashWords(seed ^ 2, words, words.length - half, words.length);
}

/** Not for security: what shares a key is compared in full. */
function hashWords(seed: number, words: Texts, from: number, to: number): number {
  let mixed = seed;
  for (let at = from; at < to; at++) {
    const word = words[at] as string | { readonly text: string };
    mixed = Math.imul(hash(mixed, typeof word === 'string' ? word : word.text) ^ 32, 0x01000193);
  }
  return mixed;
}

function hash(seed: number, text: string): number {
  let mixed = seed;
  for (let at = 0; at < text.length; at++)
    mixed = Math.imul(mixed ^ text.charCodeAt(at), 0x01000193);
  return mixed ^ (mixed >>> 15);
}

/** Text is two bytes a unit at most. */
function bytesOf({ id, scope, text, words }: WordItem): number {
  return 2 * (id.length + scope.length + 2 * text.length) + 16 * words.length + overheadBytes;
}
