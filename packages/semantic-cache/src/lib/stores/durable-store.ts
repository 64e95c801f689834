/** Entries in Durable Objects, one object each. */
import type { CacheStore } from '../cache-store.ts';
import { ttlHeader } from './cache-object.ts';
import { type TextStoreOptions, textStore } from './text-store.ts';

/** A namespace of Durable Objects whose class is `CacheObject`, as far as it is used. */
export interface DurableNamespaceLike {
  idFromName(name: string): object;
  get(id: object): {
    fetch(
      url: string,
      init: { method: string; headers?: Record<string, string>; body?: string },
    ): Promise<Response>;
  };
}

/**
 * Creates a store in Durable Objects, the only one on Workers that is the same everywhere at once: identical
 * calls of several places can share one flight (`singleFlight.across`), and what one has stored the next one
 * finds. An object is made where it is first asked for, so that a lookup from far away takes longer than in
 * Workers KV. It can not be listed: entries are purged by prompt, and by changing `version`.
 *
 * @throws {RangeError} when `encryptionKey` is too short.
 * @example
 * export { CacheObject } from '@wintergate/semantic-cache/workers';
 * const cache = semanticCache({
 *   store: durableStore(env.CACHE),
 *   secret: env.CACHE_SECRET,
 *   singleFlight: { across: '30 s' },
 * });
 */
export function durableStore(
  namespace: DurableNamespaceLike,
  options: TextStoreOptions = {},
): CacheStore {
  async function ask(method: string, name: string, ttlMs?: number, body?: string) {
    const headers = ttlMs === undefined ? undefined : { [ttlHeader]: String(ttlMs) };
    const object = namespace.get(namespace.idFromName(name));
    const response = await object.fetch('https://cache.invalid/', {
      method,
      ...(headers !== undefined && { headers }),
      ...(body !== undefined && { body }),
    });
    if (response.status >= 400 && response.status !== 404 && response.status !== 409)
      throw new Error(`The cache's Durable Object answered ${response.status}`);
    return response;
  }

  // Nobody knows all objects: they can not be emptied together.
  const { clear: _, ...store } = textStore(
    {
      async get(name) {
        const response = await ask('GET', name);
        const text = await response.text();
        return response.ok ? text : undefined;
      },
      set: (name, text, ttlMs) => ask('PUT', name, ttlMs, text),
      delete: (name) => ask('DELETE', name),
      claim: async (name, ttlMs) => (await ask('POST', name, ttlMs)).ok,
    },
    options,
  );
  return store;
}
