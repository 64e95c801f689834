import { createContextKey, defineMiddleware } from '@wintergate/core';
import type { JsonObject, JsonValue } from '@wintergate/wire';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { planScopeKey } from './cache-key.ts';
import { type CallOptions, chatBody, createBench, jsonReply } from './fixture.ts';

const question = 'What is the capital of France?';

/** Everything that keeps two calls apart, one at a time. Each is a call that the plain one may not answer. */
const differences = fc.oneof(
  named(
    'credential',
    fc.string({ minLength: 1, maxLength: 20, unit: 'grapheme-ascii' }),
    (value) => ({
      headers: { authorization: `Bearer x${value.replace(/[^\w]/g, '_')}` },
    }),
  ),
  named('key header', fc.constantFrom('x-api-key', 'api-key', 'x-goog-api-key'), (name) => ({
    headers: { [name]: 'another' },
  })),
  named('cookie beside the credential', fc.constant('session=1'), (cookie) => ({
    headers: { cookie },
  })),
  named(
    'answer-changing header',
    fc.constantFrom('openai-organization', 'openai-project', 'openai-beta', 'x-tone'),
    (name) => ({
      headers: { [name]: 'other' },
    }),
  ),
  named('end user', fc.string({ minLength: 1, maxLength: 10 }), (user) => ({ body: { user } })),
  named('path', fc.constantFrom('v2', 'openai/v1', 'deployments/a'), (path) => ({
    url: `http://gateway/${path}/chat/completions`,
  })),
  named(
    'origin',
    fc.constantFrom('http://other', 'https://gateway', 'http://gateway:81'),
    (origin) => ({
      url: `${origin}/v1/chat/completions`,
    }),
  ),
  named('query', fc.constantFrom('?key=1', '?api-version=2', '?a'), (query) => ({
    url: `http://gateway/v1/chat/completions${query}`,
  })),
  named('model', fc.string({ minLength: 1, maxLength: 10 }), (model) => ({ body: { model } })),
  named('system text', fc.string(), (content) => ({
    body: {
      messages: [
        { role: 'system', content },
        { role: 'user', content: question },
      ],
    },
  })),
  named(
    'earlier turns',
    fc.array(fc.string({ minLength: 1 }), { minLength: 1, maxLength: 3 }),
    (turns) => ({
      body: {
        messages: [
          ...turns.map((content, at) => ({ role: at % 2 === 0 ? 'user' : 'assistant', content })),
          { role: 'user', content: question },
        ],
      },
    }),
  ),
  named('author', fc.string({ minLength: 1 }), (name) => ({
    body: { messages: [{ role: 'user', name, content: question }] },
  })),
  named('role', fc.constantFrom('system', 'assistant'), (role) => ({
    body: { messages: [{ role, content: question }] },
  })),
  named(
    'parameter',
    fc.constantFrom('temperature', 'top_p', 'presence_penalty', 'frequency_penalty'),
    (name) => ({
      body: { [name]: 0.5 },
    }),
  ),
  named('limit', fc.integer({ min: 1 }), (max_tokens) => ({ body: { max_tokens } })),
  named('stop', fc.string({ minLength: 1 }), (stop) => ({ body: { stop: [stop] } })),
  named('seed', fc.integer(), (seed) => ({ body: { seed } })),
  named('log probabilities', fc.constant(true), (logprobs) => ({ body: { logprobs } })),
  named('reasoning effort', fc.constantFrom('low', 'high'), (reasoning_effort) => ({
    body: { reasoning_effort },
  })),
  named('response format', fc.constant({ type: 'json_object' }), (response_format) => ({
    body: { response_format },
  })),
  named('tools', fc.string({ minLength: 1 }), (name) => ({
    body: { tools: [{ type: 'function', function: { name } }] },
  })),
  named(
    'unknown field',
    fc
      .constantFrom('x_new', '__proto__x', 'constructor', 'toString', 'hasOwnProperty')
      .chain((name) =>
        fc
          .oneof(
            fc.integer(),
            fc.string(),
            fc.boolean(),
            fc.constant<JsonValue>([]),
            fc.constant<JsonValue>({}),
          )
          .map((value) => ({ name, value })),
      ),
    ({ name, value }) => ({ body: { [name]: value } }),
  ),
);

function named<T>(
  name: string,
  values: fc.Arbitrary<T>,
  make: (value: T) => CallOptions,
): fc.Arbitrary<[string, CallOptions]> {
  return values.map((value) => [name, make(value)]);
}

function createCache() {
  return createBench({ cache: { keyHeaders: ['x-tone'] } });
}

describe('no entry is shared', () => {
  it('between calls that differ in anything that counts, in either tier, in either order', async () => {
    await fc.assert(
      fc.asyncProperty(
        differences,
        fc.boolean(),
        fc.constantFrom(question, 'what is the capital of france'),
        async ([name, change], swapped, text) => {
          const bench = createCache();
          const [first, second]: [CallOptions, CallOptions] = swapped ? [change, {}] : [{}, change];
          await bench.ask(question, first);
          const answer = await bench.ask(text, second);
          expect(`${name}: ${answer.cache}`).not.toContain('; hit');
          expect(bench.calls()).toBe(2);
        },
      ),
      { numRuns: 400 },
    );
  });

  it('between two tenants, whatever both ask', async () => {
    const bench = createCache();
    await fc.assert(
      fc.asyncProperty(
        fc.string({ maxLength: 30 }),
        fc.constantFrom('a', 'b'),
        async (text, tenant) => {
          const answer = await bench.ask(`ask ${text}`, {
            headers: { authorization: `Bearer ${tenant}`, 'x-tone': tenant },
          });
          await bench.ask(`ask ${text}`, {
            headers: { authorization: `Bearer ${tenant}`, 'x-tone': tenant },
          });
          const other = tenant === 'a' ? 'b' : 'a';
          const theirs = await bench.ask(`ask ${text}`, {
            headers: { authorization: `Bearer ${other}`, 'x-tone': other },
          });
          expect(theirs.text).not.toBe(answer.text);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('between tenants whose names could run into each other', async () => {
    const bench = createBench({
      cache: { tenant: (request) => request.headers.get('x-tenant') ?? undefined },
    });
    const tenants = [
      'a',
      'a"',
      'a",null',
      'a\\',
      'option:a',
      'credential:a',
      '__proto__',
      'A',
      'a ',
    ];
    for (const tenant of tenants) {
      const encoded = encodeURIComponent(tenant);
      expect((await bench.ask('Hi', { headers: { 'x-tenant': encoded } })).cache).toContain(
        'fwd=miss',
      );
    }
  });

  it('between plans of the router', async () => {
    const router = defineMiddleware('modelRouter', (request, next, context) => {
      const cacheScope = request.headers.get('x-plan');
      if (cacheScope !== null) context.set(planScopeKey, { cacheScope });
      return next();
    });
    const bench = createBench({ outer: [router] });
    const ask = (headers: Record<string, string>) => bench.ask('Hi', { headers });
    for (const headers of [{}, { 'x-plan': 'a' }, { 'x-plan': 'b' }]) {
      expect((await ask(headers as Record<string, string>)).cache).toContain('fwd=miss');
      expect((await ask(headers as Record<string, string>)).cache).toContain('hit');
    }
  });

  it('between versions of the cache', async () => {
    const kept = new Map();
    const store = {
      location: 'process' as const,
      get: ({ text }: { text: string }) => kept.get(text),
      set: ({ text }: { text: string }, entry: unknown) => void kept.set(text, entry),
      delete: ({ text }: { text: string }) => void kept.delete(text),
    };
    await createBench({ cache: { store } }).ask('Hi');
    expect((await createBench({ cache: { store, version: '2' } }).ask('Hi')).cache).toContain(
      'fwd=miss',
    );
    expect(kept.size).toBe(2);
  });

  it('but between calls that differ in what can not change the answer', async () => {
    const bench = createBench();
    await bench.ask(question);
    const same: CallOptions[] = [
      { body: { metadata: { trace: '1' } } },
      { body: { n: 1 } },
      { body: { temperature: null } as JsonObject },
      { headers: { 'x-request-id': 'another', 'user-agent': 'other' } },
      { body: { messages: [{ content: [{ text: question, type: 'text' }], role: 'user' }] } },
    ];
    for (const options of same)
      expect((await bench.ask(question, options)).cache).toContain('detail=exact');
  });
});

describe('a fallback of another model', () => {
  const outcomeKey = createContextKey<object>('@wintergate/core/outcome');
  const failover = (model: string) =>
    defineMiddleware('failover', async (_request, next, context) => {
      const response = await next();
      context.set(outcomeKey, {
        source: 'upstream',
        complete: true,
        target: { provider: 'p', model },
      });
      return response;
    });
  const router = defineMiddleware('modelRouter', (_request, next, context) => {
    context.set(planScopeKey, {
      cacheScope: 'gpt-big',
      candidates: [{ model: 'gpt-big' }, { model: 'gpt-small' }],
    });
    return next();
  });
  const end = () => jsonReply(chatBody('x'));

  it.each([
    ['the planned model', 'gpt-big', {}, 'fwd=miss; stored'],
    ['a fallback', 'gpt-small', {}, 'fwd=miss'],
    [
      'a fallback, when asked to keep it',
      'gpt-small',
      { storeFallbacks: true },
      'fwd=miss; stored',
    ],
  ])('%s', async (_, model, cache, status) => {
    const bench = createBench({ outer: [router], inner: [failover(model)], cache, end });
    expect((await bench.ask('Hi')).cache).toBe(`wintergate; ${status}`);
    expect((await bench.ask('Hi')).cache.includes('hit')).toBe(status.includes('stored'));
    await bench.settled();
    const stores = bench.events.filter(({ type }) => type === 'cache-store');
    expect(stores[0]).toMatchObject(
      status.includes('stored') ? { stored: true } : { stored: false, detail: 'fallback-model' },
    );
  });

  it('is none without a plan: the one target may have a model of its own', async () => {
    const bench = createBench({ inner: [failover('llama')], end });
    expect((await bench.ask('Hi')).cache).toBe('wintergate; fwd=miss; stored');
    expect((await bench.ask('Hi')).cache).toContain('hit');
  });
});
