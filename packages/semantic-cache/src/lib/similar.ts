/** The semantic tier: from a text to the entry that may answer it. */
import type { CacheEntry } from './cache-entry.ts';
import { type Embedder, normalizeVector } from './embedder.ts';
import { findRefusal, type Guard } from './guard.ts';
import type { CachePolicy } from './policy.ts';
import { readSentence, type Sentence } from './sentence.ts';
import { pairSentences, type SentencePair } from './sentence-pair.ts';
import { late, within } from './settle.ts';
import type { IndexMatch, VectorIndex } from './vector-index.ts';

/** The parts of the semantic tier, resolved. */
export interface SemanticTier {
  readonly embedder: Embedder;
  readonly policy: CachePolicy;
  readonly guards: readonly Guard[];
  readonly index: VectorIndex;
  readonly candidates: number;
  readonly maxTextLength: number;
  /** Milliseconds. */
  readonly timeout: number;
}

export interface SimilarRequest {
  readonly scope: string;
  readonly text: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** The caller's limit, in milliseconds. */
  readonly maxAge: number;
  /** Fetches and checks an entry; `undefined` when it is not there or not to be believed. */
  read(id: string): CacheEntry | undefined | Promise<CacheEntry | undefined>;
}

export interface SimilarResult {
  readonly hit?: { readonly entry: CacheEntry; readonly similarity: number } | undefined;
  /** The vector of the text, for storing it later. */
  readonly vector?: Float32Array | undefined;
  /** Why there is no hit, where somebody objected. */
  readonly detail?: string | undefined;
}

/** Finds an entry of the scope that policy and guards let answer `text`. Never rejects. */
export async function findSimilar(
  tier: SemanticTier,
  request: SimilarRequest,
): Promise<SimilarResult> {
  const vector = await embedText(tier, request.text);
  if (typeof vector === 'string') return { detail: vector };
  let matches: readonly IndexMatch[];
  try {
    const found = await within(
      tier.index.query(request.scope, vector, tier.candidates),
      tier.timeout,
    );
    if (found === late) return { vector, detail: 'index-timeout' };
    matches = found.filter(isMatch).slice(0, tier.candidates);
  } catch {
    return { vector, detail: 'index-error' };
  }
  const { embedder } = tier;
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
    if (!consents(tier.policy, similarity, request.now, undefined)) continue;
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
      await remove(tier, request.scope, id);
      continue;
    }
    if (request.now - entry.storedAt > request.maxAge) continue;
    if (!consents(tier.policy, similarity, request.now, entry)) continue;
    return { hit: { entry, similarity }, vector };
  }
  return { vector, detail };
}

/** The vector of a text, or why there is none. */
export async function embedText(
  { embedder, timeout }: SemanticTier,
  text: string,
): Promise<Float32Array | 'embedder-timeout' | 'embedder-error' | 'embedder-shape'> {
  const controller = new AbortController();
  try {
    const vectors = await within(embedder.embed([text], controller.signal), timeout);
    if (vectors === late) {
      controller.abort();
      return 'embedder-timeout';
    }
    return normalizeVector(vectors[0], embedder.dimensions) ?? 'embedder-shape';
  } catch {
    return 'embedder-error';
  }
}

function compareFrom(embedder: Embedder, text: string): number {
  try {
    return embedder.compareFrom?.(text) ?? -1;
  } catch {
    return -1;
  }
}

function closerLook(embedder: Embedder, pair: SentencePair, cosine: number): number {
  try {
    const similarity = embedder.compare?.(pair, cosine) ?? cosine;
    return Number.isFinite(similarity) ? similarity : 0;
  } catch {
    return 0;
  }
}

function consents(
  policy: CachePolicy,
  similarity: number,
  now: number,
  entry: CacheEntry | undefined,
): boolean {
  try {
    const age = entry === undefined ? 0 : Math.max(0, now - entry.storedAt);
    return policy.decide({ similarity, age }) === 'hit';
  } catch {
    return false;
  }
}

function isMatch(match: IndexMatch): boolean {
  return (
    typeof match.id === 'string' &&
    typeof match.text === 'string' &&
    Number.isFinite(match.similarity)
  );
}

async function remove(tier: SemanticTier, scope: string, id: string): Promise<void> {
  try {
    await within(tier.index.delete(scope, id), tier.timeout);
  } catch {
    // It is found and refused again next time.
  }
}
