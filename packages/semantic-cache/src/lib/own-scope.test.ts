import { describe, expect, it } from 'vitest';
import { createBench } from './fixture.ts';
import type { ScopeOption } from './own-scope.ts';

const bench = (scope: ScopeOption) => createBench({ cache: { tenant: 'shared', scope } });
const question = "What's the capital of France?";
const alike = 'what is the capital of france';

describe('the scope option', () => {
  it('narrows by a text of its own, in both tiers', async () => {
    const { ask } = bench((_call, request) => ({ add: request.headers.get('x-edition') ?? '' }));
    await ask(question, { headers: { 'x-edition': 'one' } });
    const cacheOf = async (text: string, edition: string) =>
      (await ask(text, { headers: { 'x-edition': edition } })).cache;
    expect(await cacheOf(question, 'one')).toContain('detail=exact');
    expect(await cacheOf(alike, 'one')).toContain('detail=semantic');
    expect(await cacheOf(question, 'two')).toContain('fwd=miss');
    expect(await cacheOf(alike, 'three')).toContain('fwd=miss');
  });

  it('widens by fields that may differ, in both tiers', async () => {
    const { ask } = bench(() => ({ ignore: ['temperature', 'model'] }));
    await ask(question, { body: { temperature: 0.1 } });
    const cacheOf = async (text: string, body: object) =>
      (await ask(text, { body: { ...body } })).cache;
    expect(await cacheOf(question, { temperature: 0.9, model: 'other' })).toContain('detail=exact');
    expect(await cacheOf(alike, { temperature: 0.5 })).toContain('detail=semantic');
    expect(await cacheOf(question, { top_p: 0.5 })).toContain('fwd=miss');
  });

  it('is asked for each request, however often the very same call comes', async () => {
    const { ask, calls } = bench((_call, request) => {
      const edition = request.headers.get('x-edition');
      return edition === 'wide' ? { ignore: ['temperature'] } : { add: edition ?? '' };
    });
    for (let time = 0; time < 4; time++) {
      for (const edition of ['one', 'two', 'wide'])
        await ask(question, { headers: { 'x-edition': edition }, body: { temperature: 0.1 } });
    }
    expect(calls()).toBe(3);
    const { cache } = await ask(question, {
      headers: { 'x-edition': 'wide' },
      body: { temperature: 0.2 },
    });
    expect(cache).toContain('detail=exact');
  });

  it('never lets tenants share', async () => {
    const { ask } = createBench({ cache: { scope: () => ({ ignore: ['user'] }) } });
    await ask(question);
    const other = await ask(question, { headers: { authorization: 'Bearer two' } });
    expect(other.cache).toContain('fwd=miss');
  });

  it.each<[string, ScopeOption]>([
    [
      'throws',
      () => {
        throw new Error('no');
      },
    ],
    ['wants the question ignored', () => ({ ignore: ['messages'] })],
    ['adds no text', () => ({ add: 1 as never })],
    ['says something else', () => ({ tenant: 'a' }) as never],
    ['is no object', () => 'a' as never],
    // What it would add comes too late, and calls that it keeps apart would share.
    ['has to be waited for', (async () => ({ add: 'a' })) as never],
    ['fails later', (async () => Promise.reject(new Error('late'))) as never],
  ])('caches nothing when it %s', async (_how, scope) => {
    const { ask, calls } = bench(scope);
    await ask(question);
    expect((await ask(question)).cache).toContain('fwd=bypass; detail=scope');
    expect(calls()).toBe(2);
  });

  it('changes nothing when it says nothing', async () => {
    const { ask } = bench(() => undefined);
    await ask(question);
    expect((await ask(question)).cache).toContain('detail=exact');
  });
});
