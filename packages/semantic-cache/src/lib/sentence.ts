/** A text as the guards and the lexical embedder read it. */
import { lemmasOf } from './lemma.ts';
import {
  contractions,
  negators,
  numberWords,
  politeOpenings,
  stopWords,
  verbatimVerbs,
} from './word-lists.ts';

/** One word, number or sign that counts. */
export interface Word {
  /** As compared: lower case, short forms written out, number words as digits. */
  readonly text: string;
  readonly lemmas: readonly string[];
  readonly kind: 'word' | 'number' | 'sign';
  /** Written with a capital inside a sentence, in capitals, or mixed with digits: a name of something. */
  readonly entity: boolean;
  /** To be taken to the letter: no inflection, no misspelling. */
  readonly verbatim: boolean;
}

export interface Sentence {
  readonly text: string;
  /** The words that count, in order. */
  readonly words: readonly Word[];
  /** Quoted pieces, spaces folded. */
  readonly quotes: readonly string[];
  readonly negations: number;
}

/** Longer texts are compared word by word up to here; what follows must be equal. */
export const maxWords = 2000;

const token = /\p{N}+(?:[.,:]\p{N}+)*|[\p{L}\p{M}_][\p{L}\p{M}\p{N}_]*(?:['’]\p{L}+)*|\S/gu;
/** Code, formulas and markup: every sign counts, and so does case. */
const technical = /[=<>*^|\\{}[\];`~_]|\p{N}\s*[-+*/×÷(]\s*[\p{N}(]/u;
const softSign = /^[.,;:!?"'“”‘’«»„()…–—¿¡-]$/u;
const quoted = /(?:^|[\s(:])(["'“‘«„`])([^"'“”‘’«»`\n]{1,200})["'”’»`](?=$|[\s.,;:!?)])/gu;

/** Reads `text`. Linear in its length. */
export function readSentence(text: string): Sentence {
  const plain = text.normalize('NFKC').trim();
  const strict = technical.test(plain);
  const tokens = (strict ? plain.replace(/[.!?]{1,3}$/, '') : plain).match(token) ?? [];
  // After a colon or a line break stands what the request is about, not the request.
  const payload = plain.search(/[:\n]\s*\S/);
  const head = payload < 0 ? tokens.length : (plain.slice(0, payload).match(token) ?? []).length;
  const folded = fold(tokens, head, strict);
  const literal = strict || folded.some((word) => verbatimVerbs.has(word.text));
  let words = toWords(withoutOpening(folded), literal);
  // "What is it about": nothing but small words, so they are all there is.
  if (words.length === 0) words = toWords(folded, true);
  return {
    text,
    words,
    quotes: [...plain.matchAll(quoted)].map((match) => match[2]!.trim().replace(/\s+/g, ' ')),
    negations: words.reduce((sum, word) => sum + (negators.has(word.text) ? 1 : 0), 0),
  };
}

interface Folded {
  readonly text: string;
  readonly kind: Word['kind'];
  readonly entity: boolean;
  readonly verbatim: boolean;
}

function fold(tokens: readonly string[], head: number, strict: boolean): Folded[] {
  const shouted = tokens.every((word) => word === word.toUpperCase());
  const folded: Folded[] = [];
  let sentenceStart = true;
  tokens.slice(0, maxWords).forEach((raw, index) => {
    const verbatim = strict || index >= head;
    if (/^\p{N}/u.test(raw)) {
      folded.push({ text: plainNumber(raw), kind: 'number', entity: false, verbatim });
      sentenceStart = false;
    } else if (!/^[\p{L}\p{M}_]/u.test(raw)) {
      if (strict || !isSoft(raw, tokens[index + 1]))
        folded.push({ text: raw, kind: 'sign', entity: false, verbatim });
      sentenceStart ||= /^[.!?:]$/.test(raw);
    } else {
      const entity = !shouted && isEntity(raw, sentenceStart);
      for (const text of wordForms(raw, strict, entity)) {
        folded.push({ text, kind: /^\d/.test(text) ? 'number' : 'word', entity, verbatim });
      }
      sentenceStart = false;
    }
  });
  if (tokens.length > maxWords) {
    folded.push({
      text: tokens.slice(maxWords).join(' '),
      kind: 'sign',
      entity: false,
      verbatim: true,
    });
  }
  return folded;
}

/** A minus, a negation or a call in front of something is no punctuation: "-5", "!ready". */
function isSoft(sign: string, next: string | undefined): boolean {
  if (!softSign.test(sign)) return false;
  if (sign === '-') return next === undefined || !/^\p{N}/u.test(next);
  return sign !== '!' || next === undefined || !/^[\p{L}(]/u.test(next);
}

function isEntity(raw: string, sentenceStart: boolean): boolean {
  if (raw === 'I' || /^I['’]/.test(raw)) return false;
  if (/[\p{L}]\p{N}|_|\p{Ll}\p{Lu}|^\p{Lu}{2,}/u.test(raw)) return true;
  return !sentenceStart && /^\p{Lu}/u.test(raw);
}

function wordForms(raw: string, strict: boolean, entity: boolean): string[] {
  if (strict) return [raw];
  const lower = raw.toLowerCase().replace(/’/g, "'");
  // "US", "IT" and "WHO" in capitals are names, not small words.
  if (entity && raw.length > 1 && raw === raw.toUpperCase() && isSmall(lower)) return [raw];
  const written = contractions.get(lower);
  if (written !== undefined) return written.split(' ').map(asNumber);
  if (lower.endsWith("n't")) return [lower.slice(0, -3), 'not'];
  return [asNumber(lower.replace(/'(?:s|re|ve|ll|d)?$/, '').replace(/'s?$/, ''))];
}

function isSmall(lower: string): boolean {
  return (
    stopWords.has(lower) ||
    /^(?:us|who|or|me|my|he|hi|in|no|if|by|up|can|may|will|all|one)$/.test(lower)
  );
}

function asNumber(word: string): string {
  return numberWords.get(word) ?? word;
}

/** "1,000" is 1000; "3.10" stays: as a version it is not 3.1. */
function plainNumber(raw: string): string {
  return /^\p{N}{1,3}(?:,\p{N}{3})+$/u.test(raw) ? raw.replaceAll(',', '') : raw;
}

function withoutOpening(words: readonly Folded[]): readonly Folded[] {
  let start = 0;
  // "Hi, could you please tell me" is three openings; more are none.
  for (let round = 0; round < 4; round++) {
    const phrase = politeOpenings.find((opening) =>
      opening.every((word, at) => words[start + at]?.text === word),
    );
    if (phrase === undefined || start + phrase.length >= words.length) break;
    start += phrase.length;
  }
  // "How do I", "how can I" and "how to" ask the same.
  const [first, second, third] = words.slice(start, start + 3);
  if (first?.text === 'how' && third?.text === 'i' && /^(?:do|can|could)$/.test(second!.text)) {
    return [first, ...words.slice(start + 3)];
  }
  return words.slice(start);
}

function toWords(folded: readonly Folded[], literal: boolean): Word[] {
  const words: Word[] = [];
  for (const { text, kind, entity, verbatim } of folded) {
    const exact = verbatim || literal;
    if (!exact && stopWords.has(text)) continue;
    words.push({
      text,
      kind,
      entity,
      verbatim: exact,
      lemmas: exact || kind !== 'word' ? [text] : lemmasOf(text),
    });
  }
  return words;
}
