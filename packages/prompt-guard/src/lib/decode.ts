/** Undoes the encodings that instructions are smuggled in. Bounded in number, size and depth. */

import { BASE64, HEX, isOf, SEPARATOR, skip, URL64 } from './characters.ts';

const maxParts = 16;
const maxRun = 8192;
const minEscapes = 4;

/** A shorter run hides no instruction worth the look. */
const minRun = 24;
const hexRuns = /(?:[0-9a-f]{2} ?){12,}/gi;
const escapes =
  /%([0-9a-f]{2})|\\x([0-9a-f]{2})|\\u([0-9a-f]{4})|&#x([0-9a-f]{1,6});|&#([0-9]{1,7});/gi;

/** What injections speak of, from back to front and in rot13: other texts hold none of these. */
const backwards = /erongi|suoiverp|snoitcurtsni|tpmorp/i;
const rotated = /vtaber|cerivbhf|vafgehpgvba|cebzcg/i;

/** The readable texts that stand encoded in this one: base64, hexadecimal, URL and other escapes, backwards, rot13. */
export function decodeParts(text: string): string[] {
  const parts: string[] = [];
  for (let at = 0; (at = findRun(text, at, BASE64 | URL64)) !== -1; ) {
    const end = skip(text, at, BASE64 | URL64);
    if (parts.length < maxParts)
      keep(parts, decodeBase64(text.slice(at, Math.min(end, at + maxRun))));
    at = end;
  }
  if (findRun(text, 0, HEX | SEPARATOR) !== -1) {
    for (const [run] of text.matchAll(hexRuns)) {
      if (parts.length < maxParts) keep(parts, decodeHex(run.slice(0, maxRun)));
    }
  }
  const unescaped = decodeEscapes(text);
  if (unescaped !== undefined) parts.push(unescaped);
  if (backwards.test(text)) parts.push([...text].reverse().join(''));
  if (rotated.test(text)) parts.push(text.replace(/[a-z]/gi, rotate));
  return parts;
}

/** Where a long enough run of these characters begins, or -1. Looks backwards, so that it sees few of the others. */
function findRun(text: string, from: number, classes: number): number {
  let start = from;
  while (start + minRun <= text.length) {
    let at = start + minRun - 1;
    while (at >= start && isOf(text.charCodeAt(at), classes)) at--;
    if (at < start) return start;
    start = at + 1;
  }
  return -1;
}

function keep(parts: string[], bytes: Uint8Array | undefined): void {
  if (bytes === undefined) return;
  const decoded = new TextDecoder().decode(bytes);
  if (isReadable(decoded)) parts.push(decoded);
}

function decodeBase64(run: string): Uint8Array | undefined {
  const plain = run.replaceAll('-', '+').replaceAll('_', '/').replaceAll('=', '');
  const usable = plain.length % 4 === 1 ? plain.slice(0, -1) : plain;
  try {
    return Uint8Array.from(atob(usable), (character) => character.charCodeAt(0));
  } catch {
    return undefined;
  }
}

function decodeHex(run: string): Uint8Array {
  const digits = run.replaceAll(' ', '');
  const bytes = new Uint8Array(Math.floor(digits.length / 2));
  for (let at = 0; at < bytes.length; at++)
    bytes[at] = Number.parseInt(digits.slice(at * 2, at * 2 + 2), 16);
  return bytes;
}

/** At most one character in ten is a control character or could not be decoded. */
function isReadable(text: string): boolean {
  let bad = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 0xfffd || code === 127 || (code < 32 && code !== 10 && code !== 13 && code !== 9))
      bad++;
  }
  return text.length >= 8 && bad * 10 <= text.length;
}

/** The text without its escapes, when it has enough of them to hide a phrase. */
function decodeEscapes(text: string): string | undefined {
  if (!/[%\\&]/.test(text)) return undefined;
  let count = 0;
  const decoded = text.replace(escapes, (whole, percent, x, unicode, entityHex, entity) => {
    const code =
      entity === undefined
        ? Number.parseInt(percent ?? x ?? unicode ?? entityHex, 16)
        : Number(entity);
    if (code > 0x10ffff) return whole;
    count++;
    return String.fromCodePoint(code);
  });
  return count >= minEscapes ? decoded : undefined;
}

function rotate(letter: string): string {
  const code = letter.charCodeAt(0);
  const first = code & 32 ? 97 : 65;
  return String.fromCharCode(first + ((code - first + 13) % 26));
}
