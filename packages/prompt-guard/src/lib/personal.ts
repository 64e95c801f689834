/** E-mail addresses, payment cards and IBANs, each with the checks that its form allows. */
import { DIGIT, isOf, LETTER, LOCAL, SEPARATOR, skip, WORD } from './characters.ts';
import { ibanCountries, ibanLength, passesLuhn, passesMod97 } from './checksums.ts';
import {
  type Finding,
  followClasses,
  HIT,
  type Hit,
  LIKELY,
  MAYBE,
  NO,
  type ValueDetector,
} from './detector.ts';

const AT = 64;
const HYPHEN = 45;
const DOT = 46;
const maxLocal = 64;
const maxDomain = 90;
const digits = '0123456789';
const letters = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ';

/** `local@domain.tld` in ASCII: up to 64 and 90 characters, last label alphabetic. */
export const emailDetector: ValueDetector = {
  name: 'email',
  category: 'email',
  type: 'EMAIL',
  starts: `${letters}${digits}_`,
  seconds: `${letters}${digits}_-.+%@`,
  match(text, at, ended, hit) {
    if (isOf(text.charCodeAt(at - 1), LOCAL)) return NO;
    const sign = skip(text, at, LOCAL, at + maxLocal + 1);
    if (sign - at > maxLocal) return NO;
    if (sign === text.length) return ended ? NO : MAYBE;
    if (text.charCodeAt(sign) !== AT || text.charCodeAt(sign - 1) === DOT) return NO;
    const runEnd = skipDomain(text, sign + 1);
    // One character more tells `git@host:path` from an address.
    if (runEnd === text.length && !ended) return LIKELY;
    const to = domainEnd(text, sign + 1, runEnd);
    if (to === -1 || (text.slice(at, sign) === 'git' && text[to] === ':')) return NO;
    hit.from = at;
    hit.to = to;
    hit.open = to - sign > maxDomain;
    return HIT;
  },
  follow: followClasses(LOCAL),
};

function skipDomain(text: string, at: number): number {
  const limit = Math.min(text.length, at + maxDomain);
  let index = at;
  while (index < limit) {
    const code = text.charCodeAt(index);
    if (code !== DOT && code !== HYPHEN && !isOf(code, LETTER | DIGIT)) break;
    index++;
  }
  return index;
}

/** The end of the last label that can be a top-level domain, or -1. */
function domainEnd(text: string, from: number, to: number): number {
  let best = -1;
  let label = from;
  for (let index = from; index <= to; index++) {
    if (index < to && text.charCodeAt(index) !== DOT) continue;
    if (index === label || text.charCodeAt(label) === HYPHEN) break;
    const alphabetic = skip(text, label, LETTER, index);
    const bounded = alphabetic === index || text.charCodeAt(alphabetic) === HYPHEN;
    if (label > from && alphabetic - label >= 2 && bounded) best = alphabetic;
    label = index + 1;
  }
  return best;
}

/** 14 to 19 digits with an issuer's prefix and a Luhn digit, in one run or groups of three and more. */
export const cardDetector: ValueDetector = {
  name: 'card',
  category: 'card',
  type: 'CARD',
  starts: '23456',
  seconds: digits,
  match(text, at, ended, hit) {
    const before = text.charCodeAt(at - 1);
    if (isOf(before, WORD) || before === DOT) return NO;
    let number = '';
    let group = 0;
    let best = -1;
    let index = at;
    for (; index < text.length; index++) {
      const code = text.charCodeAt(index);
      if (isOf(code, DIGIT)) {
        number += text[index];
        group++;
        if (number.length > 19 || (number.length === 6 && cardLengths(number) === '')) break;
        continue;
      }
      // What goes on as a word is an id or a digest.
      if (!isOf(code, WORD) && isCardEnd(number, group)) best = index;
      // Groups of one or two digits are lists of numbers far more often than cards.
      if (group < 3 || (code !== 32 && code !== HYPHEN)) return hitCard(at, best, hit);
      group = 0;
    }
    // Longer than any card, and the last run goes on: only an end before it can count.
    if (number.length > 19 || index < text.length) return hitCard(at, best, hit);
    if (!ended) return number.length >= 8 ? LIKELY : MAYBE;
    if (isCardEnd(number, group)) best = index;
    return hitCard(at, best, hit);
  },
  follow: followClasses(DIGIT | SEPARATOR, 24),
};

function hitCard(at: number, best: number, hit: Hit): Finding {
  if (best === -1) return NO;
  hit.from = at;
  hit.to = best;
  hit.open = false;
  return HIT;
}

function isCardEnd(number: string, group: number): boolean {
  return (
    number.length >= 14 &&
    group >= 3 &&
    cardLengths(number.slice(0, 6)).includes(String(number.length)) &&
    passesLuhn(number)
  );
}

/** The lengths of the issuer that this six-digit prefix belongs to; empty when there is none. */
function cardLengths(prefix: string): string {
  const value = Number(prefix);
  const two = Math.floor(value / 10_000);
  const three = Math.floor(value / 1000);
  const four = Math.floor(value / 100);
  if (two >= 40 && two < 50) return '16 19';
  if ((two >= 51 && two <= 55) || (four >= 2221 && four <= 2720)) return '16';
  if (two === 34 || two === 37) return '15';
  if ((three >= 300 && three <= 305) || two === 36 || two === 38 || two === 39) return '14';
  const long = four === 6011 || (three >= 644 && three < 660) || (four >= 3528 && four <= 3589);
  if (long || two === 62) return '16 17 18 19';
  if ([5018, 5020, 5038, 5893, 6304, 6759, 6761, 6762, 6763].includes(four)) return '16 18 19';
  return '';
}

/** One for each first letter of a country's code: the second settles almost every word. */
export function createIbanDetectors(): ValueDetector[] {
  const seconds = new Map<string, string>();
  for (const [first, second] of ibanCountries()) {
    seconds.set(first!, (seconds.get(first!) ?? '') + second);
  }
  return [...seconds].map(([first, others]) => ({
    ...iban,
    starts: first + first.toLowerCase(),
    seconds: others + others.toLowerCase(),
  }));
}

/** A country's code, two check digits and the country's exact length, spaces or hyphens allowed. */
const iban: Omit<ValueDetector, 'starts' | 'seconds'> = {
  name: 'iban',
  category: 'iban',
  type: 'IBAN',
  match(text, at, ended, hit) {
    if (isOf(text.charCodeAt(at - 1), WORD)) return NO;
    if (at + 2 < text.length && !isOf(text.charCodeAt(at + 2), DIGIT)) return NO;
    if (at + 2 > text.length) return MAYBE;
    const length = ibanLength(text.slice(at, at + 2).toUpperCase());
    if (length === 0) return NO;
    let value = '';
    let index = at;
    for (; index < text.length && value.length < length; index++) {
      const code = text.charCodeAt(index);
      const separator = code === 32 || code === HYPHEN;
      if (separator && value.length >= 4 && isOf(text.charCodeAt(index - 1), WORD)) continue;
      if (!isOf(code, DIGIT) && (!isOf(code, LETTER) || value.length === 2 || value.length === 3))
        return NO;
      value += text[index];
    }
    if (value.length < length || (index === text.length && !ended)) {
      return ended ? NO : value.length >= 8 ? LIKELY : MAYBE;
    }
    if (isOf(text.charCodeAt(index), WORD) || !passesMod97(value.toUpperCase())) return NO;
    hit.from = at;
    hit.to = index;
    hit.open = false;
    return HIT;
  },
  follow: followClasses(DIGIT | LETTER | SEPARATOR, 34),
};
