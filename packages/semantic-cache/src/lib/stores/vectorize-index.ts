/** Vectors in Cloudflare Vectorize. */
import type { VectorIndex } from '../vector-index.ts';
import { type ItemMetadata, serviceIndex } from './service-index.ts';

/** A binding to Vectorize, as far as it is used. */
export interface VectorizeLike {
  upsert(
    vectors: { id: string; values: number[]; namespace: string; metadata: ItemMetadata }[],
  ): Promise<unknown>;
  query(
    vector: number[],
    options: { topK: number; namespace: string; returnMetadata: 'all' },
  ): Promise<{
    readonly matches: readonly { readonly score: number; readonly metadata?: unknown }[];
  }>;
  deleteByIds(ids: string[]): Promise<unknown>;
}

/** Answers with metadata have no more. Fact: Cloudflare, Vectorize limits, 2026. */
const maxAnswers = 20;

/**
 * Creates an index in Vectorize. The index there must have the embedder's dimensions and the metric
 * cosine; each scope is a namespace of it. What is written is found after some seconds.
 *
 * @example
 * semanticCache({ store: kvStore(env.CACHE), semantic: { index: vectorizeIndex(env.VECTORIZE), embedder, policy }, secret });
 */
export function vectorizeIndex(
  index: VectorizeLike,
  options: { readonly now?: (() => number) | undefined } = {},
): VectorIndex {
  return serviceIndex(
    {
      upsert: (namespace, id, values, metadata) =>
        index.upsert([{ id, values, namespace, metadata }]),
      async query(namespace, vector, count) {
        const topK = Math.min(count, maxAnswers);
        const { matches } = await index.query(vector, { topK, namespace, returnMetadata: 'all' });
        return matches.map(({ score, metadata }) => ({ similarity: score, metadata }));
      },
      delete: (_namespace, id) => index.deleteByIds([id]),
    },
    options,
  );
}
