/** A text as the guards and the lexical embedder read it. */
import { cutText, type Piece } from './piece.ts';
import { plainRequest, withoutGreeting } from './plain-request.ts';
import { isEnglish, withoutCourtesy } from './small-words.ts';
import { isNegator, isPronoun, textOnly, toWords, type Word, whole } from './word.ts';

export interface Sentence {
  readonly text: string;
  /** The words that count, in order. */
  readonly words: readonly Word[];
  /** Quoted pieces, spaces folded. */
  readonly quotes: readonly string[];
  readonly negations: number;
  /** Question or not, and the punctuation inside; the whole text where every sign may count. */
  readonly form: string;
  /** Capitals of an English text: 0 for none, 1 from its first letter on, 2 some other way. */
  readonly capitals: 0 | 1 | 2;
}

/** All below is in NFC. */
const mayCombine = /[\u0300-\uffff]/;
const anyQuote = /["'“‘«„`]/;
const quoted = /(?:^|[\s(:])(["'“‘«„`])([^"'“”‘’«»`\n]{1,200})["'”’»`](?=$|[\s.,;:!?)])/gu;
const asks =
  /^(?:what|how|who|whom|whose|where|when|why|which|is|are|am|was|were|do|does|did|can|could|will|would|shall|should|may|might|must|has|have|had)$/;

/**
 * The last ones read, in turn: a call has its text read for the embedder and for the guards, and the texts
 * of entries that are asked for often come again.
 */
const recent: Sentence[] = [];
const maxRecent = 8;
let oldest = 0;

/** Reads `text`. Linear in its length. */
export function readSentence(text: string): Sentence {
  for (const known of recent) if (known.text === text) return known;
  const sentence = readFresh(text);
  recent[oldest] = sentence;
  oldest = (oldest + 1) % maxRecent;
  return sentence;
}

function readFresh(text: string): Sentence {
  const { plain, exact, english, literal, pieces, isOrder, written } = cut(text);
  const words = toWords(pieces, literal, english, whole);
  const question = /[?？؟]/.test(pieces[pieces.length - 1]!.after) && !isOrder;
  return {
    text,
    words,
    quotes: quotesOf(plain),
    negations: words.reduce((sum, word) => sum + (isNegator(word.text) ? 1 : 0), 0),
    form: exact
      ? plain
      : `${question || (english && asks.test(words[0]?.text ?? '')) ? '?' : ''} ${marksOf(pieces)}`,
    capitals: english ? capitalsOf(written) : 2,
  };
}

/** The words of {@link readSentence} as compared, and nothing else of it. */
export function readWords(text: string): readonly string[] {
  const { literal, english, pieces } = cut(text);
  return toWords(pieces, literal, english, textOnly);
}

function cut(text: string) {
  const plain = (mayCombine.test(text) ? text.normalize('NFC') : text).trim();
  const whole = cutText(plain);
  const { pieces: written, isExact: exact } = whole;
  const english = isEnglish(whole);
  const literal = exact || whole.isVerbatim;
  let pieces: readonly Piece[] = written;
  // In "Hello, how do I say that?" it is the matter itself.
  if (english && !literal) pieces = withoutGreeting(pieces);
  const [first] = pieces;
  if (english && !exact) pieces = withoutCourtesy(pieces, literal);
  if (english && !literal) pieces = plainRequest(pieces);
  // "Could you please explain …?" is no question once it begins with "explain".
  return { plain, exact, english, literal, pieces, isOrder: pieces[0] !== first, written };
}

function quotesOf(plain: string): string[] {
  if (!anyQuote.test(plain)) return [];
  return [...plain.matchAll(quoted)].map((match) => match[2]!.trim().replace(/\s+/g, ' '));
}

/** Punctuation with the place where it stands; what ends the text does not count. */
function marksOf(pieces: readonly Piece[]): string {
  let marks = '';
  pieces.forEach(({ before, after }, at) => {
    const inside = at === pieces.length - 1 ? after.replace(/[.!?…。？！؟]{1,20}$/, '') : after;
    if (before !== '' || inside !== '') marks += `${at}${before} ${inside}`;
  });
  return marks.replace(/[“”„]/g, '"').replace(/[‘’]/g, "'");
}

function capitalsOf(pieces: readonly Piece[]): Sentence['capitals'] {
  if (!pieces.some(({ hasCapital, text }) => hasCapital && !isPronoun(text))) return 0;
  return /^\p{Lu}/u.test(pieces[0]!.text) ? 1 : 2;
}
