/**
 * @module Entries of the semantic cache in Upstash Redis, vectors in Upstash Vector.
 *
 * @example
 * import { Redis } from '@upstash/redis';
 * import { upstashStore } from '@wintergate/semantic-cache/upstash';
 * const cache = semanticCache({ store: upstashStore(Redis.fromEnv()), secret });
 *
 * Runs on: Node, Bun, Deno, Workers, Edge.
 */

export type { TextStore, TextStoreOptions } from './lib/stores/text-store.ts';
export { type UpstashVector, upstashVectorIndex } from './lib/stores/upstash-index.ts';
export { type UpstashRedis, upstashStore } from './lib/stores/upstash-store.ts';
