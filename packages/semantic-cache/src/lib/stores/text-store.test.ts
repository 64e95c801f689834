import fc from 'fast-check';
import { createStorage } from 'unstorage';
import { describe, expect, it } from 'vitest';
import { cacheStoreConformance, entry, key } from '../cache-store.conformance.ts';
import { createCipher } from './encryption.ts';
import { decodeEntry, encodeEntry } from './entry-codec.ts';
import { type KVNamespaceLike, kvStore } from './kv-store.ts';
import { type TextStorage, type TextStoreOptions, textStore } from './text-store.ts';
import { unstorageStore } from './unstorage-store.ts';

function inMap(options: TextStoreOptions = {}) {
  const kept = new Map<string, string>();
  const times: number[] = [];
  const storage: TextStorage = {
    get: async (name) => kept.get(name),
    async set(name, text, ttlMs) {
      times.push(ttlMs);
      kept.set(name, text);
    },
    delete: async (name) => kept.delete(name),
    async clear(prefix) {
      for (const name of kept.keys()) if (name.startsWith(prefix)) kept.delete(name);
    },
  };
  return { kept, times, store: textStore(storage, options) };
}

const encryptionKey = 'sixteen characters and more';

cacheStoreConformance('textStore()', (now) => inMap({ now }).store);
cacheStoreConformance('textStore(), encrypted', (now) => inMap({ now, encryptionKey }).store);
cacheStoreConformance('unstorageStore()', (now) => unstorageStore(createStorage(), { now }));

describe('encodeEntry()', () => {
  it('is undone by decodeEntry(), whatever the bytes', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 200 }),
        fc.option(fc.string(), { nil: undefined }),
        (body, text) => {
          const given = entry('k', { body, text, scope: text, storedAt: 1.5 });
          expect(decodeEntry(encodeEntry(given))).toEqual({ ...given, body: new Uint8Array(body) });
        },
      ),
    );
  });

  it('keeps JSON readable', () => {
    expect(encodeEntry(entry('k', { body: new TextEncoder().encode('{"ü":1}') }))).toContain('ü');
  });

  it.each([
    ...[
      undefined,
      null,
      1,
      {},
      '',
      '{}',
      'wg1:',
      'wg1:{',
      'wg1:null',
      'wg1:[]',
      'wg1:{"version":0}',
    ],
    'wg1:{"version":1,"bytes":"*"}',
  ])('takes nothing else for an entry: %j', (text) => {
    expect(decodeEntry(text)).toBeUndefined();
  });
});

describe('textStore()', () => {
  it('tells how long to keep an entry, and keeps none that is over', async () => {
    const { kept, times, store } = inMap({ now: () => 1000 });
    await store.set(key('a'), entry('a', { expiresAt: 1500.5 }));
    await store.set(key('b'), entry('b', { expiresAt: 1000 }));
    await store.set(key('c'), entry('c', { expiresAt: Number.NaN }));
    await store.set(key('d'), entry('d', { expiresAt: 1e300 }));
    expect(times).toEqual([501, 365 * 24 * 3600 * 1000]);
    expect([...kept.keys()]).toEqual(['wintergate:cache:a', 'wintergate:cache:d']);
  });

  it('refuses an entry that was put under another name', async () => {
    const { kept, store } = inMap({ prefix: 'p:' });
    await store.set(key('a'), entry('a'));
    kept.set('p:b', kept.get('p:a') ?? '');
    expect(await store.get(key('b'))).toBeUndefined();
  });

  it('lets what the storage rejects with pass', async () => {
    const failing = async () => Promise.reject(new Error('down'));
    const store = textStore({ get: failing, set: failing, delete: failing });
    await expect(store.get(key('a'))).rejects.toThrow('down');
    await expect(store.set(key('a'), entry('a'))).rejects.toThrow('down');
    await expect(store.clear()).rejects.toThrow('can not be emptied');
  });
});

describe('encrypted entries', () => {
  it('are opened by their key alone, under their name alone', async () => {
    const { kept, store } = inMap({ encryptionKey });
    const secret = entry('a', { text: 'a secret question' });
    await store.set(key('a'), secret);
    const [sealed = ''] = kept.values();
    expect(sealed).not.toMatch(/secret|question/);
    expect(await store.get(key('a'))).toEqual(secret);

    const [name = ''] = kept.keys();
    const cipher = createCipher('another key of enough characters');
    expect(await cipher.open(sealed, name)).toBeUndefined();
    expect(await createCipher(encryptionKey).open(sealed, `${name}x`)).toBeUndefined();
    const flipped = `${sealed.slice(0, -6)}${sealed.at(-6) === 'A' ? 'B' : 'A'}${sealed.slice(-5)}`;
    expect(await createCipher(encryptionKey).open(flipped, name)).toBeUndefined();
    for (const other of [undefined, '', 'wg1e:', 'wg1e:AAAA', encodeEntry(secret)])
      expect(await createCipher(encryptionKey).open(other, name)).toBeUndefined();
  });

  it('never look alike', async () => {
    const cipher = createCipher(encryptionKey);
    expect(await cipher.seal('a', 'n')).not.toBe(await cipher.seal('a', 'n'));
  });

  it('take a key that was made elsewhere', async () => {
    const made = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 128 }, false, [
      'encrypt',
      'decrypt',
    ]);
    const cipher = createCipher(made);
    expect(await cipher.open(await cipher.seal('ü', 'n'), 'n')).toBe('ü');
  });

  it('need a key of some length', () => {
    expect(() => inMap({ encryptionKey: 'too short' })).toThrow(
      'Set "encryptionKey" to 16 characters or more',
    );
  });

  it('are misses for a store without the key, and the other way', async () => {
    const { kept, store } = inMap({ encryptionKey });
    const plain = textStore({
      get: async (name) => kept.get(name),
      set: async (name, text) => kept.set(name, text),
      delete: async (name) => kept.delete(name),
    });
    await store.set(key('a'), entry('a'));
    expect(await plain.get(key('a'))).toBeUndefined();
    await plain.set(key('a'), entry('a'));
    expect(await store.get(key('a'))).toBeUndefined();
  });
});

describe('kvStore()', () => {
  it('keeps entries at least as long as KV demands, and hands out none that is over', async () => {
    const kept = new Map<string, string>();
    const ttls: number[] = [];
    const namespace: KVNamespaceLike = {
      get: async (name) => kept.get(name) ?? null,
      async put(name, value, { expirationTtl }) {
        if (expirationTtl < 60) throw new Error('Invalid expiration_ttl');
        ttls.push(expirationTtl);
        kept.set(name, value);
      },
      async delete(name) {
        kept.delete(name);
      },
    };
    let time = 0;
    const store = kvStore(namespace, { now: () => time });
    await store.set(key('a'), entry('a', { expiresAt: 10_000 }));
    await store.set(key('b'), entry('b', { expiresAt: 100_001 }));
    expect(ttls).toEqual([60, 101]);
    expect((await store.get(key('a')))?.key).toBe('a');
    time = 10_000;
    expect(await store.get(key('a'))).toBeUndefined();
    await store.delete(key('b'));
    expect(await store.get(key('b'))).toBeUndefined();
    await expect(store.clear()).rejects.toThrow('no "list"');
  });

  it('is emptied page by page, of its own names only', async () => {
    const kept = new Map([['other', 'x']]);
    const namespace: KVNamespaceLike = {
      get: async (name) => kept.get(name) ?? null,
      put: async (name, value) => void kept.set(name, value),
      delete: async (name) => void kept.delete(name),
      async list({ prefix }) {
        const all = [...kept.keys()].filter((name) => name.startsWith(prefix)).sort();
        const keys = all.slice(0, 2).map((name) => ({ name }));
        return all.length > 2
          ? { keys, list_complete: false, cursor: 'more' }
          : { keys, list_complete: true };
      },
    };
    const store = kvStore(namespace);
    for (const name of ['a', 'b', 'c', 'd', 'e'])
      await store.set(key(name), entry(name, { expiresAt: Date.now() + 60_000 }));
    expect(kept.size).toBe(6);
    await store.clear();
    expect([...kept.keys()]).toEqual(['other']);
  });
});
