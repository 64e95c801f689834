/** The semantic tier: from a text to the entry that may answer it. */
import { type CacheEntry, freshUntilOf } from './cache-entry.ts';
import type { CacheKey } from './cache-store.ts';
import type { Embedder } from './embedder.ts';
import { findRefusal, type Guard } from './guard.ts';
import type { Judge } from './judge.ts';
import type { Found, Known, Neighbours } from './neighbours.ts';
import type { CachePolicy } from './policy.ts';
import { readSentence, type Sentence } from './sentence.ts';
import { pairSentences, type SentencePair } from './sentence-pair.ts';
import { andThen } from './settle.ts';

/** The parts of the semantic tier, resolved. */
export interface SemanticTier {
  readonly embedder: Embedder;
  readonly policy: CachePolicy;
  readonly guards: readonly Guard[];
  /** Says whether a stored answer would have been right, for policies that ask. */
  readonly judge: Judge;
  readonly neighbours: Neighbours;
  readonly maxTextLength: number;
  /** Of the user, compared by likeness. */
  readonly turns: number;
  readonly turnsThreshold: number;
}

export interface SimilarRequest {
  readonly scope: string;
  readonly text: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** What the similarity must reach, whatever the policy says. */
  readonly least: number;
  /** The caller's limit, in milliseconds. */
  readonly maxAge: number;
  /** The key of an id that the index gave. */
  keyOf(id: string): CacheKey;
  /** Fetches and checks an entry; `undefined` when it is not there or not to be believed. */
  read(id: string): CacheEntry | undefined | Promise<CacheEntry | undefined>;
}

/** An entry, and how alike its text is. */
export interface Likeness {
  readonly entry: CacheEntry;
  readonly similarity: number;
  /** The entry's for the policy: short, where its key may be as long as a call. */
  readonly name: string;
}

export interface SimilarResult {
  readonly hit?: Likeness | undefined;
  /** An entry that the policy wants judged: the call goes on, and is told about later. */
  readonly audit?: Likeness | undefined;
  /** What was read of the text, for storing it later. */
  readonly known?: Known | undefined;
  /** Why there is no hit, where somebody objected. */
  readonly detail?: string | undefined;
}

/** What the policy knows an entry by. */
export function nameOf({ hash }: CacheKey): string {
  return hash.toString(36);
}

/** Finds an entry of the scope that policy and guards let answer `text`. Neither throws nor rejects. */
export function findSimilar(
  tier: SemanticTier,
  request: SimilarRequest,
): SimilarResult | Promise<SimilarResult> {
  return andThen(tier.neighbours.find(request), (found) => {
    const { matches, known, fault } = found;
    return fault !== undefined || matches.length === 0
      ? { known, detail: fault }
      : chooseFrom(found, tier, request);
  });
}

async function chooseFrom(
  { matches, known }: Found,
  tier: SemanticTier,
  request: SimilarRequest,
): Promise<SimilarResult> {
  const { embedder, neighbours } = tier;
  let detail: string | undefined;
  const closeLook = embedder.compare === undefined ? 2 : compareFrom(embedder, request.text);
  let asked: Sentence | undefined;
  for (const { id, text, similarity: cosine } of matches) {
    let pair: SentencePair | undefined;
    let similarity = cosine;
    if (cosine >= closeLook) {
      asked ??= readSentence(request.text);
      pair = pairSentences(asked, readSentence(text));
      similarity = closerLook(embedder, pair, cosine);
    }
    if (!(similarity >= Math.max(tier.policy.floor ?? -1, request.least))) continue;
    asked ??= readSentence(request.text);
    pair ??= pairSentences(asked, readSentence(text));
    const refusal = findRefusal(tier.guards, pair);
    if (refusal !== undefined) {
      detail ??= refusal;
      continue;
    }
    const entry = await request.read(id);
    if (entry === undefined || entry.scope !== request.scope || entry.text !== text) {
      // Evicted, expired, or another text than the index says.
      await neighbours.delete(request.scope, request.keyOf(id));
      continue;
    }
    if (request.now - entry.storedAt > request.maxAge || freshUntilOf(entry) <= request.now)
      continue;
    const like = { entry, similarity, name: nameOf(request.keyOf(id)) };
    const decision = decide(tier.policy, like, request.now);
    if (decision === 'miss') continue;
    if (decision === 'audit') return { audit: like, known, detail: 'audit' };
    return { hit: like, known };
  }
  return { known, detail };
}

function compareFrom(embedder: Embedder, text: string): number {
  try {
    return embedder.compareFrom?.(text) ?? -1;
  } catch {
    return -1;
  }
}

export function closerLook(embedder: Embedder, pair: SentencePair, cosine: number): number {
  try {
    const similarity = embedder.compare?.(pair, cosine) ?? cosine;
    return Number.isFinite(similarity) ? similarity : 0;
  } catch {
    return 0;
  }
}

export function decide(
  policy: CachePolicy,
  { entry, similarity, name }: Likeness,
  now: number,
): 'hit' | 'miss' | 'audit' {
  try {
    const age = Math.max(0, now - entry.storedAt);
    const decision = policy.decide({ similarity, age, id: name });
    return decision === 'hit' || decision === 'audit' ? decision : 'miss';
  } catch {
    return 'miss';
  }
}
