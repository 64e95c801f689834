/** Character classes by code, so that scanners decide with one table look-up. */

export const LETTER = 1;
export const DIGIT = 2;
/** Letter, digit or underscore. */
export const WORD = 4;
export const UPPER = 8;
/** The local part of an e-mail address. */
export const LOCAL = 16;
/** Base64 in its URL alphabet, `-` and `_`. */
export const URL64 = 32;
/** Base64 in its plain alphabet, with padding. */
export const BASE64 = 64;
export const HEX = 128;
/** What a password in an assignment is made of. */
export const VALUE = 256;
export const SPACE = 512;
/** What may stand between groups of digits. */
export const SEPARATOR = 1024;

const table: Uint16Array = /* @__PURE__ */ createTable();

/** Whether `code` is of one of these classes. `NaN`, the code before a text's start, is of none. */
export function isOf(code: number, classes: number): boolean {
  return code < 128 && (table[code]! & classes) !== 0;
}

/** The first index from `at` on, before `limit`, whose character is not of these classes. */
export function skip(text: string, at: number, classes: number, limit = text.length): number {
  const end = Math.min(limit, text.length);
  let index = at;
  while (index < end && isOf(text.charCodeAt(index), classes)) index++;
  return index;
}

function createTable(): Uint16Array {
  const created = new Uint16Array(128);
  const add = (characters: string, classes: number): void => {
    for (const character of characters) created[character.charCodeAt(0)]! |= classes;
  };
  const lower = 'abcdefghijklmnopqrstuvwxyz';
  const every = WORD | LOCAL | URL64 | BASE64 | VALUE;
  add(lower, LETTER | every);
  add(lower.toUpperCase(), LETTER | UPPER | every);
  add('0123456789', DIGIT | HEX | every);
  add('abcdefABCDEF', HEX);
  add('_', WORD | LOCAL | URL64 | VALUE);
  add('-', LOCAL | URL64 | VALUE);
  add('.+%', LOCAL | VALUE);
  add('+/=', BASE64 | VALUE);
  add('~!@#^&*?:|', VALUE);
  add(' \t\r\n', SPACE);
  add(' -', SEPARATOR);
  return created;
}
