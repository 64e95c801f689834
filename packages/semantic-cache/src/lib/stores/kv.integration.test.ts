import { createRequire } from 'node:module';
import { reportRan } from '@wintergate/test-helpers';
import { Miniflare } from 'miniflare';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cacheStoreConformance, entry, key } from '../cache-store.conformance.ts';
import { type KVNamespaceLike, kvStore } from './kv-store.ts';

describe("in Cloudflare's emulator of Workers KV", () => {
  let emulator: Miniflare;
  let namespace: KVNamespaceLike;
  let count = 0;
  /** Each test its own: what one leaves behind is nothing to another. */
  const prefix = (): string => `t${++count}:`;

  beforeAll(async () => {
    emulator = new Miniflare({
      modules: true,
      script: 'export default { fetch: () => new Response() }',
      compatibilityDate: '2026-04-01',
      kvNamespaces: ['CACHE'],
    });
    namespace = (await emulator.getKVNamespace('CACHE')) as unknown as KVNamespaceLike;
    const { version } = createRequire(import.meta.url)('miniflare/package.json');
    reportRan({ suite: 'unit', runtime: 'Workers KV (Miniflare)', version });
  }, 60_000);
  afterAll(() => emulator?.dispose());

  /** The namespace is there once the tests run. */
  const late: KVNamespaceLike = {
    get: (name) => namespace.get(name),
    put: (name, value, options) => namespace.put(name, value, options),
    delete: (name) => namespace.delete(name),
    list: (options) => namespace.list!(options),
  };

  cacheStoreConformance('kvStore()', (now) => kvStore(late, { prefix: prefix(), now }));

  it('takes an answer that lives for a second', async () => {
    const store = kvStore(namespace, { prefix: prefix() });
    await store.set(key('a'), entry('a', { expiresAt: Date.now() + 1000 }));
    expect((await store.get(key('a')))?.key).toBe('a');
  });

  it('lists and empties more than a page of them', async () => {
    const own = prefix();
    const store = kvStore(namespace, { prefix: own });
    const other = kvStore(namespace, { prefix: prefix() });
    const expiresAt = Date.now() + 600_000;
    await other.set(key('stays'), entry('stays', { expiresAt }));
    const names = Array.from({ length: 1005 }, (_, at) => `k${at}`);
    await Promise.all(names.map((name) => store.set(key(name), entry(name, { expiresAt }))));
    const listed: string[] = [];
    for await (const one of store.entries?.() ?? []) listed.push(one.key);
    expect(listed.sort()).toEqual(names.sort());
    await store.clear();
    expect(await store.get(key('k7'))).toBeUndefined();
    expect((await namespace.list!({ prefix: own })).keys).toEqual([]);
    expect((await other.get(key('stays')))?.key).toBe('stays');
  }, 60_000);
});
