/** A text cut at its spaces. */
import { listed } from './word-lists.ts';

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

const opening = /["'“‘«„([¿¡]/;
const closing = /["'”’»)\].,:!?…。？！،؟]/;

/**
 * Cuts a text that has no space at either end. Linear in its length.
 *
 * @param ascii the text has no character beyond: a space is then one of six.
 */
export function piecesOf(text: string, ascii: boolean): Piece[] {
  if (!ascii) return text.split(/\s+/).map(takeApart);
  const pieces: Piece[] = [];
  const { length } = text;
  for (let at = 0; at < length || at === 0; ) {
    const start = at;
    let plain = true;
    for (; at < length; at++) {
      const code = text.charCodeAt(at);
      if (code >= 97 && code <= 122) continue;
      if (isSpace(code)) break;
      plain = false;
    }
    const chunk = text.slice(start, at);
    pieces.push(plain && chunk !== '' ? plainPiece(chunk) : takeApart(chunk));
    while (at < length && isSpace(text.charCodeAt(at))) at++;
    if (length === 0) break;
  }
  return pieces;
}

function isSpace(code: number): boolean {
  return code === 32 || (code >= 9 && code <= 13);
}

export function plainPiece(text: string): Piece {
  const isListed = listed.has(text);
  return { text, before: '', after: '', lower: text, isPlain: true, hasCapital: false, isListed };
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
