/** Looks into a cache: what is in it, what would come of a request; and takes entries out. */
import {
  type Context,
  contextOf,
  createContext,
  type Middleware,
  type Next,
} from '@wintergate/core';
import type { CacheEntry } from '../cache-entry.ts';
import { type CacheParts, partsKey } from '../parts.ts';
import { ownerOf } from '../plan.ts';
import { shortId } from '../visit.ts';
import { type Explanation, explainVisit } from './explain.ts';

/** Which entries; all that is said must hold. */
export interface CacheFilter {
  /** As `Cache-Status`, events and lists of this process name it, or the key of a store outside. */
  readonly id?: string | undefined;
  readonly tag?: string | undefined;
  /** What the `tenant` option, or auth, answered for the callers. */
  readonly tenant?: string | undefined;
  /** As lists name it: entries that may answer one another. */
  readonly scope?: string | undefined;
}

/** A stored answer, as people read it. */
export interface CacheItem {
  readonly id: string;
  /** The last message; `undefined` where only an identical call may have the answer. */
  readonly text: string | undefined;
  readonly tags: readonly string[];
  /** The tenant, or outside of the process its HMAC. */
  readonly owner: string | undefined;
  readonly scope: string | undefined;
  /** Of the answer. */
  readonly bytes: number;
  /** Milliseconds since the epoch, as all times. */
  readonly storedAt: number;
  readonly expiresAt: number;
  readonly usage: CacheEntry['usage'];
}

export interface CacheStats {
  readonly entries: number;
  /** Of the answers, without keys and bookkeeping. */
  readonly bytes: number;
  readonly tenants: number;
  /** Entries that similar calls may have. */
  readonly similar: number;
  /** How many entries have each tag. */
  readonly tags: Readonly<Record<string, number>>;
  /** What the answers cost when they were made. */
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly oldest: number | undefined;
  readonly newest: number | undefined;
}

export interface CacheManager {
  /** Entries that are served, in any order. */
  list(filter?: CacheFilter): AsyncIterable<CacheItem>;
  stats(filter?: CacheFilter): Promise<CacheStats>;
  /**
   * Removes entries, from the store and from the index. A filter that says nothing is refused; `'all'`
   * empties the cache, whoever filled it.
   *
   * @returns how many; `undefined` where the store could only be emptied, uncounted.
   */
  purge(filter: CacheFilter | 'all'): Promise<number | undefined>;
  /**
   * Says what would become of a request, without asking the upstream or changing anything: whether it is
   * in the cache, which stored texts are nearest, what the guards object, what the policy decides.
   *
   * @param context whose tenant counts; default: the request's own, else a new one.
   */
  explain(request: Request, context?: Context): Promise<Explanation>;
}

/**
 * Manages a cache. Each method rejects when the store does; one whose store can not be listed (it has no
 * `entries`) rejects but for `explain`, `purge({ id })` with a key, and `purge('all')`.
 *
 * @param cache made by `semanticCache()`; with other middlewares around it, the cache itself.
 * @throws {TypeError} for anything else.
 * @example
 * const manager = manageCache(cache);
 * await manager.purge({ tag: 'price-list' });
 */
export function manageCache(cache: Middleware): CacheManager {
  const parts = (cache as { [partsKey]?: CacheParts })[partsKey];
  if (parts === undefined) throw new TypeError('Expected what semanticCache() made');
  const { settings, access, lookup, admit } = parts;
  const { store, semantic } = settings;

  async function* find(filter: CacheFilter): AsyncGenerator<CacheEntry> {
    const { id, tag, tenant, scope } = filter;
    const owners = tenant === undefined ? undefined : await ownersOf(tenant);
    for await (const entry of entriesOf()) {
      if (id !== undefined && id !== entry.key && id !== shortId(access.keyOfId(entry.key)))
        continue;
      if (tag !== undefined && entry.tags?.includes(tag) !== true) continue;
      if (owners !== undefined && !owners.includes(entry.owner ?? '')) continue;
      if (scope !== undefined && entry.scope !== scope) continue;
      yield entry;
    }
  }

  function entriesOf(): Iterable<CacheEntry> | AsyncIterable<CacheEntry> {
    if (store.entries === undefined) throw new Error('The store of this cache can not be listed');
    return store.entries();
  }

  /** A tenant is known by what named it. */
  function ownersOf(tenant: string): Promise<string[]> {
    const context = createContext(new Request('http://cache.invalid/'));
    const names = [`option:${tenant}`, `auth:${tenant}`, tenant];
    return Promise.all(names.map((name) => ownerOf(name, access, context)));
  }

  async function forget({ key, scope }: Pick<CacheEntry, 'key' | 'scope'>): Promise<void> {
    if (scope !== undefined) await semantic?.neighbours.delete(scope, access.keyOfId(key));
  }

  async function remove(entry: Pick<CacheEntry, 'key' | 'scope'>): Promise<void> {
    await store.delete(access.keyOfId(entry.key));
    await forget(entry);
  }

  async function purgeAll(): Promise<number | undefined> {
    let count: number | undefined;
    if (store.entries !== undefined) {
      count = 0;
      // Emptied as a whole below, where it can be.
      const take = store.clear === undefined ? remove : forget;
      for (const entry of await all(find({}))) {
        await take(entry);
        count++;
      }
    }
    if (store.clear !== undefined) await store.clear();
    else if (count === undefined) throw new Error('The store of this cache can not be emptied');
    return count;
  }

  return {
    async *list(filter = {}) {
      for await (const entry of find(filter))
        yield toItem(entry, shortId(access.keyOfId(entry.key)));
    },
    async stats(filter = {}) {
      return summarize(find(filter));
    },
    async purge(filter) {
      if (filter === 'all') return purgeAll();
      const { id } = filter;
      if (!Object.values(filter).some((value) => value !== undefined))
        throw new TypeError('Say what to purge: id, tag, tenant or scope, or "all"');
      if (store.entries === undefined && id !== undefined) {
        const found = await store.get(access.keyOfId(id));
        if (found !== undefined) await remove(found);
        return found === undefined ? 0 : 1;
      }
      const found = await all(find(filter));
      for (const entry of found) await remove(entry);
      return found.length;
    },
    async explain(request, given) {
      const context = given ?? contextOf(request) ?? createContext(request);
      const visit = await admit(request, nobody, context);
      if (visit === undefined) return { bypass: 'no-call', nearest: [] };
      if ('refused' in visit) return { bypass: visit.refused, nearest: [] };
      return explainVisit(visit, settings, access, lookup);
    },
  };
}

const nobody: Next = () => Promise.reject(new Error('Nobody is asked'));

/** First all, then what is done with them: a store may not be changed while it is listed. */
async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const item of items) found.push(item);
  return found;
}

function toItem(entry: CacheEntry, id: string): CacheItem {
  const { text, tags = [], owner, scope, body, storedAt, expiresAt, usage } = entry;
  return { id, text, tags, owner, scope, bytes: body.byteLength, storedAt, expiresAt, usage };
}

async function summarize(entries: AsyncIterable<CacheEntry>): Promise<CacheStats> {
  const tenants = new Set<string | undefined>();
  const tags = new Map<string, number>();
  let [count, bytes, similar, inputTokens, outputTokens] = [0, 0, 0, 0, 0];
  let oldest: number | undefined;
  let newest: number | undefined;
  for await (const entry of entries) {
    count++;
    bytes += entry.body.byteLength;
    tenants.add(entry.owner);
    if (entry.scope !== undefined) similar++;
    for (const tag of entry.tags ?? []) tags.set(tag, (tags.get(tag) ?? 0) + 1);
    inputTokens += entry.usage?.inputTokens ?? 0;
    outputTokens += entry.usage?.outputTokens ?? 0;
    oldest = Math.min(oldest ?? entry.storedAt, entry.storedAt);
    newest = Math.max(newest ?? entry.storedAt, entry.storedAt);
  }
  return {
    entries: count,
    bytes,
    tenants: tenants.size,
    similar,
    tags: Object.fromEntries(tags),
    inputTokens,
    outputTokens,
    oldest,
    newest,
  };
}
