import { compose, type GatewayEvent, toHandler } from '@wintergate/core';
import { openaiCompatible, type Plan, planKey, simulated, upstream } from '@wintergate/providers';
import { describe, expect, it } from 'vitest';
import { modelRouter } from './model-router.ts';
import type { ModelRouterOptions } from './options.ts';

const a = openaiCompatible({
  name: 'a',
  baseUrl: 'https://a.test/v1',
  apiKey: 'k',
  models: ['m1', 'm2'],
});
const b = openaiCompatible({ name: 'b', baseUrl: 'https://b.test/v1', apiKey: 'k' });

function chat(model: string): Request {
  return new Request('http://g.test/v1/chat/completions', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ model, messages: [{ role: 'user', content: 'Hi' }] }),
  });
}

async function route(options: ModelRouterOptions, request: Request | string) {
  const events: GatewayEvent[] = [];
  let plan: Plan | undefined;
  const handler = toHandler(
    compose(modelRouter(options)),
    (_request, context) => {
      plan = context?.get(planKey);
      return Response.json({ id: 'x' });
    },
    { onEvent: (event) => events.push(event) },
  );
  const response = await handler(typeof request === 'string' ? chat(request) : request);
  const candidates = plan?.candidates.map(({ provider, model }) => `${provider}:${model ?? '-'}`);
  return { response, plan, candidates, events };
}

describe('modelRouter() finds the route', () => {
  const options: ModelRouterOptions = {
    routes: { m1: a, 'm*': b, 'm1-*': a.target('dated'), chain: [a.target('x'), b.target('y')] },
    aliases: { fast: 'm1', quick: 'fast', 'old-*': 'm9', pair: 'chain' },
  };

  it.each([
    ['m1', 'model:m1', ['a:-'], 'm1'],
    ['m7', 'pattern:m*', ['b:-'], 'm7'],
    ['m1-2026', 'pattern:m1-*', ['a:dated'], 'dated'],
    ['chain', 'model:chain', ['a:x', 'b:y'], 'x'],
    ['fast', 'alias:fast', ['a:m1'], 'm1'],
    ['quick', 'alias:quick', ['a:m1'], 'm1'],
    ['old-5', 'alias:old-*', ['b:m9'], 'm9'],
    ['pair', 'alias:pair', ['a:x', 'b:y'], 'x'],
  ])('%s by %s', async (model, rule, candidates, cacheScope) => {
    const result = await route(options, model);
    expect(result.candidates).toEqual(candidates);
    expect(result.plan).toMatchObject({ rule, cacheScope, reason: 'first in order' });
    expect(result.events.find(({ type }) => type === 'route-select')).toMatchObject({
      requestModel: model,
      rule,
      candidates: candidates.map((text) => ({
        provider: text.split(':')[0],
        model: text.endsWith('-') ? model : text.split(':')[1],
      })),
    });
  });

  it('takes the default for everything else', async () => {
    const result = await route({ ...options, default: b.target('any') }, 'elsewhere');
    expect([result.candidates, result.plan?.rule]).toEqual([['b:any'], 'default']);
  });

  it('answers 404 for an unknown model, and names some that are known', async () => {
    const routes = Object.fromEntries(
      ['m1', 'm2', 'm3', 'm4', 'm5', 'm6', 'm7'].map((name) => [name, a]),
    );
    const { response, plan } = await route({ routes }, 'gpt-nonsense');
    expect(response.status).toBe(404);
    expect(response.headers.get('x-should-retry')).toBe('false');
    expect((await response.json()).error).toEqual({
      message:
        'The model "gpt-nonsense" does not exist: known models are "m1", "m2", "m3", "m4", "m5", and 2 more',
      type: 'invalid_request_error',
      param: 'model',
      code: 'model_not_found',
    });
    expect(plan).toBeUndefined();
  });

  it.each(['__proto__', 'constructor', 'toString', 'x'.repeat(100_000)])(
    'does not know %.20s',
    async (model) => {
      expect((await route({ routes: { m1: a } }, model)).response.status).toBe(404);
    },
  );

  it('passes what is no AI traffic untouched', async () => {
    const { response, plan, events } = await route(options, new Request('http://g.test/v1/files'));
    expect([response.status, plan]).toEqual([200, undefined]);
    expect(events.some(({ type }) => type === 'route-select')).toBe(false);
  });

  it('draws by weight', async () => {
    const targets = [a.target('m', { weight: 3 }), b.target('m', { weight: 1 })];
    const routes = { m: { strategy: 'weighted', targets } } as const;
    const heavy = await route({ routes, random: () => 0.7 }, 'm');
    const light = await route({ routes, random: () => 0.8 }, 'm');
    expect([heavy.candidates, light.candidates]).toEqual([
      ['a:m', 'b:m'],
      ['b:m', 'a:m'],
    ]);
    expect(light.plan).toMatchObject({ reason: 'weighted draw: b', cacheScope: 'm' });
  });

  it('keeps answers of drawn models apart in the cache', async () => {
    const routes = {
      m: { strategy: 'weighted', targets: [a.target('x'), b.target('y')] },
    } as const;
    const scopes = await Promise.all(
      [0, 0.9].map(
        async (number) => (await route({ routes, random: () => number }, 'm')).plan?.cacheScope,
      ),
    );
    expect(scopes).toEqual(['x', 'y']);
  });

  it('asks the upstream for the model of the route', async () => {
    const provider = simulated({ models: ['real'] });
    const router = modelRouter({ routes: { real: provider }, aliases: { nice: 'real' } });
    const response = await toHandler(compose(router), upstream())(chat('nice'));
    expect((await response.json()).model).toBe('real');
  });
});

describe('modelRouter().models', () => {
  it('holds names, aliases and what providers behind a pattern know', () => {
    const options: ModelRouterOptions = {
      routes: { 'm1*': a, other: b },
      aliases: { fast: 'm1', 'x-*': 'm1' },
    };
    expect(modelRouter(options).models).toEqual(['m1', 'other', 'fast']);
    expect(modelRouter({ default: a }).models).toEqual(['m1', 'm2']);
  });
});

describe('modelRouter() refuses', () => {
  it.each<[string, ModelRouterOptions, string]>([
    ['nothing', {}, 'Give modelRouter() at least one route in "routes", or a "default"'],
    ['an empty name', { routes: { '': a } }, 'Expected every name in "routes" to have a character'],
    ['no targets', { routes: { m: [] } }, 'Expected routes["m"] to have at least one target'],
    [
      'something else',
      { routes: { m: 'openai' as never } },
      'Expected routes["m"].targets[0] to be a provider or a target: got "openai"',
    ],
    [
      'an unknown strategy',
      { default: { strategy: 'best' as never, targets: [a] } },
      'Expected default.strategy to be a function or one of "priority", "weighted", "least-latency", "least-cost", "least-busy", "sticky", "ab", "difficulty": got "best"',
    ],
    [
      'a negative weight',
      { routes: { m: a.target('m', { weight: -1 }) } },
      'Expected routes["m"].targets[0].weight to be a number of at least 0: got -1',
    ],
    [
      'no weight at all',
      { default: { strategy: 'weighted', targets: [a.target('m', { weight: 0 })] } },
      'Expected default to have a target with a weight above 0',
    ],
    [
      'a name twice',
      { routes: { m: a }, aliases: { m: 'm' } },
      'Name "m" either in "routes" or in "aliases", not in both',
    ],
    [
      'a circle',
      { routes: { m: a }, aliases: { x: 'y', y: 'x' } },
      'Expected aliases to end at a model: "x" is "y" is "x"',
    ],
    [
      'an alias to nowhere',
      { routes: { m: a }, aliases: { x: 'n' } },
      'Expected aliases["x"] to name a routed model: "n" has no route and there is no "default"',
    ],
    [
      'a slip in a name',
      { route: { m: a } } as never,
      'Remove "route" from the options of modelRouter(): it knows rules, routes',
    ],
    [
      'an alias to a pattern',
      { routes: { 'm*': a }, aliases: { x: 'm*' } },
      'Expected the name of a model in aliases["x"]: got "m*"',
    ],
  ])('%s', (_name, options, message) => {
    expect(() => modelRouter(options)).toThrow(message);
  });
});
