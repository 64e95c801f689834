/**
 * @module The semantic cache on Cloudflare Workers: entries in Workers KV or in Durable Objects, vectors by
 * Workers AI and in Vectorize.
 *
 * @example
 * import { fixedThreshold, semanticCache } from '@wintergate/semantic-cache';
 * import { kvStore, workersAIEmbedder } from '@wintergate/semantic-cache/workers';
 * const semantic = { embedder: workersAIEmbedder(env.AI), policy: fixedThreshold(0.9) };
 * const cache = semanticCache({ store: kvStore(env.CACHE), semantic, secret: env.CACHE_SECRET });
 *
 * Runs on: Workers.
 */
export {
  type AIBinding,
  type WorkersAIEmbedderOptions,
  workersAIEmbedder,
} from './lib/embedders/workers-ai-embedder.ts';
export { CacheObject, type DurableStateLike } from './lib/stores/cache-object.ts';
export { type DurableNamespaceLike, durableStore } from './lib/stores/durable-store.ts';
export { type KVNamespaceLike, kvStore } from './lib/stores/kv-store.ts';
export type { TextStore, TextStoreOptions } from './lib/stores/text-store.ts';
export { type VectorizeLike, vectorizeIndex } from './lib/stores/vectorize-index.ts';
