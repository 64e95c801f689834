/**
 * Finds texts that differ in one word at most, without comparing with all of them: two such texts
 * have the same first half or the same last half.
 */
import { createRecencyMap } from '@wintergate/core';
import { createChains } from './chains.ts';
import { isOtherSpelling } from './misspelling.ts';
import { mayBeOneWord, separator } from './word-marks.ts';
import type { WordText } from './word-text.ts';

/** A text in the index. */
export interface WordItem {
  readonly id: string;
  /** Of the id: what an item is found by. */
  readonly hash: number;
  readonly scope: string;
  readonly text: string;
  /** Of {@link WordText}. */
  readonly words: string;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
}

/** An item that is the same but for one word at most, and what the difference is. */
export interface NearItem {
  readonly item: WordItem;
  /** Not at all, in how one word is spelled, or in a word that is another, is missing or stands there in addition. */
  readonly differs: 'not' | 'in-spelling' | 'in-a-word';
}

export interface WordIndex {
  /**
   * At most `count` items of the text's scope that differ in one word at most: the same ones first, then other spellings,
   * each the newest first.
   */
  near(text: WordText, count: number): readonly NearItem[];
  /** Adds an item, or replaces that of the same id. @param text what was read of its text */
  add(item: WordItem, text: WordText): void;
  delete(id: string, hash: number): void;
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
  /** Where each item stands. */
  const slots = createRecencyMap<number, number>();
  const items: (WordItem | undefined)[] = [];
  const free: number[] = [];
  /** By a hash: all words of a slot are member 3 × slot, the first half is 3 × slot + 1, the last one 3 × slot + 2. */
  const parts = createChains();
  /** Two numbers a slot. */
  const parities: number[] = [];
  const letters: number[] = [];
  let bytes = 0;

  function remove(slot: number): void {
    const item = items[slot]!;
    slots.delete(item.hash);
    bytes -= bytesOf(item);
    for (let part = 0; part < 3; part++) parts.remove(3 * slot + part);
    items[slot] = undefined;
    free.push(slot);
  }

  /** Takes from what shares a hash whatever may be near. */
  function lookThrough(search: Search, key: number): void {
    const { one, other, letters: own } = search.text.marks;
    for (let at = parts.first(key); at !== -1 && search.looked < maxLooked; at = parts.next(at)) {
      search.looked++;
      const slot = Math.floor(at / 3);
      if (!mayBeOneWord(parities[2 * slot]! ^ one)) continue;
      if (!mayBeOneWord(parities[2 * slot + 1]! ^ other)) continue;
      search.compare(items[slot]!, letters[slot] === own);
    }
  }

  return {
    near(text, count) {
      const { marks } = text;
      const search = new Search(text, now(), count);
      lookThrough(search, marks.whole);
      for (const half of marks.halves) lookThrough(search, half);
      return search.found();
    },
    add(item, { marks }) {
      const before = slots.get(item.hash);
      if (before !== undefined) remove(before);
      const size = bytesOf(item);
      if (size > maxBytes || item.expiresAt <= now()) return;
      while (bytes + size > maxBytes) remove(slots.oldest()!.value);
      const slot = free.pop() ?? items.length;
      items[slot] = item;
      slots.set(item.hash, slot);
      parities[2 * slot] = marks.one;
      parities[2 * slot + 1] = marks.other;
      letters[slot] = marks.letters;
      bytes += size;
      parts.add(marks.whole, 3 * slot);
      parts.add(marks.halves[0]!, 3 * slot + 1);
      parts.add(marks.halves[1]!, 3 * slot + 2);
    },
    delete(id, hash) {
      const slot = slots.get(hash);
      if (slot !== undefined && items[slot]?.id === id) remove(slot);
    },
    bytes: () => bytes,
  };
}

/** What one search has found. */
class Search {
  readonly text: WordText;
  readonly #time: number;
  readonly #count: number;
  /** How many texts were looked at. */
  looked = 0;
  /** Most searches find nothing. */
  #seen: Set<WordItem> | undefined;
  #near: Record<NearItem['differs'], NearItem[]> | undefined;

  constructor(text: WordText, time: number, count: number) {
    this.text = text;
    this.#time = time;
    this.#count = count;
  }

  /** @param mayBeSpelling the texts may differ in how one word is spelled */
  compare(item: WordItem, mayBeSpelling: boolean): void {
    this.#seen ??= new Set();
    this.#near ??= { not: [], 'in-spelling': [], 'in-a-word': [] };
    if (this.#seen.has(item)) return;
    // Of one template all but one word may be the same in each: enough of them are enough.
    if (!mayBeSpelling && this.#near['in-a-word'].length >= this.#count) return;
    this.#seen.add(item);
    const { scope, words } = this.text;
    if (item.scope !== scope || item.expiresAt <= this.#time) return;
    const differs = differenceOf(words, item.words);
    if (differs !== 'in-words') this.#near[differs].push({ item, differs });
  }

  found(): readonly NearItem[] {
    if (this.#near === undefined) return [];
    const { not: same, 'in-spelling': spelled, 'in-a-word': other } = this.#near;
    return [...same, ...spelled, ...other].slice(0, this.#count);
  }
}

function differenceOf(asked: string, stored: string): NearItem['differs'] | 'in-words' {
  if (asked === stored) return 'not';
  const shorter = Math.min(asked.length, stored.length);
  let front = 0;
  while (front < shorter && asked.charCodeAt(front) === stored.charCodeAt(front)) front++;
  // Back to where the word begins in which they part.
  if (!isEdge(asked, front) || !isEdge(stored, front))
    front = front === 0 ? 0 : asked.lastIndexOf(separator, front - 1) + 1;
  let back = 0;
  const most = shorter - front;
  const [askedEnd, storedEnd] = [asked.length - 1, stored.length - 1];
  while (back < most && asked.charCodeAt(askedEnd - back) === stored.charCodeAt(storedEnd - back))
    back++;
  while (back > 0 && !(isStart(asked, back) && isStart(stored, back))) back--;
  const one = wordBetween(asked, front, back);
  const other = wordBetween(stored, front, back);
  if (one === undefined || other === undefined) return 'in-words';
  return isOtherSpelling(one, other) ? 'in-spelling' : 'in-a-word';
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

/** The word between, or `''` where there is none; `undefined` where there are more. */
function wordBetween(words: string, front: number, back: number): string | undefined {
  let from = front;
  let to = words.length - back;
  if (from < to && words[from] === separator) from++;
  if (from < to && words[to - 1] === separator) to--;
  if (from >= to) return '';
  const next = words.indexOf(separator, from);
  return next === -1 || next >= to ? words.slice(from, to) : undefined;
}

/** Text is two bytes a unit at most. */
function bytesOf({ id, scope, text, words }: WordItem): number {
  return 2 * (id.length + scope.length + text.length + words.length) + overheadBytes;
}
