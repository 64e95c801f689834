/** Entries in any storage of unstorage: memory, files, Cloudflare KV, S3, MongoDB and others. */
import { type TextStore, type TextStoreOptions, textStore } from './text-store.ts';

/** A storage of unstorage, as far as it is used. */
export interface UnstorageLike {
  getItem(key: string): Promise<unknown>;
  /** `ttl` in seconds, for the drivers that know it. */
  setItem(key: string, value: string, options: { ttl: number }): Promise<void>;
  removeItem(key: string): Promise<void>;
  /** Needed by `clear()` and to list entries. */
  getKeys(base: string): Promise<string[]>;
}

/**
 * Creates a store on a storage of unstorage. Drivers that know no `ttl` keep entries until they are
 * asked for again: what has expired is never handed out.
 *
 * @throws {RangeError} when `encryptionKey` is too short.
 * @example
 * const storage = createStorage({ driver: cloudflareKVBindingDriver({ binding: 'CACHE' }) });
 * semanticCache({ store: unstorageStore(storage), secret: env.CACHE_SECRET });
 */
export function unstorageStore(storage: UnstorageLike, options: TextStoreOptions = {}): TextStore {
  return textStore(
    {
      get: (name) => storage.getItem(name),
      set: (name, text, ttlMs) => storage.setItem(name, text, { ttl: Math.ceil(ttlMs / 1000) }),
      delete: (name) => storage.removeItem(name),
      async *names(prefix) {
        yield await storage.getKeys(prefix);
      },
    },
    options,
  );
}
