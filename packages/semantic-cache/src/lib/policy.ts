/** Who decides that a similar text is similar enough. */

/** What a policy decides on. */
export interface PolicyCandidate {
  /** Cosine, or what the embedder's `compare` made of it. */
  readonly similarity: number;
  /** Age of the entry in milliseconds. */
  readonly age: number;
  /** The entry's, a short text: the same each time that it is a candidate in this process. */
  readonly id: string;
}

/** What came of an audit. */
export interface PolicyObservation extends PolicyCandidate {
  /** The stored answer would have been right. */
  readonly right: boolean;
  /** The `id` that the call's own new entry is a candidate by, where it was stored. */
  readonly asked?: string | undefined;
}

/** Decides whether the most similar entry may answer. Guards still have their veto, before it is asked. */
export interface CachePolicy {
  /** Names kind and settings; part of the scope, so that entries of another policy are left alone. */
  readonly id: string;
  /** Below this similarity it is not asked: it would not let pass. @default always asked */
  readonly floor?: number | undefined;
  /**
   * `audit` asks the upstream although there is a candidate, and tells `observe` later whether its
   * answer would have been right. One that throws counts as a miss.
   */
  decide(candidate: PolicyCandidate): 'hit' | 'miss' | 'audit';
  /** Told of each audit that came to an end. */
  observe?(observation: PolicyObservation): void;
  /**
   * Which audited calls become entries that similar calls find: all, or those whose neighbour was
   * wrong; the others are covered by it. @default 'always'
   */
  readonly insert?: 'always' | 'when-wrong' | undefined;
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
    floor: threshold,
    decide: ({ similarity }) => (similarity >= threshold ? 'hit' : 'miss'),
  };
}
