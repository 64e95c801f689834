/**
 * @module Entries of the semantic cache in Workers KV.
 *
 * @example
 * import { kvStore } from '@wintergate/semantic-cache/workers';
 * const cache = semanticCache({ store: kvStore(env.CACHE), secret: env.CACHE_SECRET });
 *
 * Runs on: Workers.
 */
export { type KVNamespaceLike, kvStore } from './lib/stores/kv-store.ts';
export type { TextStoreOptions } from './lib/stores/text-store.ts';
