import { describe, expect, it, vi } from 'vitest';
import { cacheStoreConformance, entry, key } from '../cache-store.conformance.ts';
import { CacheObject, type DurableStateLike } from './cache-object.ts';
import { type DurableNamespaceLike, durableStore } from './durable-store.ts';

/** Objects as the platform keeps them: one a name, and each does one thing at a time. */
function createNamespace(): DurableNamespaceLike & { alarms: Map<string, number> } {
  const objects = new Map<string, { object: CacheObject; last: Promise<unknown> }>();
  const alarms = new Map<string, number>();
  const create = (name: string) => {
    let kept = new Map<string, unknown>();
    const storage: DurableStateLike['storage'] = {
      get: async (member) => kept.get(member),
      async put(entries) {
        if (Object.keys(entries).length > 128) throw new Error('More than 128 values');
        for (const [member, value] of Object.entries(entries)) {
          if (typeof value === 'string' && 2 * value.length > 128 * 1024)
            throw new Error('More than 128 KiB');
          kept.set(member, value);
        }
      },
      list: async ({ prefix }) =>
        new Map([...kept].filter(([member]) => member.startsWith(prefix)).sort()),
      async deleteAll() {
        kept = new Map();
      },
      deleteAlarm: async () => void alarms.delete(name),
      setAlarm: async (time) => void alarms.set(name, time),
    };
    return { object: new CacheObject({ storage }), last: Promise.resolve() };
  };
  return {
    alarms,
    idFromName: (name) => ({ name }),
    get(id) {
      const { name } = id as { name: string };
      const known = objects.get(name) ?? create(name);
      objects.set(name, known);
      return {
        async fetch(url, init) {
          const answer = known.last.then(() => known.object.fetch(new Request(url, init)));
          known.last = answer;
          return await answer;
        },
      };
    },
  };
}

cacheStoreConformance('durableStore()', (now) => durableStore(createNamespace(), { now }));

describe('durableStore()', () => {
  it('keeps what is larger than one value, and no more than fits one write', async () => {
    const store = durableStore(createNamespace());
    const expiresAt = Date.now() + 60_000;
    const body = new TextEncoder().encode('ä'.repeat(500_000));
    await store.set(key('a'), entry('a', { body, expiresAt }));
    expect(Buffer.from((await store.get(key('a')))!.body).equals(body)).toBe(true);
    await store.set(key('a'), entry('a', { expiresAt }));
    expect((await store.get(key('a')))?.body).toEqual(entry('a').body);
    const huge = new TextEncoder().encode('a'.repeat(8_000_000));
    await expect(store.set(key('b'), entry('b', { body: huge, expiresAt }))).rejects.toThrow('400');
    expect(await store.get(key('b'))).toBeUndefined();
  });

  it('lets one of many claim a name, until it is given back or its time is over', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: 1_000_000 });
    try {
      const namespace = createNamespace();
      const [one, other] = [durableStore(namespace), durableStore(namespace)];
      const stores = [one, other, one, other];
      const claims = await Promise.all(stores.map((store) => store.claim!(key('a'), 5000)));
      expect(claims.filter(Boolean)).toHaveLength(1);
      expect(await other.claim!(key('b'), 5000)).toBe(true);
      await one.release!(key('a'));
      expect(await other.claim!(key('a'), 5000)).toBe(true);
      vi.setSystemTime(1_005_000);
      expect(await one.claim!(key('a'), 5000)).toBe(true);
    } finally {
      vi.useRealTimers();
    }
  });

  it('has itself woken to forget, and not when it was deleted', async () => {
    const namespace = createNamespace();
    const store = durableStore(namespace);
    const expiresAt = Date.now() + 60_000;
    await store.set(key('a'), entry('a', { expiresAt }));
    const [[name, time]] = [...namespace.alarms] as [[string, number]];
    expect(Math.abs(time - expiresAt)).toBeLessThan(5000);
    expect(name).toBe('wintergate:cache:a');
    await store.delete(key('a'));
    expect(namespace.alarms.size).toBe(0);
  });

  it('tells of an object that is something else', async () => {
    const store = durableStore({
      idFromName: () => ({}),
      get: () => ({ fetch: async () => new Response('no', { status: 500 }) }),
    });
    await expect(store.get(key('a'))).rejects.toThrow('answered 500');
  });
});
