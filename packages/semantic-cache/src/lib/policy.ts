/** Who decides that a similar text is similar enough. */

/** What a policy decides on. */
export interface PolicyCandidate {
  /** Cosine, or what the embedder's `compare` made of it. */
  readonly similarity: number;
  /** Age of the entry in milliseconds. */
  readonly age: number;
}

/** Decides whether the most similar entry may answer. Guards still have their veto. */
export interface CachePolicy {
  /** Names kind and settings; part of the scope, so that entries of another policy are left alone. */
  readonly id: string;
  /** One that throws counts as a miss. */
  decide(candidate: PolicyCandidate): 'hit' | 'miss';
}

/**
 * Hits from one similarity on.
 *
 * @param threshold 0 to 1. Scales differ between embedders: measure on your own traffic.
 * @throws {RangeError} when it lies outside.
 */
export function fixedThreshold(threshold: number): CachePolicy {
  if (!(threshold >= 0 && threshold <= 1)) {
    throw new RangeError(`Set a threshold from 0 to 1: got ${String(threshold)}`);
  }
  return {
    id: `fixed:${threshold}`,
    decide: ({ similarity }) => (similarity >= threshold ? 'hit' : 'miss'),
  };
}
