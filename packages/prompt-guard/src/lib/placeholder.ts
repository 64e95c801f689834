/** What stands for a value: `[EMAIL_1]`, found again even where a model changed its form. */
import { DIGIT, isOf, LETTER, skip, WORD } from './characters.ts';
import {
  type Finding,
  followClasses,
  HIT,
  type Hit,
  MAYBE,
  NO,
  type PlaceholderType,
  type ValueDetector,
} from './detector.ts';

const types: readonly PlaceholderType[] = ['EMAIL', 'CARD', 'IBAN', 'SECRET', 'TERM', 'LITERAL'];
const maxDigits = 6;

export function formatPlaceholder(type: PlaceholderType, number: number): string {
  return `[${type}_${number}]`;
}

/** Type and number of a text that {@link placeholderDetectors} found. */
export function parsePlaceholder(text: string): { type: PlaceholderType; number: number } {
  const [, type, digits] = /([A-Za-z]+)[^A-Za-z0-9]*(\d+)/.exec(text)!;
  return { type: type!.toUpperCase() as PlaceholderType, number: Number(digits) };
}

/**
 * `[EMAIL_1]`, whatever its case, with blanks inside of the brackets, with a blank, a hyphen or
 * nothing for the underscore, with Markdown's backslashes; and `EMAIL_1` without brackets.
 */
export const placeholderDetectors: readonly ValueDetector[] = /* @__PURE__ */ createDetectors();

function createDetectors(): ValueDetector[] {
  const follow = followClasses(WORD, 0);
  const shared = { name: 'placeholder', category: 'placeholder', type: 'LITERAL', follow } as const;
  const bracketed: ValueDetector = {
    ...shared,
    starts: '[\\',
    seconds: ' [ECISTLecistl',
    anywhere: true,
    match: (text, at, ended, hit) => settle(matchBracketed(text, at, hit), ended),
  };
  const bare = types.map(
    (type): ValueDetector => ({
      ...shared,
      starts: type[0]! + type[0]!.toLowerCase(),
      seconds: type[1]! + type[1]!.toLowerCase(),
      match: (text, at, ended, hit) => settle(matchBare(text, at, hit), ended),
    }),
  );
  return [bracketed, ...bare];
}

function settle(finding: Finding, ended: boolean): Finding {
  return finding === MAYBE && ended ? NO : finding;
}

function matchBracketed(text: string, at: number, hit: Hit): Finding {
  let index = text[at] === '\\' ? at + 1 : at;
  if (text[index] !== '[') return index === text.length ? MAYBE : NO;
  index = skipOne(text, index + 1, ' ');
  index = skipType(text, index);
  if (index < 0) return index === CUT ? MAYBE : NO;
  index = skipOne(text, skipOne(text, index, '\\'), '_ -');
  const end = skip(text, index, DIGIT, index + maxDigits);
  if (end === index) return end === text.length ? MAYBE : NO;
  index = skipOne(text, skipOne(text, end, ' '), '\\');
  if (index === text.length) return MAYBE;
  return text[index] === ']' ? setHit(hit, at, index + 1) : NO;
}

function matchBare(text: string, at: number, hit: Hit): Finding {
  let index = skipType(text, at);
  if (index < 0) return index === CUT ? MAYBE : NO;
  index = skipOne(text, index, '\\');
  if (index === text.length) return MAYBE;
  if (text[index] !== '_') return NO;
  const end = skip(text, index + 1, DIGIT, index + 1 + maxDigits);
  if (end === text.length) return MAYBE;
  return end === index + 1 || isOf(text.charCodeAt(end), WORD) ? NO : setHit(hit, at, end);
}

const CUT = -2;

/** The place after a type's name, -1 when there is none, {@link CUT} when the text ends inside of one. */
function skipType(text: string, at: number): number {
  const end = skip(text, at, LETTER, at + 8);
  const word = text.slice(at, end).toUpperCase();
  if (types.some((type) => type === word)) return end;
  return end === text.length && types.some((type) => type.startsWith(word)) ? CUT : -1;
}

function skipOne(text: string, at: number, characters: string): number {
  return at < text.length && characters.includes(text[at]!) ? at + 1 : at;
}

function setHit(hit: Hit, from: number, to: number): typeof HIT {
  hit.from = from;
  hit.to = to;
  hit.open = false;
  return HIT;
}
