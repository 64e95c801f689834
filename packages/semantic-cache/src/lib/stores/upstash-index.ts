/** Vectors in Upstash Vector, over HTTP. */
import type { VectorIndex } from '../vector-index.ts';
import { type ItemMetadata, serviceIndex } from './service-index.ts';

/** An index of `@upstash/vector`, as far as it is used. */
export interface UpstashVector {
  upsert(
    item: { id: string; vector: number[]; metadata: ItemMetadata },
    options: { namespace: string },
  ): Promise<unknown>;
  query(
    query: { vector: number[]; topK: number; includeMetadata: true },
    options: { namespace: string },
  ): Promise<readonly { readonly score: number; readonly metadata?: unknown }[]>;
  delete(ids: string[], options: { namespace: string }): Promise<unknown>;
}

/**
 * Creates an index in Upstash Vector. The index there must have the embedder's dimensions and the metric
 * cosine; each scope is a namespace of it. Found by others after some seconds.
 *
 * @example
 * semanticCache({ store: upstashStore(Redis.fromEnv()), semantic: { index: upstashVectorIndex(Index.fromEnv()) }, secret });
 */
export function upstashVectorIndex(
  index: UpstashVector,
  options: { readonly now?: (() => number) | undefined } = {},
): VectorIndex {
  return serviceIndex(
    {
      upsert: (namespace, id, vector, metadata) =>
        index.upsert({ id, vector, metadata }, { namespace }),
      async query(namespace, vector, topK) {
        const found = await index.query({ vector, topK, includeMetadata: true }, { namespace });
        // Upstash answers (1 + cosine) / 2.
        return found.map(({ score, metadata }) => ({ similarity: 2 * score - 1, metadata }));
      },
      delete: (namespace, id) => index.delete([id], { namespace }),
    },
    options,
  );
}
