/** The words of a text: from pieces between spaces to what is compared. */
import { lemmasOf } from './lemma.ts';
import type { Piece } from './piece.ts';
import { isPassedOver } from './small-words.ts';
import { contractions, namesakes, negators, numberWords, owners, special } from './word-lists.ts';

/** One word, number or sign that counts. */
export interface Word {
  /** As compared: lower case, short forms written out, number words as digits. */
  readonly text: string;
  /** As written. */
  readonly raw: string;
  readonly lemmas: readonly string[];
  readonly kind: 'word' | 'number' | 'sign';
  /** Written with a capital inside a sentence, in capitals, or like an identifier: a name of something. */
  readonly entity: boolean;
  /** To be taken to the letter: no inflection, no misspelling. */
  readonly verbatim: boolean;
  /** The "my" or "your" before it. */
  readonly owner: string | undefined;
}

/** A word whose base forms are looked up when somebody asks: few words are ever compared by them. */
class FoundWord implements Word {
  readonly text: string;
  readonly raw: string;
  readonly kind: Word['kind'];
  readonly entity: boolean;
  readonly verbatim: boolean;
  readonly owner: string | undefined;
  #lemmas: readonly string[] | undefined;

  /** @param inflects it may have base forms. */
  constructor(
    text: string,
    raw: string,
    kind: Word['kind'],
    entity: boolean,
    verbatim: boolean,
    owner: string | undefined,
    inflects: boolean,
  ) {
    this.text = text;
    this.raw = raw;
    this.kind = kind;
    this.entity = entity;
    this.verbatim = verbatim;
    this.owner = owner;
    this.#lemmas = inflects ? undefined : [text.toLowerCase()];
  }

  get lemmas(): readonly string[] {
    this.#lemmas ??= lemmasOf(this.text.toLowerCase());
    return this.#lemmas;
  }
}

/** Longer texts are compared word by word up to here; what follows must be equal. */
export const maxWords = 2000;

/** What is made of each word. */
export interface Making<T> {
  /** Of one of small letters that stands for itself. */
  plain(text: string, english: boolean): T;
  other(word: Word): T;
}

export const whole: Making<Word> = {
  plain: (text, english) => new FoundWord(text, text, 'word', false, !english, undefined, true),
  other: (word) => word,
};
export const textOnly: Making<string> = { plain: (text) => text, other: ({ text }) => text };

/** All words of the pieces in order, made into what is wanted. */
export function toWords<T>(
  pieces: readonly Piece[],
  literal: boolean,
  english: boolean,
  make: Making<T>,
): T[] {
  const words: T[] = [];
  let sentenceStart = true;
  let owner: string | undefined;
  const most = Math.min(pieces.length, maxWords);
  for (let at = 0; at < most; at++) {
    const piece = pieces[at]!;
    const { text: raw, lower, after } = piece;
    const skipped = raw === '' || (!literal && english && isPassedOver(pieces, at));
    if (!skipped) {
      if (piece.isPlain && !literal && owner === undefined) {
        pushPlain(words, piece, english, make);
      } else {
        const entity = !piece.isPlain && !sentenceStart && /^\p{Lu}/u.test(raw) && !isPronoun(raw);
        for (const word of wordsOf(piece, { literal, english, entity, owner }))
          words.push(make.other(word));
      }
    }
    owner = piece.isListed && owners.has(lower) ? lower : undefined;
    if (raw !== '') sentenceStart = after !== '' && /[.!?]/.test(after);
  }
  if (pieces.length > maxWords) {
    const text = pieces
      .slice(maxWords)
      .map((piece) => piece.text)
      .join(' ');
    const rest = { text, raw: text, entity: false, verbatim: true, lemmas: [], owner };
    words.push(make.other({ ...rest, kind: 'sign' }));
  }
  return words;
}

function pushPlain<T>(words: T[], piece: Piece, english: boolean, make: Making<T>): void {
  const { text, isListed } = piece;
  if (!isListed || !special.has(text)) {
    words.push(make.plain(text, english));
    return;
  }
  const options = { literal: false, english, entity: false, owner: undefined };
  for (const word of wordsOf(piece, options)) words.push(make.other(word));
}

interface WordOptions {
  readonly literal: boolean;
  readonly english: boolean;
  readonly entity: boolean;
  readonly owner: string | undefined;
}

function wordsOf(piece: Piece, { literal, english, entity, owner }: WordOptions): Word[] {
  const { text: raw, lower } = piece;
  if (!piece.isPlain && isSpecial(raw)) {
    const kind = /^[^\p{L}]*\p{N}/u.test(raw) ? 'number' : /\p{L}/u.test(raw) ? 'word' : 'sign';
    const named = kind === 'word' && !/^\p{L}+(?:-\p{L}+)+$/u.test(raw);
    return [{ text: raw, raw, lemmas: [raw], kind, entity: named, verbatim: true, owner }];
  }
  const verbatim = literal || !english;
  return (literal || entity ? [lower] : wordForms(lower, english)).map((text) => {
    const kind = /^\d/.test(text) || numberWords.has(text) ? 'number' : 'word';
    const inflects = !literal && !entity && kind !== 'number';
    const compared = namesakes.has(text) ? raw : text;
    return new FoundWord(compared, raw, kind, entity, verbatim, owner, inflects);
  });
}

/** Not a plain word of letters, or written like an identifier: taken as it stands. */
function isSpecial(raw: string): boolean {
  return !/^\p{L}[\p{L}\p{M}]*(?:'\p{L}+)*$/u.test(raw) || isIdentifier(raw);
}

/** Capitals that no sentence asks for: "NASA", "iPhone", "C". */
function isIdentifier(raw: string): boolean {
  return /\p{Ll}\p{Lu}|^\p{Lu}{2,}|^\p{Lu}$/u.test(raw) && raw !== 'I' && raw !== 'A';
}

export function isPronoun(raw: string): boolean {
  return raw === 'I' || raw.startsWith("I'");
}

export function isNegator(text: string): boolean {
  return negators.has(text) || text.endsWith("n't");
}

/** Without its apostrophe a short form may be a word of another language: French "dont". */
function wordForms(lower: string, english: boolean): string[] {
  if (!english && !lower.includes("'")) return [numberWords.get(lower) ?? lower];
  const written = contractions.get(lower) ?? numberWords.get(lower);
  if (written !== undefined) return written.split(' ');
  // Most words are no short form of anything.
  if (!lower.includes("'")) return [lower];
  return lower
    .replace(/n't$/, ' not')
    .replace(/^(what|who|where|when|how|why|that|there|here|it|he|she)'s$/, '$1 is')
    .replace(/'re$/, ' are')
    .replace(/'ve$/, ' have')
    .replace(/'ll$/, ' will')
    .split(' ');
}
