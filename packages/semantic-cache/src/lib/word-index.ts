/**
 * Finds texts that differ in one word at most, without comparing with all of them: two such texts
 * have the same first half or the same last half.
 */
import { readSentence } from './sentence.ts';

/** The words of a text as this index takes them. */
export function wordsOf(text: string): string {
  const { words } = readSentence(text);
  let joined = '';
  for (const word of words) joined += joined === '' ? word.text : `${separator}${word.text}`;
  return joined;
}

const separator = '\n';

/** A text in the index. */
export interface WordItem {
  readonly id: string;
  readonly scope: string;
  readonly text: string;
  /** The words that count, in order, each after the other with a line feed between. */
  readonly words: string;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
}

export interface WordIndex {
  /**
   * At most `count` items of the scope that are the same but for one word that is another, is missing
   * or stands there in addition: the same ones first, then the newest.
   */
  near(scope: string, words: string, count: number): readonly WordItem[];
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
      const time = now();
      const seed = hash(0x811c9dc5, scope, 0, scope.length);
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

      const starts = wordStarts(words);
      const half = starts.length >> 1;
      // Texts of one word more or less have other halves: of an even number one less, of an odd one more.
      const neighbouring = starts.length % 2 === 0 ? half - 1 : half + 1;
      for (const size of [half, neighbouring]) {
        if (size < 0) continue;
        look(prefixKey(seed, words, starts, size));
        look(suffixKey(seed, words, starts, size));
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
function differingWords(asked: string, stored: string): 0 | 1 | 2 {
  if (asked === stored) return 0;
  const shorter = Math.min(asked.length, stored.length);
  let front = 0;
  while (front < shorter && asked.charCodeAt(front) === stored.charCodeAt(front)) front++;
  // Back to where the word begins in which they part.
  if (!isEdge(asked, front) || !isEdge(stored, front))
    front = front === 0 ? 0 : asked.lastIndexOf(separator, front - 1) + 1;
  let back = 0;
  const most = shorter - front;
  while (back < most && asked.at(-1 - back) === stored.at(-1 - back)) back++;
  while (back > 0 && !(isStart(asked, back) && isStart(stored, back))) back--;
  return isOneWord(asked, front, back) && isOneWord(stored, front, back) ? 1 : 2;
}

/** Whether a word ends here. */
function isEdge(words: string, at: number): boolean {
  return at === words.length || words[at] === separator;
}

/** Whether the last `back` characters begin with a word, or with what parts it from the one before. */
function isStart(words: string, back: number): boolean {
  const at = words.length - back;
  return at === 0 || words[at] === separator || words[at - 1] === separator;
}

/** Whether there is one word at most between. */
function isOneWord(words: string, front: number, back: number): boolean {
  let from = front;
  let to = words.length - back;
  if (from < to && words[from] === separator) from++;
  if (from < to && words[to - 1] === separator) to--;
  const next = words.indexOf(separator, from);
  return from >= to || next === -1 || next >= to;
}

function keysOf({ scope, words }: WordItem): readonly number[] {
  const seed = hash(0x811c9dc5, scope, 0, scope.length);
  const starts = wordStarts(words);
  const half = starts.length >> 1;
  const keys = [prefixKey(seed, words, starts, half), suffixKey(seed, words, starts, half)];
  return keys[0] === keys[1] ? keys.slice(1) : keys;
}

/** Where each word begins. */
function wordStarts(words: string): number[] {
  const starts: number[] = words === '' ? [] : [0];
  for (let at = words.indexOf(separator); at !== -1; at = words.indexOf(separator, at + 1))
    starts.push(at + 1);
  return starts;
}

function prefixKey(seed: number, words: string, starts: readonly number[], count: number): number {
  const end = count >= starts.length ? words.length : (starts[count] as number) - 1;
  return hash(seed ^ 1, words, 0, Math.max(0, end));
}

function suffixKey(seed: number, words: string, starts: readonly number[], count: number): number {
  const start = count === 0 ? words.length : (starts[Math.max(0, starts.length - count)] as number);
  return hash(seed ^ 2, words, start, words.length);
}

/** Not for security: what shares a key is compared in full. */
function hash(seed: number, text: string, from: number, to: number): number {
  let mixed = seed;
  for (let at = from; at < to; at++) mixed = Math.imul(mixed ^ text.charCodeAt(at), 0x01000193);
  return mixed ^ (mixed >>> 15);
}

/** Text is two bytes a unit at most. */
function bytesOf({ id, scope, text, words }: WordItem): number {
  return 2 * (id.length + scope.length + text.length + words.length) + overheadBytes;
}
