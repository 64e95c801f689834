import { bearerAuth, compose, toHandler } from '@wintergate/core';
import { nodeDigest } from '@wintergate/core/node';
import { describe, expect, it } from 'vitest';
import { chatBody, chatRequest, jsonReply } from '../fixture.ts';
import { memoryStore } from '../memory-store.ts';
import type { SemanticCacheOptions } from '../options.ts';
import { semanticCache } from '../semantic-cache.ts';
import { textStore } from '../stores/text-store.ts';
import { type CacheFilter, type CacheItem, manageCache } from './manage-cache.ts';

const secret = 'a secret of the tests';

/** Stores that can be listed: in the process, and outside of it. */
function outside() {
  const kept = new Map<string, string>();
  return textStore({
    get: async (name) => kept.get(name),
    set: async (name, text) => kept.set(name, text),
    delete: async (name) => kept.delete(name),
    async *names(prefix) {
      yield [...kept.keys()].filter((name) => name.startsWith(prefix));
    },
  });
}

function setup(options: SemanticCacheOptions = {}) {
  const cache = semanticCache({ secret, ...options });
  let calls = 0;
  const auth = bearerAuth({ keys: { acme: 'sk-acme-0123456789', blue: 'sk-blue-0123456789' } });
  const handler = toHandler(compose(auth, cache), () => jsonReply(chatBody(`Answer ${++calls}`)), {
    platform: { digest: nodeDigest },
  });
  return {
    manager: manageCache(cache),
    calls: () => calls,
    async ask(text: string, who = 'acme') {
      const headers = { authorization: `Bearer sk-${who}-0123456789` };
      const response = await handler(chatRequest(text, { headers }));
      await response.text();
      await new Promise((resolve) => setTimeout(resolve, 0));
      return response.headers.get('cache-status') ?? '';
    },
  };
}

async function list(items: AsyncIterable<CacheItem>): Promise<CacheItem[]> {
  const found: CacheItem[] = [];
  for await (const item of items) found.push(item);
  return found;
}

const tags = (call: { body: Record<string, unknown> }): string[] =>
  JSON.stringify(call.body).includes('price') ? ['price', 'all'] : ['all'];

describe.each([
  ['in the process', () => memoryStore()],
  ['outside', outside],
])('manageCache(), a store %s', (_where, create) => {
  it('removes the answer whose key Cache-Status names, the same or a similar one', async () => {
    const { ask, manager, calls } = setup({ store: create() });
    for (const text of ["What's the capital of France?", 'what is the capital of france']) {
      await ask("What's the capital of France?");
      await ask('What is the price?');
      const [, id = ''] = /^wintergate; hit; .*; key="(\w+)"/.exec(await ask(text)) ?? [];
      expect(await manager.purge({ id })).toBe(1);
      expect(await manager.purge({ id })).toBe(0);
      expect(await list(manager.list())).toMatchObject([{ text: 'What is the price?' }]);
    }
    expect(calls()).toBe(3);
  });

  it('lists and counts what is there', async () => {
    const { ask, manager } = setup({ store: create(), tags });
    await ask('What is the price?');
    await ask('What is the colour?');
    await ask('What is the colour?', 'blue');
    const items = await list(manager.list());
    expect(items).toHaveLength(3);
    const [price] = await list(manager.list({ tag: 'price' }));
    expect(price).toMatchObject({
      id: expect.stringMatching(/^[0-9a-f]{14}$/),
      text: 'What is the price?',
      tags: ['price', 'all'],
      usage: { inputTokens: 5, outputTokens: 7 },
    });
    expect((price?.expiresAt ?? 0) - (price?.storedAt ?? 0)).toBe(3_600_000);
    expect(await manager.stats()).toMatchObject({
      entries: 3,
      tenants: 2,
      similar: 3,
      tags: { price: 1, all: 3 },
      inputTokens: 15,
      outputTokens: 21,
      bytes: items.reduce((sum, { bytes }) => sum + bytes, 0),
    });
    expect(await manager.stats({ tenant: 'blue' })).toMatchObject({ entries: 1, tenants: 1 });
  });

  const purges: [string, (first: CacheItem) => CacheFilter | 'all', number, string[]][] = [
    ['a tag', () => ({ tag: 'price' }), 1, ['What is the price?/acme']],
    ['a tenant', () => ({ tenant: 'blue' }), 1, ['What is the colour?/blue']],
    ['an id', ({ id }) => ({ id }), 1, ['What is the price?/acme']],
    [
      'a scope',
      ({ scope }) => ({ scope }),
      2,
      ['What is the price?/acme', 'What is the colour?/acme'],
    ],
    ['a tag of a tenant', () => ({ tag: 'all', tenant: 'blue' }), 1, ['What is the colour?/blue']],
    ['nothing that is there', () => ({ tag: 'none' }), 0, []],
    [
      'all',
      () => 'all',
      3,
      ['What is the price?/acme', 'What is the colour?/acme', 'What is the colour?/blue'],
    ],
  ];
  it.each(purges)('removes by %s, and nothing else', async (_what, filter, count, gone) => {
    const { ask, manager, calls } = setup({ store: create(), tags });
    const questions = [
      'What is the price?/acme',
      'What is the colour?/acme',
      'What is the colour?/blue',
    ];
    const again = async (question: string) => ask(...(question.split('/') as [string, string]));
    for (const question of questions) await again(question);
    const [first] = await list(manager.list({ tag: 'price' }));
    expect(await manager.purge(filter(first as CacheItem))).toBe(count);
    expect(await list(manager.list())).toHaveLength(3 - count);
    for (const question of questions) {
      const before = calls();
      await again(question);
      expect([question, calls() - before]).toEqual([question, gone.includes(question) ? 1 : 0]);
    }
  });

  it('removes what similar calls were answered with', async () => {
    const { ask, manager } = setup({ store: create(), tags });
    await ask("What's the capital of France?");
    expect(await ask('what is the capital of france')).toContain('detail=semantic');
    const { nearest } = await manager.explain(
      chatRequest('what is the capital of france', {
        headers: { authorization: 'Bearer sk-acme-0123456789' },
      }),
    );
    expect(nearest).toEqual([]);
    await manager.purge({ tag: 'all' });
    expect(await ask('what is the capital of france')).toContain('fwd=miss');
  });
});

describe('manageCache()', () => {
  it('removes by the id that Cache-Status and explain name', async () => {
    const cache = semanticCache({ tenant: 'shared' });
    const handler = toHandler(compose(cache), () => jsonReply(chatBody('Paris')));
    await (await handler(chatRequest("What's the capital of France?"))).text();
    await new Promise((resolve) => setTimeout(resolve, 0));
    const manager = manageCache(cache);
    const asked = chatRequest('what is the capital of france');
    const [nearest] = (await manager.explain(asked)).nearest;
    expect(await manager.purge({ id: nearest?.id ?? '' })).toBe(1);
    expect((await manager.explain(chatRequest('what is the capital of france'))).nearest).toEqual(
      [],
    );
  });

  it('refuses a filter that says nothing', async () => {
    const { manager } = setup();
    await expect(manager.purge({})).rejects.toThrow('Say what to purge');
    await expect(manager.purge({ tag: undefined })).rejects.toThrow(TypeError);
  });

  it('refuses what is no cache', () => {
    expect(() => manageCache(compose())).toThrow(TypeError);
  });

  it('says of a store that can not be listed what it can not do', async () => {
    const kept = new Map<string, string>();
    const store = textStore({
      get: async (name) => kept.get(name),
      set: async (name, text) => kept.set(name, text),
      delete: async (name) => kept.delete(name),
    });
    const { ask, manager, calls } = setup({ store });
    await ask('What is the price?');
    await expect(manager.stats()).rejects.toThrow('can not be listed');
    await expect(manager.purge({ tag: 'x' })).rejects.toThrow('can not be listed');
    await expect(manager.purge('all')).rejects.toThrow('can not be emptied');
    const [name = ''] = kept.keys();
    const id = name.slice('wintergate:cache:'.length);
    expect(await manager.purge({ id })).toBe(1);
    expect(await manager.purge({ id })).toBe(0);
    await ask('What is the price?');
    expect(calls()).toBe(2);
  });

  it.each([
    [
      'throws',
      () => {
        throw new Error('no');
      },
    ],
    ['answers too many', () => Array.from({ length: 33 }, (_, at) => `t${at}`)],
    ['answers too long ones', () => ['x'.repeat(201)]],
    ['answers no texts', () => [1 as never]],
    ['answers one text for a list', () => 'doc-1' as never],
    ['has to be waited for', (async () => ['a']) as never],
  ])('keeps nothing when tags() %s', async (_how, given) => {
    const { ask, calls } = setup({ tags: given });
    await ask('What is the price?');
    await ask('What is the price?');
    expect(calls()).toBe(2);
  });

  it('tells nobody whose the entries outside are', async () => {
    const store = outside();
    const { ask, manager } = setup({ store });
    await ask('What is the price?');
    const [item] = await list(manager.list());
    expect(item?.owner).toMatch(/^[0-9a-f]{64}$/);
  });
});
