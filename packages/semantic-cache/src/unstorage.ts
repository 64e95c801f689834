/**
 * @module Entries of the semantic cache in any storage of unstorage.
 *
 * @example
 * import { createStorage } from 'unstorage';
 * import { unstorageStore } from '@wintergate/semantic-cache/unstorage';
 * const cache = semanticCache({ store: unstorageStore(createStorage()), secret });
 *
 * Runs on: Node, Bun, Deno, Workers, Edge.
 */
export type { TextStore, TextStoreOptions } from './lib/stores/text-store.ts';
export { type UnstorageLike, unstorageStore } from './lib/stores/unstorage-store.ts';
