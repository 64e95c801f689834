/** A text cut at its spaces. */
import { isVerbatimVerb, listed } from './word-lists.ts';

/** A piece between spaces, without the punctuation around it. */
export interface Piece {
  readonly text: string;
  readonly before: string;
  readonly after: string;
  /** In lower case. */
  readonly lower: string;
  /** Nothing but small letters from a to z: the common word by far. */
  readonly isPlain: boolean;
  readonly hasCapital: boolean;
  /** It may be of some list of words: not so for most that are plain. */
  readonly isListed: boolean;
}

/** A text in pieces, and what was seen of it on the way. */
export interface CutText {
  readonly pieces: Piece[];
  /** Code, formulas, markup, lines, and what stands after a colon: every sign counts. */
  readonly isExact: boolean;
  /** A verb that takes its object to the letter is among its words. */
  readonly isVerbatim: boolean;
  /** ASCII, but for quotation marks and dashes. */
  readonly isAscii: boolean;
}

const opening = /["'“‘«„([¿¡]/;
const closing = /["'”’»)\].,:!?…。？！،؟]/;
const exactText = /[=<>*^|\\{}[\];`~\n\r\t\u2028\u2029]|:\s/;
const sum = /\p{N}\s*[-+*/×÷(]\s*[\p{N}(]/u;
const sumSign = /[-+*/×÷(]/;

/** Of ASCII characters that are no small letters: what has to be looked at because of them. */
const [spaceSign, exactSign, sumPart] = [1, 2, 4];
const signs = /* @__PURE__ */ signsOf([
  [spaceSign, ' \t\n\v\f\r'],
  [exactSign, '=<>*^|\\{}[];`~\n\r\t:'],
  [sumPart, '-+*/('],
]);

function signsOf(kinds: readonly (readonly [number, string])[]): Uint8Array {
  const table = new Uint8Array(128);
  for (const [kind, characters] of kinds)
    for (const character of characters) table[character.charCodeAt(0)]! |= kind;
  return table;
}

/** Cuts a text that has no space at either end, in one pass where it is ASCII. Linear in its length. */
export function cutText(text: string): CutText {
  const pieces: Piece[] = [];
  const { length } = text;
  let seen = 0;
  let isVerbatim = false;
  for (let at = 0; at < length; ) {
    const start = at;
    let plain = true;
    for (; at < length; at++) {
      const code = text.charCodeAt(at);
      if (code >= 97 && code <= 122) continue;
      if (code > 127) return cutAny(text);
      const sign = signs[code]!;
      seen |= sign;
      if ((sign & spaceSign) !== 0) break;
      plain = false;
    }
    // Of several spaces the first has ended a piece.
    if (at > start) {
      const chunk = text.slice(start, at);
      const piece = plain ? plainPiece(chunk) : takeApart(chunk);
      pieces.push(piece);
      isVerbatim ||= isVerbatimVerb(piece.lower);
    }
    at++;
  }
  if (length === 0) pieces.push(takeApart(text));
  const isExact =
    ((seen & exactSign) !== 0 && exactText.test(text)) ||
    ((seen & sumPart) !== 0 && sum.test(text));
  return { pieces, isExact, isVerbatim, isAscii: true };
}

function cutAny(text: string): CutText {
  const pieces = text.split(/\s+/).map(takeApart);
  const isExact = exactText.test(text) || (sumSign.test(text) && sum.test(text));
  const isVerbatim = pieces.some(({ lower }) => isVerbatimVerb(lower));
  return { pieces, isExact, isVerbatim, isAscii: /^[\x00-\x7f‘’“”–—…]*$/.test(text) };
}

export function plainPiece(text: string): Piece {
  return new PlainPiece(text, listed.has(text));
}

/** The piece with something else behind it. */
export function endedBy(piece: Piece, after: string): Piece {
  const { text, before, lower, isPlain, hasCapital, isListed } = piece;
  return { text, before, after, lower, isPlain, hasCapital, isListed };
}

/** Most pieces are of this kind: an object of two fields. */
class PlainPiece implements Piece {
  readonly text: string;
  readonly isListed: boolean;

  constructor(text: string, isListed: boolean) {
    this.text = text;
    this.isListed = isListed;
  }

  get before(): string {
    return '';
  }

  get after(): string {
    return '';
  }

  get lower(): string {
    return this.text;
  }

  get isPlain(): boolean {
    return true;
  }

  get hasCapital(): boolean {
    return false;
  }
}

function takeApart(chunk: string): Piece {
  let start = 0;
  let end = chunk.length;
  while (start < end && opening.test(chunk[start]!)) start++;
  while (end > start && closing.test(chunk[end - 1]!)) end--;
  const text = chunk.slice(start, end).replaceAll('’', "'");
  const isPlain = /^[a-z]+$/.test(text);
  return {
    text,
    before: chunk.slice(0, start),
    after: chunk.slice(end),
    lower: text.toLowerCase(),
    isPlain,
    hasCapital: /\p{Lu}/u.test(text),
    isListed: !isPlain || listed.has(text),
  };
}
