/** A store of entries on anything that keeps texts by name. */
import { checkOptions, type OptionKind } from '@wintergate/core';
import type { CacheEntry } from '../cache-entry.ts';
import type { CacheKey, CacheStore } from '../cache-store.ts';
import { createCipher } from './encryption.ts';
import { decodeEntry, encodeEntry } from './entry-codec.ts';

/** What keeps the texts: three functions. Each may reject; the call is then a miss. */
export interface TextStorage {
  /** The text under this name; nothing, or anything that is no text, when there is none. */
  get(name: string): Promise<unknown>;
  /** @param ttlMs after so many milliseconds it may be forgotten; 1 or more. */
  set(name: string, text: string, ttlMs: number): Promise<unknown>;
  delete(name: string): Promise<unknown>;
  /**
   * Sets a mark under this name for so many milliseconds, unless there is one: `false` then. Atomic.
   * Absent: `singleFlight.across` is not possible.
   */
  claim?(name: string, ttlMs: number): Promise<boolean>;
  /**
   * All names that begin so, in pages, in any order. Absent: the entries can not be listed, nor removed
   * by tag, tenant or scope.
   */
  names?(prefix: string): AsyncIterable<readonly string[]>;
  /** Deletes all whose name begins so. Absent: those of `names` are deleted one by one. */
  clear?(prefix: string): Promise<unknown>;
}

/** A {@link CacheStore} that can be listed and emptied. */
export interface TextStore extends CacheStore {
  readonly location: 'outside';
  /** Deletes all entries below its prefix, whoever stored them. Rejects where the storage can not. */
  clear(): Promise<void>;
}

export interface TextStoreOptions {
  /** What all names begin with. @default 'wintergate:cache:' */
  readonly prefix?: string | undefined;
  /**
   * Entries are encrypted with it (AES-GCM, bound to their names): a text of 16 characters or more,
   * or a key. Entries of another key, or without encryption, are misses.
   *
   * @default none
   */
  readonly encryptionKey?: string | CryptoKey | undefined;
  /** Milliseconds since the epoch. @default Date.now */
  readonly now?: (() => number) | undefined;
}

/** Their names, for `checkOptions()`. */
export const textStoreNames: Record<keyof TextStoreOptions, OptionKind> = {
  prefix: 'string',
  encryptionKey: 1,
  now: 'function',
};

/**
 * Creates a store of the cache on anything that keeps texts by name. It lies outside of the process:
 * the cache needs a `secret`, so that names and entries are the same for all who use it.
 *
 * @throws {RangeError} when `encryptionKey` is too short.
 * @example
 * const kept = new Map<string, string>();
 * const store = textStore({
 *   get: async (name) => kept.get(name),
 *   set: async (name, text) => kept.set(name, text),
 *   delete: async (name) => kept.delete(name),
 * });
 */
export function textStore(storage: TextStorage, options: TextStoreOptions = {}): TextStore {
  checkOptions(options, textStoreNames, 'the store');
  const { prefix = 'wintergate:cache:', encryptionKey, now = Date.now } = options;
  const cipher = encryptionKey === undefined ? undefined : createCipher(encryptionKey);
  // Stores disagree about what a name may hold; digests, which the cache uses, stay as they are.
  const nameOf = (text: string): string => prefix + encodeURIComponent(text);

  const claimOf = (text: string): string => `${prefix}claim:${encodeURIComponent(text)}`;
  const claim = storage.claim?.bind(storage);

  async function read(name: string): Promise<CacheEntry | undefined> {
    const found = await storage.get(name);
    const entry = decodeEntry(cipher === undefined ? found : await cipher.open(found, name));
    return entry !== undefined && nameOf(entry.key) === name && entry.expiresAt > now()
      ? entry
      : undefined;
  }

  async function* entries(): AsyncIterable<CacheEntry> {
    for await (const names of storage.names?.(prefix) ?? [])
      for (const entry of await Promise.all(names.map(read))) if (entry !== undefined) yield entry;
  }

  return {
    location: 'outside',
    get: ({ text }) => read(nameOf(text)),
    ...(storage.names !== undefined && { entries }),
    ...(claim !== undefined && {
      claim: ({ text }: CacheKey, ttlMs: number) => claim(claimOf(text), Math.ceil(ttlMs)),
      async release({ text }: CacheKey) {
        await storage.delete(claimOf(text));
      },
    }),
    async set({ text }, entry) {
      const ttlMs = Math.ceil(entry.expiresAt - now());
      if (!(ttlMs >= 1)) return;
      const name = nameOf(text);
      const plain = encodeEntry(entry);
      const sealed = cipher === undefined ? plain : await cipher.seal(plain, name);
      // Longer than that no store takes.
      await storage.set(name, sealed, Math.min(ttlMs, longestMs));
    },
    async delete({ text }) {
      await storage.delete(nameOf(text));
    },
    async clear() {
      if (storage.clear !== undefined) return void (await storage.clear(prefix));
      if (storage.names === undefined)
        throw new Error(
          'This storage can not be emptied: change the "version" of the cache instead',
        );
      for await (const names of storage.names(prefix))
        await Promise.all(names.map((name) => storage.delete(name)));
    },
  };
}

const longestMs = 365 * 24 * 3600 * 1000;
