import { bearerAuth, compose, toHandler } from '@wintergate/core';
import { describe, expect, it } from 'vitest';
import { chatBody, chatRequest, jsonReply } from '../fixture.ts';
import type { SemanticCacheOptions } from '../options.ts';
import { semanticCache } from '../semantic-cache.ts';
import { manageCache } from './manage-cache.ts';
import { type WarmResult, type WarmRow, warmCache } from './warm-cache.ts';

const rows: readonly WarmRow[] = [
  { prompt: 'When are you open?', answer: 'From nine to five.' },
  { prompt: 'What does it cost?', answer: 'Ten euros.', system: 'You sell plants.' },
];

function setup(options: SemanticCacheOptions = {}) {
  const cache = semanticCache({ tenant: 'shared', ...options });
  let calls = 0;
  const handler = toHandler(compose(cache), () => jsonReply(chatBody(`Answer ${++calls}`)));
  async function ask(text: string, change: Parameters<typeof chatRequest>[1] = {}) {
    const response = await handler(chatRequest(text, change));
    return { text: await response.text(), cache: response.headers.get('cache-status') ?? '' };
  }
  return { cache, ask, calls: () => calls };
}

describe('warmCache()', () => {
  it('answers calls that nobody has made yet, as JSON and as a stream', async () => {
    const { cache, ask, calls } = setup();
    const told: string[] = [];
    const onRow = ({ state }: WarmResult, { prompt }: WarmRow, at: number) =>
      told.push(`${at} ${state} ${prompt}`);
    expect(await warmCache(cache, rows, { model: 'gpt-test', onRow })).toEqual({
      stored: 2,
      known: 0,
      refused: 0,
    });
    expect(told).toEqual(['0 stored When are you open?', '1 stored What does it cost?']);
    expect(await ask('When are you open?')).toMatchObject({
      text: expect.stringContaining('From nine to five.'),
      cache: expect.stringContaining('detail=exact'),
    });
    expect((await ask('when are you open')).cache).toContain('detail=semantic');
    expect((await ask('When are you open?', { stream: true })).text).toContain('[DONE]');
    const system = { role: 'system', content: 'You sell plants.' };
    const messages = [system, { role: 'user', content: 'What does it cost?' }];
    expect((await ask('', { body: { messages } })).text).toContain('Ten euros.');
    expect(calls()).toBe(0);
    // Another system text, another model: others' calls.
    await ask('What does it cost?');
    await ask('When are you open?', { body: { model: 'gpt-other' } });
    expect(calls()).toBe(2);
  });

  it('leaves the answer that is there', async () => {
    const { cache, ask } = setup();
    await ask('When are you open?');
    await new Promise((resolve) => setTimeout(resolve, 0));
    const counts = await warmCache(cache, rows, { model: 'gpt-test' });
    expect(counts).toEqual({ stored: 1, known: 1, refused: 0 });
    expect((await ask('When are you open?')).text).toContain('Answer 1');
  });

  it('stores the own answer of a prompt that another one is like', async () => {
    const { cache, ask } = setup();
    const alike: WarmRow[] = [
      { prompt: 'How do I reset my password?', answer: 'In the settings.' },
      { prompt: 'How can I reset my password?', answer: 'Ask Anna.' },
    ];
    const options = { model: 'gpt-test' };
    expect(await warmCache(cache, alike, options)).toEqual({ stored: 2, known: 0, refused: 0 });
    expect(await warmCache(cache, alike, options)).toEqual({ stored: 0, known: 2, refused: 0 });
    for (const { prompt, answer } of alike) {
      const { text, cache: status } = await ask(prompt);
      expect([text, status]).toEqual([
        expect.stringContaining(answer),
        expect.stringContaining('detail=exact'),
      ]);
    }
  });

  it('fills the cache of the tenant whose credential it is given', async () => {
    const cache = semanticCache();
    const keys = { acme: 'sk-acme-0123456789', blue: 'sk-blue-0123456789' };
    const chain = compose(bearerAuth({ keys }), cache);
    const headers = { authorization: `Bearer ${keys.acme}` };
    await warmCache(chain, rows, { model: 'gpt-test', headers });
    const manager = manageCache(cache);
    expect((await manager.stats({ tenant: 'acme' })).entries).toBe(2);
    expect((await manager.stats({ tenant: 'blue' })).entries).toBe(0);
  });

  it('says why an answer was not stored', async () => {
    const results: WarmResult[] = [];
    const onRow = (result: WarmResult) => results.push(result);
    const nobody = semanticCache();
    await warmCache(nobody, rows.slice(0, 1), { model: 'gpt-test', onRow });
    const small = semanticCache({ tenant: 'shared', maxEntryBytes: 10 });
    await warmCache(small, rows.slice(0, 1), { model: 'gpt-test', onRow });
    const chain = compose(bearerAuth({ keys: { acme: 'sk-acme-0123456789' } }), nobody);
    await warmCache(chain, rows.slice(0, 1), { model: 'gpt-test', onRow });
    expect(results).toMatchObject([
      { state: 'refused', why: 'bypass' },
      { state: 'refused' },
      { state: 'refused', why: expect.stringMatching(/^status 401/) },
    ]);
  });

  it.each([
    [{ prompt: '', answer: 'a' }, '"prompt"'],
    [{ prompt: 'a' }, '"answer"'],
    [{ prompt: 'a', answer: 1 }, '"answer"'],
  ])('refuses the row %j by its number', async (row, what) => {
    const { cache } = setup();
    const all = [...rows, row as WarmRow];
    const work = warmCache(cache, all, { model: 'gpt-test' });
    await expect(work).rejects.toThrow(`Give row 3 a ${what}`);
    await expect(warmCache(cache, rows)).rejects.toThrow('Give row 1 a "model"');
  });
});
