/** Entries in Workers KV. */
import { type TextStore, type TextStoreOptions, textStore } from './text-store.ts';

/** A KV namespace of Cloudflare Workers, as far as it is used. */
export interface KVNamespaceLike {
  get(key: string): Promise<string | null>;
  put(key: string, value: string, options: { expirationTtl: number }): Promise<void>;
  delete(key: string): Promise<void>;
  /** Needed by `clear()` and to list entries. */
  list?(options: { prefix: string; cursor?: string }): Promise<{
    readonly keys: readonly { readonly name: string }[];
    readonly list_complete: boolean;
    readonly cursor?: string;
  }>;
}

/** Workers KV keeps nothing for a shorter time. Fact: Cloudflare, Workers KV API, 2026. */
const leastSeconds = 60;

/**
 * Creates a store in Workers KV, which is near everywhere and tells all places within a minute or so:
 * an answer may be asked for again meanwhile.
 *
 * @throws {RangeError} when `encryptionKey` is too short.
 * @example
 * semanticCache({ store: kvStore(env.CACHE), secret: env.CACHE_SECRET });
 */
export function kvStore(namespace: KVNamespaceLike, options: TextStoreOptions = {}): TextStore {
  return textStore(
    {
      get: (name) => namespace.get(name),
      set: (name, text, ttlMs) =>
        namespace.put(name, text, {
          expirationTtl: Math.max(leastSeconds, Math.ceil(ttlMs / 1000)),
        }),
      delete: (name) => namespace.delete(name),
      async *names(prefix) {
        if (namespace.list === undefined) throw new Error('This namespace has no "list"');
        let cursor: string | undefined;
        do {
          const page = await namespace.list({
            prefix,
            ...(cursor === undefined ? {} : { cursor }),
          });
          yield page.keys.map(({ name }) => name);
          cursor = page.list_complete ? undefined : page.cursor;
        } while (cursor !== undefined);
      },
    },
    options,
  );
}
