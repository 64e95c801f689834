/** What turns texts into vectors. */
import type { SentencePair } from './sentence-pair.ts';

/**
 * Turns texts into vectors whose cosine says how alike they are. One that fails, is slow or
 * answers vectors of another shape leaves the semantic tier out for that request.
 */
export interface Embedder {
  /** Names model and version. Entries of another id are never compared: scales differ between models. */
  readonly id: string;
  readonly dimensions: number;
  /** Similarity from which `fixedThreshold()` hits when it is not told. Measured for this embedder. */
  readonly threshold?: number | undefined;
  /**
   * One vector a text, in order, of `dimensions` finite numbers. All zero: not comparable.
   *
   * @param signal aborts when the time for it is over.
   */
  embed(
    texts: readonly string[],
    signal?: AbortSignal,
  ): readonly Float32Array[] | Promise<readonly Float32Array[]>;
  /**
   * It knows spelling alone, and answers at once: with guards that demand the same words, texts are
   * looked up by their words, and only what is found with other words is embedded. @default false
   */
  readonly spellingOnly?: boolean | undefined;
  /**
   * A second, closer look at a candidate that the index found; its answer takes the place of the
   * cosine.
   */
  compare?(pair: SentencePair, cosine: number): number;
  /** Cosine below which `compare` is not worth the while for this text. @default always worth it */
  compareFrom?(asked: string): number;
}

/** The vector at length one, or `undefined` when it is of the wrong shape or nothing but zeros. */
export function normalizeVector(vector: unknown, dimensions: number): Float32Array | undefined {
  if (!(vector instanceof Float32Array) || vector.length !== dimensions) return undefined;
  let sum = 0;
  for (let at = 0; at < dimensions; at++) sum += vector[at]! * vector[at]!;
  if (!Number.isFinite(sum) || sum === 0) return undefined;
  if (Math.abs(sum - 1) < 1e-6) return vector;
  const scale = 1 / Math.sqrt(sum);
  return vector.map((value) => value * scale);
}

/** The cosine of two vectors of length one, the second at `start` of a block of many. */
export function dotProduct(left: Float32Array, right: Float32Array, start = 0): number {
  const { length } = left;
  let a = 0;
  let b = 0;
  let c = 0;
  let d = 0;
  let at = 0;
  for (; at + 3 < length; at += 4) {
    a += left[at]! * right[start + at]!;
    b += left[at + 1]! * right[start + at + 1]!;
    c += left[at + 2]! * right[start + at + 2]!;
    d += left[at + 3]! * right[start + at + 3]!;
  }
  for (; at < length; at++) a += left[at]! * right[start + at]!;
  return a + b + c + d;
}
