/** The store as the cache uses it: bounded in time, and never believed without a look. */
import { type Context, isPromise } from '@wintergate/core';
import type { JsonObject, ModelCall } from '@wintergate/wire';
import { type CacheEntry, findEntryFault, MadeEntry } from './cache-entry.ts';
import type { CacheKey } from './cache-store.ts';
import { ownHash } from './fast-hash.ts';
import { reachOfReply } from './reply-rules.ts';
import type { Settings } from './settings.ts';
import { andThen, late, within } from './settle.ts';

/** An entry that may be believed; `body` where it had to be parsed to know. */
export interface ReadEntry {
  readonly entry: CacheEntry;
  readonly body: JsonObject | undefined;
}

/** An entry, or why there is none: absent without a reason. */
export type EntryResult = ReadEntry | { readonly fault: string | undefined };

export interface EntryAccess {
  /** A text as the store sees it: outside of the process its HMAC. */
  nameOf(canonical: string, context: Context): string | Promise<string>;
  keyOf(canonical: string, context: Context): CacheKey | Promise<CacheKey>;
  /** The key of an id that the index gave. */
  keyOfId(id: string): CacheKey;
  read(key: CacheKey, call: ModelCall): EntryResult | Promise<EntryResult>;
  /** Answers why it failed, or `undefined`. Never rejects. */
  write(key: CacheKey, entry: CacheEntry): string | undefined | Promise<string | undefined>;
  drop(key: CacheKey): Promise<void>;
  /** Whether this instance may ask for the key; a store that fails lets it. Never rejects. */
  claim(key: CacheKey, ttlMs: number): Promise<boolean>;
  release(key: CacheKey): Promise<void>;
}

const utf8 = /* @__PURE__ */ new TextDecoder('utf-8', { fatal: true });

function keyOfId(text: string): CacheKey {
  return { text, hash: ownHash(text) };
}

/** Creates the access to the store of one cache. */
export function createEntryAccess(settings: Settings, secret: () => string): EntryAccess {
  const { store, storeTimeout, maxEntryBytes, now } = settings;
  const outside = store.location !== 'process';

  function nameOf(canonical: string, { platform }: Context): string | Promise<string> {
    return outside ? platform.digest(canonical, secret()) : canonical;
  }

  function check(key: CacheKey, call: ModelCall, found: CacheEntry | undefined): EntryResult {
    if (found === undefined || found === null) return { fault: undefined };
    const fault = findEntryFault(found, { key: key.text, now: now(), maxBytes: maxEntryBytes });
    if (fault !== undefined) return { fault };
    if (MadeEntry.isMade(found)) return { entry: found, body: undefined };
    const body = readBody(found.body);
    if (body === undefined || !isWhole(body, call)) return { fault: 'store-body' };
    return { entry: found, body };
  }

  /** What fails is left: it expires. */
  async function quietly(work: () => void | Promise<void> | undefined): Promise<void> {
    try {
      await within(work() as undefined | Promise<void>, storeTimeout);
    } catch {}
  }

  return {
    nameOf,
    keyOf: (canonical, context) => andThen(nameOf(canonical, context), keyOfId),
    keyOfId,
    read(key, call) {
      try {
        const found = within(store.get(key), storeTimeout);
        if (!isPromise(found)) return check(key, call, found);
        return found.then(
          (entry) => (entry === late ? { fault: 'store-timeout' } : check(key, call, entry)),
          () => ({ fault: 'store-error' }),
        );
      } catch {
        return { fault: 'store-error' };
      }
    },
    write(key, entry) {
      try {
        const written = within(store.set(key, entry) as undefined | Promise<void>, storeTimeout);
        if (!isPromise(written)) return undefined;
        return written.then(
          (result) => (result === late ? 'store-timeout' : undefined),
          () => 'store-error',
        );
      } catch {
        return 'store-error';
      }
    },
    drop: (key) => quietly(() => store.delete(key)),
    async claim(key, ttlMs) {
      try {
        const taken = await within(store.claim?.(key, ttlMs) ?? true, storeTimeout);
        return taken !== false;
      } catch {
        return true;
      }
    },
    release: (key) => quietly(() => store.release?.(key)),
  };
}

/** A stored body, parsed; `undefined` for anything but a JSON object. */
export function readBody(bytes: Uint8Array): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(utf8.decode(bytes));
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as JsonObject)
      : undefined;
  } catch {
    return undefined;
  }
}

function isWhole(body: JsonObject, call: ModelCall): boolean {
  try {
    return typeof reachOfReply(call.dialect.readReply(body, call), call, body) === 'string';
  } catch {
    return false;
  }
}
