/** An embedder without weights: it knows spelling, not meaning. */
import { dotProduct, type Embedder, normalizeVector } from './embedder.ts';
import { eachGram } from './grams.ts';
import { readSentence } from './sentence.ts';

const dimensions = 512;
/** Longer texts differ by more than spelling; what follows does not count. */
const maxCharacters = 8000;

/**
 * Creates an embedder of hashed character 3-, 4- and 5-grams of the words that count, in 512
 * dimensions. Needs no network, no weights and some ten microseconds a text. It finds typing
 * errors and inflections; "forgot my password" and "reset my login" are
 * strangers to it.
 *
 * @example
 * semanticCache({ semantic: { embedder: lexicalEmbedder() } });
 */
export function lexicalEmbedder(): Embedder {
  return {
    id: 'lexical-5',
    dimensions,
    threshold: 0.92,
    spellingOnly: true,
    compareFrom: leastCosine,
    embed: (texts) => texts.map((text) => embedWords(wordsOf(text))),
    compare({ asked, stored, matches }, cosine) {
      // Words that are the same but for inflection or a slip are written the same way.
      const spelling = stored.words.map((word) => word.text);
      let changed = false;
      for (const [from, to] of matches) {
        const { text } = asked.words[from]!;
        changed ||= spelling[to] !== text;
        spelling[to] = text;
      }
      if (!changed) return cosine;
      const one = embedWords(asked.words.map((word) => word.text).join(' '));
      const other = embedWords(spelling.join(' '));
      const [a, b] = [normalizeVector(one, dimensions), normalizeVector(other, dimensions)];
      return a === undefined || b === undefined ? 0 : dotProduct(a, b);
    },
  };
}

/**
 * What a text keeps in common with itself but for one word: about the share of the others. Twice
 * that word is left out, because words that do not count stand in the text as well.
 */
function leastCosine(text: string): number {
  const words = text.slice(0, maxCharacters).split(/\s+/);
  let longest = 0;
  let total = 0;
  for (const { length } of words) {
    longest = Math.max(longest, length + 1);
    total += length + 1;
  }
  // A slip of the keys in a text of two short words leaves about half.
  return Math.max(0.5, 1 - (2 * longest) / total);
}

function wordsOf(text: string): string {
  return readSentence(text.slice(0, maxCharacters))
    .words.map(({ lemmas }) => lemmas[1] ?? lemmas[0])
    .join(' ');
}

function embedWords(words: string): Float32Array {
  const vector = new Float32Array(dimensions);
  eachGram(` ${words} `, dimensions, (place, sign) => (vector[place]! += sign));
  return vector;
}
