/**
 * @module A store of the semantic cache on anything that keeps texts by name, and what the one in memory keeps.
 *
 * @example
 * import { textStore } from '@wintergate/semantic-cache/store';
 * const store = textStore({ get: (name) => kv.get(name), set: (name, text) => kv.put(name, text), delete: (name) => kv.delete(name) });
 *
 * Runs on: Node, Bun, Deno, Workers, Edge.
 */
export {
  type TextStorage,
  type TextStore,
  type TextStoreOptions,
  textStore,
} from './lib/stores/text-store.ts';
export { type TinyLfuOptions, tinyLfu } from './lib/stores/tiny-lfu.ts';
