/**
 * Cuts a folded text into words, undoing what splits or disguises them: letters spaced out,
 * digits and signs for letters, hyphens inside, look-alikes of another script.
 */
import { foldWord } from './fold-text.ts';

/** Hears of each known word. `index` counts words, and one more at the end of a sentence. */
export type Heard<T> = (meaning: T, index: number, from: number) => void;

/** Known words with what each means, and a filter that settles most unknown ones without cutting them out. */
export interface Vocabulary<T> {
  readonly words: ReadonlyMap<string, T>;
  /** A bit for each hash of a known word. */
  readonly filter: Uint8Array;
}

const filterBits = 16_384;

export function createVocabulary<T>(words: ReadonlyMap<string, T>): Vocabulary<T> {
  const filter = new Uint8Array(filterBits / 8);
  for (const word of words.keys()) {
    let hash = 0;
    for (let at = 0; at < word.length; at++) hash = addToHash(hash, word.charCodeAt(at));
    filter[(hash & (filterBits - 1)) >> 3]! |= 1 << (hash & 7);
  }
  return { words, filter };
}

function addToHash(hash: number, code: number): number {
  return (Math.imul(hash, 31) + code) | 0;
}

/** Longer words are in no lexicon. */
const maxWord = 24;
/** So many single letters in a row are a word spaced out. */
const minSpaced = 5;

const leet: Readonly<Record<string, string>> = {
  '0': 'o',
  '1': 'i',
  '3': 'e',
  '4': 'a',
  '5': 's',
  '7': 't',
  '8': 'b',
  '@': 'a',
  $: 's',
  '!': 'i',
  '|': 'l',
};

/** Each character is looked at a bounded number of times. */
export function hearWords<T>(text: string, vocabulary: Vocabulary<T>, heard: Heard<T>): void {
  const { words, filter } = vocabulary;
  let index = 0;
  let spaced = '';
  let spacedFrom = 0;
  /** Where the word before ends and began. */
  let end = 0;
  let begin = 0;

  let at = 0;
  while (at < text.length) {
    let code = text.charCodeAt(at);
    if (code === 32) {
      at++;
      continue;
    }
    const known = isIdeograph(code);
    if (known || !isWordCode(text, at, code)) {
      if (known) at = hearIdeograph(text, at, words, heard, ++index);
      else if (isStop(text, at++, code)) index += 1;
      continue;
    }
    const from = at;
    let hash = 0;
    let plain = true;
    do {
      hash = addToHash(hash, code);
      if (!isAsciiLetter(code)) plain = false;
      // Never past the end: a code that is no number makes the loop slow.
      code = ++at < text.length ? text.charCodeAt(at) : 0;
    } while (isAsciiLetter(code) || isWordCode(text, at, code));
    index++;
    const length = at - from;
    const gap = from - end;
    if (spaced !== '' && (length > 1 || gap > 3)) {
      if (spaced.length >= minSpaced) index = hearSpaced(spaced, words, heard, index, spacedFrom);
      spaced = '';
    }
    if (length === 1) {
      if (spaced === '') spacedFrom = from;
      // More than one blank between letters is a blank between words.
      spaced += spaced !== '' && gap > 1 ? ` ${text[from]}` : text[from];
    }
    if (
      length <= maxWord &&
      (!plain || (filter[(hash & (filterBits - 1)) >> 3]! & (1 << (hash & 7))) !== 0)
    ) {
      const word = text.slice(from, at);
      const meaning = words.get(word) ?? (plain ? undefined : lookUpDisguised(word, words));
      if (meaning !== undefined) heard(meaning, index, from);
    }
    if (gap === 1 && begin < end && text.charCodeAt(end) === HYPHEN && at - begin <= maxWord) {
      const joined = words.get(text.slice(begin, end) + text.slice(from, at));
      if (joined !== undefined) heard(joined, index, begin);
    }
    begin = from;
    end = at;
  }
  if (spaced.length >= minSpaced) hearSpaced(spaced, words, heard, index, spacedFrom);
}

const HYPHEN = 45;

function isWordCode(text: string, at: number, code: number): boolean {
  if (code < 36) return code === BANG && isAsciiLetter(codeAt(text, at + 1));
  if (code < 128) {
    if ((code >= 97 && code <= 122) || (code >= 48 && code <= 57)) return true;
    // An apostrophe or a sign that stands for a letter belongs to a word when a letter follows.
    return (
      (code === 39 || code === 36 || code === 64 || code === 33 || code === 124) &&
      isAsciiLetter(codeAt(text, at + 1)) &&
      (code !== 39 || isAsciiLetter(codeAt(text, at - 1)))
    );
  }
  if (code < 0x2000) return code >= 0xc0 && code !== 0xd7 && code !== 0xf7;
  return (
    code >= 0x2c00 &&
    !(code >= 0x3000 && code <= 0x303f) &&
    !(code >= 0xd800 && code <= 0xf8ff) &&
    !isIdeograph(code)
  );
}

const BANG = 33;

function codeAt(text: string, at: number): number {
  return at >= 0 && at < text.length ? text.charCodeAt(at) : 0;
}

function isAsciiLetter(code: number): boolean {
  return code >= 97 && code <= 122;
}

function isIdeograph(code: number): boolean {
  return code >= 0x4e00 && code <= 0x9fff;
}

/** The end of a sentence or a paragraph. */
function isStop(text: string, at: number, code: number): boolean {
  if (code === 10) return text.charCodeAt(at + 1) === 10;
  if (code === 46 || code === 33 || code === 63 || code === 59) {
    const next = text.charCodeAt(at + 1);
    return !(next > 32);
  }
  return code === 0x3002;
}

function lookUpDisguised<T>(word: string, words: ReadonlyMap<string, T>): T | undefined {
  if (word.includes("'")) return words.get(word.replaceAll("'", ''));
  let hasSign = false;
  let hasLetter = false;
  let isForeign = false;
  for (let at = 0; at < word.length; at++) {
    const code = word.charCodeAt(at);
    if (isAsciiLetter(code)) hasLetter = true;
    else if (code >= 128) isForeign = true;
    else hasSign = true;
  }
  if (!hasLetter || (!hasSign && !isForeign)) return undefined;
  let plain = isForeign ? foldWord(word) : word;
  if (hasSign) {
    let letters = '';
    for (const sign of plain) letters += leet[sign] ?? sign;
    const known = words.get(letters);
    if (known !== undefined) return known;
    plain = plain.replaceAll('1', 'l');
    letters = '';
    for (const sign of plain) letters += leet[sign] ?? sign;
    plain = letters;
  }
  return words.get(plain);
}

/** Reads words out of letters that stood apart: longest first, since nothing says where they end. */
function hearSpaced<T>(
  letters: string,
  words: ReadonlyMap<string, T>,
  heard: Heard<T>,
  index: number,
  from: number,
): number {
  let count = index;
  let at = 0;
  while (at < letters.length) {
    let length = Math.min(maxWord, letters.length - at);
    for (; length > 1; length--) {
      const meaning = words.get(letters.slice(at, at + length));
      if (meaning === undefined) continue;
      heard(meaning, ++count, from);
      break;
    }
    if (letters[at] === ' ') count++;
    at += Math.max(1, length);
  }
  return count;
}

function hearIdeograph<T>(
  text: string,
  at: number,
  words: ReadonlyMap<string, T>,
  heard: Heard<T>,
  index: number,
): number {
  for (let length = 3; length > 1; length--) {
    const meaning = words.get(text.slice(at, at + length));
    if (meaning === undefined) continue;
    heard(meaning, index, at);
    return at + length;
  }
  return at + 1;
}
