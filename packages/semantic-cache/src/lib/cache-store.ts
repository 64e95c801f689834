/** Where answers are kept. */
import type { CacheEntry } from './cache-entry.ts';

/** What an entry is found by. */
export interface CacheKey {
  /**
   * For a store in the process the canonical call itself, which may be long; for one outside its
   * HMAC-SHA-256 as 64 hex digits. Compare it in full.
   */
  readonly text: string;
  /** 53 bits of `text`, seeded by chance once a process: a shortcut for maps in memory, never for more. */
  readonly hash: number;
}

/**
 * Keeps entries. Results may be promises. One that throws, rejects, takes longer than
 * `storeTimeout` or hands out something else than was stored is a miss, never an error.
 */
export interface CacheStore {
  /** `process`: nobody else can read or write it. `outside`: needs the `secret` option. */
  readonly location: 'process' | 'outside';
  get(key: CacheKey): CacheEntry | undefined | Promise<CacheEntry | undefined>;
  /** Keeps `entry` until `entry.expiresAt`, or shorter when room is needed. Replaces what was there. */
  set(key: CacheKey, entry: CacheEntry): void | Promise<void>;
  delete(key: CacheKey): void | Promise<void>;
  /**
   * Takes the right to ask the upstream for this key, for so many milliseconds; `false` when another has
   * it. Atomic for all who use the store. Absent: `singleFlight.across` is not possible.
   */
  claim?(key: CacheKey, ttlMs: number): boolean | Promise<boolean>;
  /** Gives the right back. */
  release?(key: CacheKey): void | Promise<void>;
  /**
   * All entries that are served, in any order; one that is written or deleted meanwhile may be among
   * them or not. Absent: they can not be listed, nor removed by tag, tenant or scope.
   */
  entries?(): Iterable<CacheEntry> | AsyncIterable<CacheEntry>;
  /** Deletes all entries. Absent: they are deleted one by one. */
  clear?(): void | Promise<void>;
}
