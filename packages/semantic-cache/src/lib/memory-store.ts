import { checkOptions, createRecencyMap } from '@wintergate/core';
import type { CacheEntry } from './cache-entry.ts';
import type { CacheKey, CacheStore } from './cache-store.ts';

/** Options of {@link memoryStore}. */
export interface MemoryStoreOptions {
  /**
   * Bytes of all entries together, keys and bookkeeping included. The least recently used go first;
   * an entry that alone is larger is not kept.
   *
   * @default 67108864 (64 MiB)
   */
  maxBytes?: number | undefined;
  /**
   * Says whether a new entry may take the place of the least recently used one, such as `tinyLfu()` of
   * `@wintergate/semantic-cache/store`.
   *
   * @default it always may
   */
  admission?: Admission | undefined;
  /** Milliseconds since the epoch. @default Date.now */
  now?: (() => number) | undefined;
}

/** Keeps out what would push out something that is asked for more often. */
export interface Admission {
  /** Told of each lookup, whether it found something or not. */
  touch(hash: number): void;
  /** Whether the first may take the place of the second. */
  admits(candidate: number, victim: number): boolean;
}

/** A {@link CacheStore} in memory. */
export interface MemoryStore extends CacheStore {
  readonly location: 'process';
  /** Bytes in use, counted as `maxBytes` counts them. */
  readonly bytes: number;
  readonly size: number;
  get(key: CacheKey): CacheEntry | undefined;
  set(key: CacheKey, entry: CacheEntry): void;
  delete(key: CacheKey): void;
  entries(): Iterable<CacheEntry>;
  clear(): void;
}

/** What an entry costs besides its texts and body: objects, map slot, numbers. */
const overheadBytes = 512;

/**
 * Creates a store in memory, bounded in bytes, that drops what has expired and then what was used
 * least recently. Two calls whose hashes collide take turns in one place: never the wrong answer.
 *
 * @throws {RangeError} when `maxBytes` is not a positive number.
 */
export function memoryStore(options: MemoryStoreOptions = {}): MemoryStore {
  checkOptions(options, { maxBytes: 1, admission: 'object', now: 'function' }, 'memoryStore()');
  const { maxBytes = 64 * 1024 * 1024, admission, now = Date.now } = options;
  if (!(maxBytes > 0))
    throw new RangeError(`Set "maxBytes" to a positive number: got ${String(maxBytes)}`);
  const entries = createRecencyMap<number, CacheEntry>();
  let bytes = 0;

  function drop(hash: number, entry: CacheEntry): void {
    entries.delete(hash);
    bytes -= entryBytes(entry);
  }

  return {
    location: 'process',
    get bytes() {
      return bytes;
    },
    get size() {
      return entries.size;
    },
    get({ text, hash }) {
      admission?.touch(hash);
      const entry = entries.get(hash);
      if (entry === undefined || entry.key !== text) return undefined;
      if (entry.expiresAt > now()) return entries.use(hash);
      drop(hash, entry);
      return undefined;
    },
    set({ hash }, entry) {
      const before = entries.get(hash);
      if (before !== undefined) drop(hash, before);
      const size = entryBytes(entry);
      if (size > maxBytes || entry.expiresAt <= now()) return;
      while (bytes + size > maxBytes) {
        const least = entries.oldest()!;
        if (least.value.expiresAt > now() && admission?.admits(hash, least.key) === false) return;
        drop(least.key, least.value);
      }
      entries.set(hash, entry);
      bytes += size;
    },
    delete({ text, hash }) {
      const entry = entries.get(hash);
      if (entry !== undefined && entry.key === text) drop(hash, entry);
    },
    *entries() {
      const time = now();
      for (const entry of entries.values()) if (entry.expiresAt > time) yield entry;
    },
    clear() {
      entries.clear();
      bytes = 0;
    },
  };
}

/** What an entry counts for. Text is two bytes a unit at most. */
export function entryBytes({ key, scope, text, body, cuts = {} }: CacheEntry): number {
  let texts = key.length + (scope?.length ?? 0) + (text?.length ?? 0);
  for (const channel in cuts) texts += channel.length + cuts[channel]!.length;
  return 2 * texts + body.byteLength + overheadBytes;
}
