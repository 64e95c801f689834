import {
  bearerAuth,
  compose,
  createReply,
  defineMiddleware,
  tenantKey,
  toHandler,
} from '@wintergate/core';
import { nodeDigest } from '@wintergate/core/node';
import { dialects, type JsonObject } from '@wintergate/wire';
import { openaiResponses } from '@wintergate/wire/openai-responses';
import { describe, expect, it } from 'vitest';
import { chatBody, chatRequest, createBench, jsonReply } from './fixture.ts';
import { lightGuards } from './guards.ts';
import { lexicalEmbedder } from './lexical-embedder.ts';
import { memoryStore } from './memory-store.ts';
import { fixedThreshold } from './policy.ts';
import { semanticCache } from './semantic-cache.ts';

describe('semanticCache()', () => {
  it('answers an identical call from the cache, byte for byte', async () => {
    const bench = createBench();
    const first = await bench.ask('Hi there');
    bench.pass(2500);
    const second = await bench.ask('Hi there');
    expect(second.text).toBe(first.text);
    expect([first.cache, second.cache]).toEqual([
      'wintergate; fwd=miss; stored',
      expect.stringMatching(/^wintergate; hit; ttl=3597; detail=exact; key="[0-9a-f]{14}"$/),
    ]);
    expect(second.headers.get('age')).toBe('2');
    expect(bench.calls()).toBe(1);
  });

  it('answers a rewording as similar, and not a look-alike', async () => {
    const bench = createBench();
    await bench.ask('What is the capital of France?');
    expect((await bench.ask("what's the capital of france")).cache).toContain(
      'hit; ttl=3600; detail=semantic',
    );
    expect((await bench.ask('What is the capital of Germany?')).cache).toBe(
      'wintergate; fwd=miss; stored',
    );
    expect(bench.calls()).toBe(2);
  });

  it('names the guard that refused', async () => {
    const bench = createBench({
      cache: { semantic: { policy: { id: 'any', decide: () => 'hit' } } },
    });
    await bench.ask('Coffee with milk');
    expect((await bench.ask('Coffee without milk')).cache).toBe(
      'wintergate; fwd=miss; stored; detail=negation',
    );
    expect(bench.events.filter(({ type }) => type === 'cache-lookup').at(-1)).toMatchObject({
      result: 'miss',
      detail: 'negation',
    });
  });

  it('replays a stored JSON reply as a stream, and a stored stream as JSON', async () => {
    const bench = createBench();
    await bench.ask('json first');
    const streamed = await bench.ask('json first', { stream: true });
    expect(streamed.headers.get('content-type')).toContain('text/event-stream');
    expect(streamed.text).toContain('data: [DONE]');
    expect(streamed.cache).toContain('hit');
    await bench.ask('stream first', { stream: true });
    const json = JSON.parse((await bench.ask('stream first')).text);
    expect(json.choices[0].message.content).toBe('Answer 2');
    expect(bench.calls()).toBe(2);
  });

  it('tells how it was answered and what that once cost', async () => {
    const bench = createBench();
    await bench.ask('Hi');
    await bench.ask('Hi');
    const ends = bench.events.filter(({ type }) => type === 'response-end');
    expect(ends[0]).toMatchObject({ outcome: { source: 'upstream', complete: true } });
    expect(ends[1]).toMatchObject({
      outcome: { source: 'cache', complete: true, usage: { inputTokens: 5, outputTokens: 7 } },
    });
    const lookups = bench.events.filter(({ type }) => type === 'cache-lookup');
    expect(lookups).toMatchObject([{ result: 'miss' }, { result: 'hit', tier: 'exact' }]);
    expect(bench.events.filter(({ type }) => type === 'cache-store')).toMatchObject([
      { stored: true },
    ]);
  });

  it('lets an answer go when its time is over', async () => {
    const bench = createBench({ cache: { ttl: '10 s' } });
    await bench.ask('What is the capital of France?');
    bench.pass(10_000);
    expect((await bench.ask('What is the capital of France?')).cache).toContain('fwd=miss');
    expect(bench.calls()).toBe(2);
    bench.pass(9999);
    expect((await bench.ask('what is the capital of france')).cache).toContain(
      'hit; ttl=0; detail=semantic',
    );
  });

  it('passes what is no call through untouched', async () => {
    const bench = createBench({ end: () => createReply({ body: 'plain' }) });
    const response = await bench.handler(new Request('http://gateway/other'));
    expect(await response.text()).toBe('plain');
    expect(response.headers.get('cache-status')).toBeNull();
  });

  it('shares embeddings only between identical calls', async () => {
    const bench = createBench({
      end: (_, count) => jsonReply({ object: 'list', data: [{ embedding: [count] }] }),
    });
    const url = 'http://gateway/v1/embeddings';
    const ask = (input: string) => bench.ask('', { url, body: { messages: undefined, input } });
    await ask('What is the capital of France?');
    expect((await ask('What is the capital of France?')).cache).toContain('detail=exact');
    expect((await ask('what is the capital of france')).cache).toContain('fwd=miss');
  });
});

describe('semanticCache() obeys the caller', () => {
  const control = (value: string) => ({ headers: { 'cache-control': value } });

  it('neither reads nor keeps with no-store', async () => {
    const bench = createBench();
    await bench.ask('Hi');
    expect((await bench.ask('Hi', control('no-store'))).cache).toBe(
      'wintergate; fwd=bypass; detail=no-store',
    );
    await bench.ask('Ho', control('no-store'));
    expect((await bench.ask('Ho')).cache).toContain('fwd=miss');
  });

  it('asks again and keeps the new answer with no-cache', async () => {
    const bench = createBench();
    await bench.ask('Hi');
    const fresh = await bench.ask('Hi', control('no-cache'));
    expect(fresh.cache).toBe('wintergate; fwd=request; stored; detail=no-cache');
    expect((await bench.ask('Hi')).text).toBe(fresh.text);
    expect(bench.calls()).toBe(2);
  });

  it('takes an answer of at most max-age, in both tiers', async () => {
    const bench = createBench();
    await bench.ask('What is the capital of France?');
    bench.pass(5000);
    expect(
      (await bench.ask('What is the capital of France?', control('max-age=5'))).cache,
    ).toContain('hit');
    expect(
      (await bench.ask('what is the capital of france', control('max-age=4'))).cache,
    ).toContain('fwd=');
    expect((await bench.ask('What is the capital of France?', control('max-age=4'))).cache).toMatch(
      /^wintergate; hit; ttl=3600; detail=semantic; similarity=1\.000; policy="fixed:0\.92"; key="\w+"$/,
    );
  });

  it('answers 504 in the dialect when only-if-cached and there is nothing', async () => {
    const bench = createBench();
    const absent = await bench.ask('What is the capital of France?', control('only-if-cached'));
    expect([absent.status, bench.calls()]).toEqual([504, 0]);
    expect(JSON.parse(absent.text).error).toMatchObject({ code: 'only_if_cached' });
    expect(absent.headers.get('x-should-retry')).toBe('false');
    await bench.ask('What is the capital of France?');
    expect(
      (await bench.ask('what is the capital of france', control('only-if-cached'))).status,
    ).toBe(200);
    const bypassed = await bench.ask('x', control('only-if-cached, no-store'));
    expect(bypassed.status).toBe(504);
  });

  it('does not with cacheControl: false', async () => {
    const bench = createBench({ cache: { cacheControl: false } });
    await bench.ask('Hi');
    expect((await bench.ask('Hi', control('no-store'))).cache).toContain('hit');
  });
});

describe('semanticCache() and tenants', () => {
  const anonymous = { headers: { authorization: '' } };

  it('neither reads nor keeps for nobody', async () => {
    const bench = createBench();
    expect((await bench.ask('Hi', anonymous)).cache).toBe(
      'wintergate; fwd=bypass; detail=no-tenant',
    );
    expect((await bench.ask('Hi', anonymous)).cache).toBe(
      'wintergate; fwd=bypass; detail=no-tenant',
    );
    expect(bench.calls()).toBe(2);
  });

  it('shares between all with tenant: "shared", but not between end users', async () => {
    const bench = createBench({ cache: { tenant: 'shared' } });
    await bench.ask('Hi', anonymous);
    expect((await bench.ask('Hi')).cache).toContain('hit');
    expect((await bench.ask('Hi', { body: { user: 'ann' } })).cache).toContain('fwd=miss');
    expect((await bench.ask('Hi', { body: { user: 'ann' } })).cache).toContain('hit');
    expect((await bench.ask('Hi', { body: { user: 'bob' } })).cache).toContain('fwd=miss');
  });

  it('shares between end users with endUser: false', async () => {
    const bench = createBench({ cache: { endUser: false } });
    await bench.ask('Hi', { body: { user: 'ann' } });
    expect((await bench.ask('Hi', { body: { user: 'bob' } })).cache).toContain('hit');
  });

  it('digests credentials where the host can do so only later', async () => {
    const platform = {
      digest: async (data: string | Uint8Array, key?: string) => nodeDigest(data, key),
    };
    const bench = createBench({ platform });
    await bench.ask('Hi');
    expect((await bench.ask('Hi')).cache).toContain('hit');
  });

  it("takes an SDK's own key for nobody", async () => {
    const bench = createBench({ platform: { client: true } });
    expect((await bench.ask('Hi')).cache).toContain('detail=no-tenant');
  });

  it('goes by the identity of auth before the credential', async () => {
    const auth = defineMiddleware('auth', (request, next, context) => {
      context.set(tenantKey, request.headers.get('x-team') ?? '');
      return next();
    });
    const bench = createBench({ outer: [auth] });
    const ask = (team: string, authorization: string) =>
      bench.ask('Hi', { headers: { 'x-team': team, authorization } });
    await ask('red', 'Bearer 1');
    expect((await ask('red', 'Bearer 2')).cache).toContain('hit');
    expect((await ask('blue', 'Bearer 1')).cache).toContain('fwd=miss');
  });

  it('works behind bearerAuth()', async () => {
    const bench = createBench({
      outer: [bearerAuth({ keys: { ann: 'key-of-ann-000000', bob: 'key-of-bob-000000' } })],
    });
    const ask = (key: string) => bench.ask('Hi', { headers: { authorization: `Bearer ${key}` } });
    await ask('key-of-ann-000000');
    expect((await ask('key-of-ann-000000')).cache).toContain('hit');
    expect((await ask('key-of-bob-000000')).cache).toContain('fwd=miss');
  });

  it.each([
    ['answers nothing', () => undefined],
    ['answers an empty text', () => ''],
    ['throws', () => Promise.reject(new Error('no'))],
  ])('caches nothing when the tenant function %s', async (_, tenant) => {
    const bench = createBench({ cache: { tenant } });
    await bench.ask('Hi');
    expect((await bench.ask('Hi')).cache).toBe('wintergate; fwd=bypass; detail=no-tenant');
  });

  it('share a store in memory between caches, as far as the tenant is the same', async () => {
    const store = memoryStore({ now: () => 1_700_000_000_000 });
    const shared = { cache: { tenant: 'shared', store } };
    const [one, two] = [createBench(shared), createBench(shared)];
    const other = createBench({ cache: { tenant: 'other', store } });
    await one.ask('Hi there');
    expect((await two.ask('Hi there')).cache).toContain('detail=exact');
    expect((await other.ask('Hi there')).cache).toContain('fwd=miss');
    expect([one.calls(), two.calls(), other.calls()]).toEqual([1, 0, 1]);
  });
});

describe('semanticCache() keeps only what is whole and plain', () => {
  it.each([
    ['another status', () => jsonReply(chatBody('x'), 201), 'status'],
    ['an error', () => jsonReply({ error: { message: 'no' } }, 500), 'status'],
    ['an error inside of a 200', () => jsonReply({ error: { message: 'no' } }), 'error'],
    [
      'no finish reason',
      () => jsonReply(chatBody('x', { choices: [{ index: 0, message: { content: 'x' } }] })),
      'incomplete',
    ],
    ['no choices', () => jsonReply(chatBody('x', { choices: [] })), 'incomplete'],
    ['a content filter', () => jsonReply(finished('content_filter')), 'content-filter'],
    ['an unknown finish', () => jsonReply(finished('weird')), 'finish'],
    [
      'no JSON',
      () => createReply({ headers: { 'content-type': 'application/json' }, body: '{"a":' }),
      'incomplete',
    ],
    ['an array', () => jsonReply([1]), 'incomplete'],
    ['too many bytes', () => jsonReply(chatBody('x'.repeat(3000))), 'incomplete'],
  ])('not %s', async (_, end, detail) => {
    const bench = createBench({ end, cache: { maxEntryBytes: 2000 } });
    await bench.ask('Hi');
    await bench.settled();
    await bench.ask('Hi');
    expect(bench.calls()).toBe(2);
    const stores = bench.events.filter(({ type }) => type === 'cache-store');
    expect(stores.every((event) => (event as { stored?: boolean }).stored === false)).toBe(true);
    expect((stores[0] as { detail?: string } | undefined)?.detail).toBe(detail);
    expect(stores).toHaveLength(2);
  });

  it('nor in another coding, and says so', async () => {
    const end = () =>
      createReply({
        headers: { 'content-type': 'application/json', 'content-encoding': 'gzip' },
        body: new Uint8Array([31, 139]),
      });
    const bench = createBench({ end });
    await bench.ask('Hi');
    expect(bench.events).toContainEqual(
      expect.objectContaining({ type: 'cache-store', stored: false, detail: 'content-encoding' }),
    );
  });

  it.each<[number, JsonObject]>([
    [2, { seed: 9007199254740992 }],
    [2, { extra: [{ deep: -9007199254740992 }] }],
    [2, { extra: 1e300 }],
    [1, { seed: 9007199254740991 }],
    [1, { metadata: { id: 9007199254740992 } }],
  ])('calls upstream %d times for a number as in %j', async (calls, body) => {
    const bench = createBench();
    await bench.ask('Hi', { body });
    const again = await bench.ask('Hi', { body });
    expect(bench.calls()).toBe(calls);
    expect(again.cache).toContain(calls === 1 ? 'hit' : 'fwd=bypass; detail=unsafe-integer');
  });

  it.each([
    ['more than one choice', { n: 2 }, 'choices'],
    ['a high temperature', { temperature: 1.5 }, 'temperature'],
  ])('not for %s', async (_, body, detail) => {
    const bench = createBench();
    expect((await bench.ask('Hi', { body })).cache).toBe(
      `wintergate; fwd=bypass; detail=${detail}`,
    );
  });

  it.each([
    ['tools', { tools: [{ type: 'function', function: { name: 'f' } }] }],
    ['a response format', { response_format: { type: 'json_object' } }],
    ['a seed', { seed: 1 }],
  ])('for identical calls only with %s', async (_, body) => {
    const bench = createBench();
    await bench.ask('What is the capital of France?', { body });
    expect((await bench.ask('What is the capital of France?', { body })).cache).toContain(
      'detail=exact',
    );
    expect((await bench.ask('what is the capital of france', { body })).cache).toContain(
      'fwd=miss',
    );
  });

  it.each([
    [
      'a tool call',
      { tool_calls: [{ id: '1', type: 'function', function: { name: 'f', arguments: '{}' } }] },
      'tool_calls',
    ],
    ['a refusal', { refusal: 'I can not' }, 'stop'],
    ['a reply cut by its length', { content: 'The cap' }, 'length'],
  ])('%s for identical calls only', async (_, message, finish_reason) => {
    const body = chatBody('', {
      choices: [{ index: 0, message: { role: 'assistant', ...message }, finish_reason }],
    });
    const bench = createBench({ end: () => jsonReply(body) });
    await bench.ask('What is the capital of France?');
    expect((await bench.ask('What is the capital of France?')).cache).toContain('detail=exact');
    expect((await bench.ask('what is the capital of france')).cache).toContain('fwd=miss');
  });

  it.each<[string, () => unknown]>([
    ['no', () => false],
    ['no number', () => 0],
    ['a promise of no', async () => false],
    ['a promise that fails', async () => Promise.reject(new Error('late'))],
    [
      'an error',
      () => {
        throw new Error('no');
      },
    ],
  ])('keeps nothing when cacheable answers %s', async (_what, cacheable) => {
    const bench = createBench({ cache: { cacheable: cacheable as () => boolean } });
    expect((await bench.ask('Hi')).cache).toContain('detail=not-cacheable');
  });

  it('keeps nothing for a time that has to be waited for', async () => {
    const bench = createBench({ cache: { ttl: (async () => '1 m') as never } });
    await bench.ask('Hi');
    expect((await bench.ask('Hi')).cache).toContain('fwd=miss');
  });
});

describe('semanticCache() options', () => {
  it.each([
    [{ tenant: '' }, 'Set "tenant" to a text that is not empty'],
    [{ tenant: true as never }, 'Set "tenant" to a text that is not empty, or to a function'],
    [{ tennant: 'me' } as never, 'Remove "tennant" from the options of semanticCache(): it knows'],
    [
      { semantic: { thresholds: 1 } as never },
      'Remove "thresholds" from the options of "semantic": it knows embedder',
    ],
    [{ semantic: true as never }, 'Give "semantic" an object of options: got boolean'],
    [
      { singleFlight: { accross: 1 } as never },
      'Remove "accross" from the options of "singleFlight": it knows abandoned',
    ],
    [
      { keyHeaders: 'x-a' as never },
      'Expected "keyHeaders" of semanticCache() to be of type string[]',
    ],
    [
      { cacheable: true as never },
      'Expected "cacheable" of semanticCache() to be of type function',
    ],
    [{ scope: {} as never }, 'Expected "scope" of semanticCache() to be of type function'],
    [{ secret: {} as never }, 'Expected "secret" of semanticCache() to be of type string'],
    [{ secret: 'short' }, 'Set "secret" to 16 characters or more'],
    [{ maxEntryBytes: 0 }, 'Set "maxEntryBytes" to a positive number: got 0'],
    [{ maxTemperature: -1 }, 'Set "maxTemperature" to zero or more: got -1'],
    [{ ttl: 0 }, 'Set "ttl" to more than zero'],
    [{ hitUsage: 'none' as never }, `Set "hitUsage" to 'original' or 'zero': got none`],
    [{ replayFraming: 'x' as never }, `Set "replayFraming" to 'original' or 'whole': got x`],
    [{ ttl: 'soon' as '1 s' }, 'Expected "ttl" to be milliseconds'],
    [{ semantic: { candidates: 0 } }, 'Set "semantic.candidates" from 1 to 100: got 0'],
    [
      { semantic: { guards: (() => []) as never } },
      'Give "semantic.guards" a list of guards, such as [...lightGuards(), mine]',
    ],
    [
      { semantic: { guards: [{ name: 'No; way', refuses: () => false }] } },
      'Name a guard in lower case',
    ],
    [{ semantic: { guards: [lightGuards()] as never } }, 'Give "semantic.guards" a list of guards'],
    [
      { semantic: { policy: fixedThreshold as never } },
      'Set "semantic.policy" to what has a method "decide"',
    ],
    [{ semantic: { embedder: lexicalEmbedder as never } }, 'Set "semantic.embedder" to what has'],
    [{ semantic: { index: {} as never } }, 'Set "semantic.index" to what has a method "query"'],
    [{ store: null as never }, 'Set "store" to what has a method "get"'],
    [
      { semantic: { embedder: { id: 'mine', dimensions: 3, embed: () => [] } } },
      'Set "semantic.policy" for the embedder "mine"',
    ],
    [
      { store: { location: 'outside' as const, get: () => undefined, set() {}, delete() {} } },
      'Set "secret" for a store outside the process',
    ],
  ])('%j: says what to do', (options, message) => {
    expect(() => semanticCache(options)).toThrow(message);
  });

  it('has a role and a name', () => {
    expect([semanticCache().role, semanticCache().name]).toEqual([
      'semanticCache',
      'semanticCache',
    ]);
  });

  it('works when called by hand, without a context', async () => {
    const cache = semanticCache({ tenant: 'shared' });
    const next = async () => jsonReply(chatBody('by hand'));
    await (await cache(chatRequest('Hi'), next)).text();
    const again = await cache(chatRequest('Hi'), next);
    expect(again.headers.get('cache-status')).toContain('hit');
  });
});

function finished(reason: string) {
  return chatBody('x', {
    choices: [{ index: 0, message: { content: 'x' }, finish_reason: reason }],
  });
}

describe('a call that goes on with what the provider remembers', () => {
  it.each([
    [2, { conversation: 'conv_1' }],
    [1, { previous_response_id: 'resp_1' }],
  ])('calls upstream %d times for %j', async (times, fields) => {
    let calls = 0;
    const handler = toHandler(
      compose(dialects(openaiResponses), semanticCache({ tenant: 'me' })),
      () => {
        calls++;
        const content = [{ type: 'output_text', text: 'Hello' }];
        const output = [{ type: 'message', role: 'assistant', content }];
        return jsonReply({ id: 'resp_2', object: 'response', status: 'completed', output });
      },
    );
    const ask = async () => {
      const response = await handler(
        new Request('http://gateway.test/v1/responses', {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ model: 'm', input: 'Hi', ...fields }),
        }),
      );
      await response.text();
      return response.headers.get('cache-status');
    };
    await ask();
    const again = await ask();
    expect(calls).toBe(times);
    expect(again).toContain(times === 1 ? 'hit' : 'fwd=bypass; detail=unique');
  });
});
