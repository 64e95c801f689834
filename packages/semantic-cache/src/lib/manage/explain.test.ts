import { compose, createContext, toHandler } from '@wintergate/core';
import { describe, expect, it } from 'vitest';
import { chatBody, chatRequest, jsonReply } from '../fixture.ts';
import { flatIndex } from '../flat-index.ts';
import type { SemanticCacheOptions } from '../options.ts';
import { fixedThreshold } from '../policy.ts';
import { semanticCache } from '../semantic-cache.ts';
import { manageCache } from './manage-cache.ts';

const question = "What's the capital of France?";

async function filled(options: SemanticCacheOptions = {}, texts: readonly string[] = [question]) {
  const cache = semanticCache({ tenant: 'shared', ...options });
  let calls = 0;
  const handler = toHandler(compose(cache), () => {
    calls++;
    return jsonReply(chatBody('Paris'));
  });
  for (const text of texts) await (await handler(chatRequest(text))).text();
  await new Promise((resolve) => setTimeout(resolve, 0));
  return { cache, handler, calls: () => calls };
}

describe('explain()', () => {
  it('says what is near, what objects, and what would be decided', async () => {
    const { cache, calls } = await filled();
    const same = await manageCache(cache).explain(chatRequest(question));
    expect(same).toMatchObject({ reach: 'all', exact: 'hit' });
    const alike = await manageCache(cache).explain(chatRequest('what is the capital of france'));
    expect(alike.exact).toBe('miss');
    expect(alike.nearest).toEqual([
      {
        id: expect.stringMatching(/^[0-9a-f]{14}$/),
        text: question,
        similarity: expect.closeTo(1),
        guard: undefined,
        decision: 'hit',
      },
    ]);
    const other = await manageCache(cache).explain(chatRequest('What is the capital of Norway?'));
    expect(other.nearest).toMatchObject([{ text: question, guard: expect.any(String) }]);
    expect((await manageCache(cache).explain(chatRequest('Bananas'))).nearest).toEqual([]);
    expect(calls()).toBe(1);
  });

  it('finds a slip of the keys among many texts of one template, and shows the others', async () => {
    const ask = (what: string) =>
      `please write a friendly birthday greeting for our ${what} department`;
    const others = Array.from({ length: 9 }, (_, at) => ask(`wonderful${'abcdefghi'[at]}`));
    const { cache, handler, calls } = await filled({}, [ask('marketing'), ...others]);
    const slip = ask('markteing');
    const { nearest } = await manageCache(cache).explain(chatRequest(slip));
    expect(nearest.map(({ text, guard }) => ({ text, guard }))).toEqual([
      { text: ask('marketing'), guard: undefined },
      ...others
        .slice(-3)
        .reverse()
        .map((text) => ({ text, guard: expect.any(String) })),
    ]);
    const response = await handler(chatRequest(slip));
    expect(response.headers.get('cache-status')).toContain('detail=semantic');
    expect(calls()).toBe(10);
  });

  it('changes nothing: what was near is as near as before', async () => {
    const { cache, handler, calls } = await filled();
    for (let at = 0; at < 3; at++)
      await manageCache(cache).explain(chatRequest('what is the capital of france'));
    const response = await handler(chatRequest('what is the capital of france'));
    expect(response.headers.get('cache-status')).toContain('detail=semantic');
    expect(calls()).toBe(1);
  });

  it('tells entries whose time is over, and those that are gone', async () => {
    let time = 0;
    const now = () => time;
    const index = flatIndex({ now });
    const options = { ttl: '1 m', staleIfError: '1 h', now, semantic: { index } } as const;
    const { cache } = await filled(options);
    time = 60_000;
    const stale = await manageCache(cache).explain(chatRequest(question));
    expect(stale).toMatchObject({ exact: 'stale', nearest: [{ decision: 'gone' }] });
  });

  it('tells when the policy would not', async () => {
    const { cache } = await filled({
      semantic: { policy: fixedThreshold(1), index: flatIndex() },
    });
    const { nearest } = await manageCache(cache).explain(
      chatRequest('What is the capital of Frances?'),
    );
    expect(nearest).toMatchObject([{ decision: 'miss' }]);
  });

  it('says why the cache is not used', async () => {
    const { cache } = await filled();
    const request = new Request('http://gateway/other');
    expect(await manageCache(cache).explain(request)).toEqual({ bypass: 'no-call', nearest: [] });
    const many = chatRequest('a', { body: { n: 2 } });
    expect(await manageCache(cache).explain(many)).toEqual({ bypass: 'choices', nearest: [] });
    const nobody = semanticCache();
    const unknown = chatRequest('a', { headers: { authorization: '' } });
    expect(await manageCache(nobody).explain(unknown, createContext(unknown))).toMatchObject({
      bypass: 'no-tenant',
    });
    const translator = { role: 'system', content: 'Translate what you get into French.' };
    const messages = [translator, { role: 'user', content: 'a' }];
    const worded = await manageCache(semanticCache({ tenant: 'shared' })).explain(
      chatRequest('', { body: { messages } }),
    );
    expect(worded).toEqual({ reach: 'exact', exact: 'miss', nearest: [] });
    const exact = semanticCache({ tenant: 'shared', semantic: false });
    expect(await manageCache(exact).explain(chatRequest('a'))).toEqual({
      reach: 'all',
      exact: 'miss',
      nearest: [],
    });
  });
});
