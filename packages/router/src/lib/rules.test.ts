import { createContext, RequestError } from '@wintergate/core';
import { describe, expect, it } from 'vitest';
import { modelRouter } from './model-router.ts';
import type { ModelRouterOptions, Rule } from './options.ts';
import { chat, planOf, provider } from './test-support.ts';

const [a, b, c] = [provider('a'), provider('b'), provider('c')] as const;
const options: ModelRouterOptions = {
  rules: [
    {
      name: 'gold',
      when: { headers: { 'x-tier': 'gold' } },
      use: [b.target('big'), c.target('big')],
    },
    { name: 'night', when: ({ now }) => now >= 1_000, use: 'cheap' },
    { name: 'long', when: async ({ call }) => call.messages.length > 3, use: 'm' },
  ],
  routes: { m: a, 'x-*': b },
  aliases: { cheap: 'x-small' },
  default: c,
};

describe('rules', () => {
  const at = (now: number) => modelRouter({ ...options, now: () => now });
  const many = Array.from({ length: 4 }, () => ({ role: 'user', content: 'Hi' }));

  it.each([
    [
      'the first that holds',
      5_000,
      { headers: { 'x-tier': 'gold' } },
      'rule:gold',
      ['b:big', 'c:big'],
    ],
    ['an alias', 5_000, {}, 'rule:night', ['b:x-small']],
    [
      'a route, asked asynchronously',
      0,
      { model: 'y', body: { messages: many } },
      'rule:long',
      ['a:m'],
    ],
    ['the model, where none holds', 0, {}, 'model:m', ['a:-']],
    ['the default, where no name is known', 0, { model: 'y' }, 'default', ['c:-']],
  ])('lead to %s', async (_name, now, ask, rule, candidates) => {
    const result = await planOf(at(now), chat(ask));
    expect([result.plan?.rule, result.candidates]).toEqual([rule, candidates]);
  });

  it('are enough without routes', async () => {
    const router = modelRouter({ rules: [{ name: 'all', when: { stream: false }, use: a }] });
    expect((await planOf(router, chat())).candidates).toEqual(['a:-']);
    expect((await planOf(router, chat({ body: { stream: true } }))).response.status).toBe(404);
  });

  it.each<[string, unknown, string]>([
    ['a rule without a name', { when: { tools: true }, use: a }, 'Expected rules[0].name'],
    ['unknown conditions', { name: 'x', when: { tool: true }, use: a }, 'Expected rules[0].when'],
    [
      'a way to nowhere',
      { name: 'x', when: { tools: true }, use: 'nowhere' },
      'Expected rules[0].use to name a routed model: "nowhere" has no route',
    ],
    [
      'no targets',
      { name: 'x', when: { tools: true }, use: [] },
      'Expected rules[0].use to have at least one target',
    ],
  ])('may not be %s', (_name, rule, message) => {
    expect(() => modelRouter({ routes: { m: a }, rules: [rule as Rule] })).toThrow(message);
  });

  it('have names of their own', () => {
    const rule = { name: 'x', when: { tools: true }, use: a };
    expect(() => modelRouter({ rules: [rule, rule] })).toThrow(
      'Expected rules[1].name to be a text of its own',
    );
  });
});

describe('explain()', () => {
  it('says what would be chosen and why, and calls nobody', async () => {
    const router = modelRouter(options);
    const explained = await router.explain(chat({ headers: { 'x-tier': 'gold' } }));
    expect(explained).toEqual({
      rule: 'rule:gold',
      reason: 'first in order',
      candidates: [
        { provider: 'b', model: 'big', host: 'b.test' },
        { provider: 'c', model: 'big', host: 'c.test' },
      ],
      excluded: [],
      cacheScope: 'big',
    });
  });

  it('says that nothing takes a call', async () => {
    const explained = await modelRouter({ routes: { m: a } }).explain(chat({ model: 'z' }));
    expect(explained).toMatchObject({ rule: undefined, candidates: [] });
    expect(explained?.reason).toBe('no rule, route or default takes it');
  });

  it('knows nothing of other requests, and refuses bodies that are no call', async () => {
    const router = modelRouter({ routes: { m: a } });
    expect(await router.explain(new Request('http://g.test/v1/files'))).toBeUndefined();
    const broken = chat({ body: { messages: 'no' } });
    const failed = await router
      .explain(broken, createContext(broken))
      .catch((error: unknown) => error);
    expect(RequestError.isInstance(failed)).toBe(true);
  });
});

describe('capabilities', () => {
  const tools = [{ type: 'function', function: { name: 'f', parameters: {} } }];
  const known: Record<string, object> = {
    a: { tools: false, contextWindow: 100 },
    b: { maxOutput: 50, vision: false },
  };
  const router = modelRouter({
    routes: { m: [a, b] },
    default: [a, b, c],
    capabilities: ({ provider: name }) => known[name],
  });

  it.each([
    ['tools', { body: { tools } }, ['b:-'], 'no tools'],
    [
      'more output',
      { body: { max_tokens: 60 } },
      ['a:-'],
      'at most 50 tokens of output, asked for 60',
    ],
    [
      'a long text',
      { text: 'word '.repeat(150) },
      ['b:-'],
      /^a context of 100 tokens, the call needs about \d+$/,
    ],
  ])('leave out who can not take %s', async (_name, ask, candidates, reason) => {
    const explained = await router.explain(chat(ask));
    expect(explained?.candidates.map(({ provider: name }) => `${name}:-`)).toEqual(candidates);
    expect(explained?.excluded).toEqual([
      { target: expect.anything(), reason: expect.stringMatching(reason) },
    ]);
  });

  it('tell why nobody is left', async () => {
    const { response, plan } = await planOf(router, chat({ body: { tools, max_tokens: 60 } }));
    expect([response.status, plan]).toEqual([400, undefined]);
    expect((await response.json()).error).toMatchObject({
      code: 'no_capable_model',
      param: 'model',
      message:
        'No model of this route can take the call: m has no tools; m has at most 50 tokens of output, asked for 60',
    });
  });

  it('leave in whom nothing is known of', async () => {
    const { candidates } = await planOf(
      router,
      chat({ model: 'z', body: { tools, max_tokens: 60 } }),
    );
    expect(candidates).toEqual(['c:-']);
  });
});

describe('a tool loop', () => {
  const tools = [{ type: 'function', function: { name: 'f', parameters: {} } }];
  const question = { role: 'user', content: 'How is the weather?' };
  const call = { id: 'c1', type: 'function', function: { name: 'f', arguments: '{}' } };
  const results = [
    question,
    { role: 'assistant', tool_calls: [call] },
    { role: 'tool', tool_call_id: 'c1', content: 'rain' },
  ];
  const begins = () => chat({ body: { tools, messages: [question] } });
  const goesOn = () => chat({ body: { tools, messages: results } });
  const answeredBy = (name: string) => ({
    end: (_request: Request, context?: import('@wintergate/core').Context) => {
      const target = { provider: name, host: `${name}.test`, model: 'm' };
      context?.emit({ type: 'attempt-end', attempt: 1, target, ok: true, durationMs: 1 });
      return Response.json({ id: 'x' });
    },
  });

  it('stays with the target that began it, also where that was the fallback', async () => {
    const router = modelRouter({ routes: { m: [a, b, c] } });
    await planOf(router, begins(), answeredBy('b'));
    const next = await planOf(router, goesOn());
    expect(next.candidates).toEqual(['b:-', 'a:-', 'c:-']);
    expect(next.plan?.reason).toBe('stays with b, which began the tool loop');
  });

  it('is none of another conversation, and ends with its last result', async () => {
    const router = modelRouter({ routes: { m: [a, b, c] } });
    await planOf(router, begins(), answeredBy('b'));
    const other = results.map((message) =>
      message === question ? { ...question, content: 'And?' } : message,
    );
    expect((await planOf(router, chat({ body: { tools, messages: other } }))).candidates?.[0]).toBe(
      'a:-',
    );
    const after = [...results, { role: 'assistant', content: 'It rains.' }, question];
    expect((await planOf(router, chat({ body: { tools, messages: after } }))).candidates?.[0]).toBe(
      'a:-',
    );
  });

  it('goes on anywhere, where its target is no candidate any more', async () => {
    const router = modelRouter({ routes: { m: [a, b] } });
    await planOf(router, begins(), answeredBy('gone'));
    expect((await planOf(router, goesOn())).candidates).toEqual(['a:-', 'b:-']);
  });
});
