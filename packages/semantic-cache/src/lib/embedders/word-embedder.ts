/** An embedder with a few weights: it knows which words of an English request matter. */
import { checkOptions } from '@wintergate/core';
import type { Embedder } from '../embedder.ts';
import { eachGram } from '../grams.ts';
import { highest, readWeights, unseen, type WordWeights } from './weigh.ts';

export interface WordEmbedderOptions {
  /**
   * How much each word says, from 0 to 15; those that are not there count 14. Weights of your own are
   * learned by `scripts/word-weights.mjs` from requests whose intent you know.
   *
   * @default learned from CLINC150 and HWU64, 1,700 English words
   */
  readonly weights?: WordWeights | undefined;
}

const dimensions = 512;
/** What two neighbouring words say together, beside what each says. */
const pairShare = 0.4;
/** Longer texts are more than a request; what follows does not count. */
const maxCharacters = 8000;
/** Words whose grams are remembered. */
const maxKept = 4096;

interface Gram {
  readonly place: number;
  readonly value: number;
}

/**
 * Creates an embedder of hashed character n-grams, each word weighted by how much it tells about what is
 * asked for, with no network and 10 kB of weights. Unlike `lexicalEmbedder()` it lets requests match whose
 * small words differ ("show me my balance", "can you show my balance please"); it knows no synonyms. The
 * weights are English: in another language all words count alike.
 *
 * The default guards demand the same words, so give it `wordGuards()`, or `lightGuards()` where the requests
 * are orders of a few kinds: it does not know that "aspirin" and "ibuprofen" are two things. Trained on one
 * collection and measured on the other, at its own threshold: see the package's README.
 *
 * @throws {RangeError} for a weight that is not from 0 to 15.
 * @example
 * semanticCache({ semantic: { embedder: wordEmbedder(), guards: wordGuards() } });
 */
export function wordEmbedder(options: WordEmbedderOptions = {}): Embedder {
  checkOptions(options, { weights: 1 }, 'wordEmbedder()');
  const weights = readWeights(options.weights);
  const kept = new Map<string, readonly Gram[]>();

  /** The grams of a word or pair, together of length one. */
  function gramsOf(padded: string): readonly Gram[] {
    let grams = kept.get(padded);
    if (grams !== undefined) return grams;
    const sums = new Map<number, number>();
    eachGram(padded, dimensions, (place, sign) => sums.set(place, (sums.get(place) ?? 0) + sign));
    const length =
      Math.sqrt([...sums.values()].reduce((sum, value) => sum + value * value, 0)) || 1;
    grams = [...sums].map(([place, value]) => ({ place, value: value / length }));
    if (kept.size >= maxKept) kept.clear();
    // Long ones are views of the text that they were cut from, and keep it (V8).
    if (padded.length <= 12) kept.set(padded, grams);
    return grams;
  }

  function embed(text: string): Float32Array {
    const vector = new Float32Array(dimensions);
    const words = wordsOf(text.slice(0, maxCharacters));
    let before: string | undefined;
    let weightBefore = 0;
    for (const one of words) {
      const weight = (weights.get(one) ?? unseen) / highest;
      add(vector, gramsOf(` ${one} `), weight);
      if (before !== undefined) {
        const pair = `${before.slice(-2)} ${one.slice(0, 2)}`;
        add(vector, gramsOf(pair), pairShare * Math.sqrt(weight * weightBefore));
      }
      before = one;
      weightBefore = weight;
    }
    return vector;
  }

  return {
    id: `words-1:${options.weights === undefined ? 'own' : digestOf(weights)}`,
    dimensions,
    threshold: 0.71,
    embed: (texts) => texts.map(embed),
  };
}

const shortForms: Readonly<Record<string, string>> = {
  s: 'is',
  re: 'are',
  m: 'am',
  ll: 'will',
  ve: 'have',
  d: 'would',
};

/** In lower case, short forms written out: "what's" is "what is". */
function wordsOf(text: string): readonly string[] {
  let lower = text.toLowerCase().normalize('NFC').replaceAll('\u2019', "'");
  if (lower.includes("'")) {
    lower = lower
      .replace(/n't\b/g, ' not')
      .replace(/'(s|re|m|ll|ve|d)\b/g, (_, form: string) => ` ${shortForms[form]}`);
  }
  return lower.match(/[\p{L}\p{N}']+/gu) ?? [];
}

function add(vector: Float32Array, grams: readonly Gram[], weight: number): void {
  for (const { place, value } of grams) vector[place]! += value * weight;
}

/** Vectors of other weights are never compared with these. */
function digestOf(weights: ReadonlyMap<string, number>): string {
  let hash = 0x811c9dc5;
  for (const [one, weight] of weights)
    for (const sign of `${one} ${weight} `) hash = Math.imul(hash ^ sign.charCodeAt(0), 0x01000193);
  return (hash >>> 0).toString(16);
}
