import { describe, expect, it } from 'vitest';
import { modelRouter } from './model-router.ts';
import { readRouterConfig } from './read-router-config.ts';
import { type Ask, chat, nameOf, planOf, provider } from './test-support.ts';

const providers = [provider('a'), provider('b')];
const read = (config: unknown) => readRouterConfig(config, { providers });

const config = {
  rules: [
    { name: 'test', when: { headers: { 'x-team': { regex: '^team-[0-9]+$' } } }, use: 'fast' },
    { name: 'german', when: { any: [{ language: 'de' }, { region: 'DE' }] }, use: 'b/de-model' },
    { name: 'both', when: { not: { tools: false } }, use: { target: 'a/tools' } },
  ],
  routes: {
    'gpt-*': 'a',
    drawn: {
      strategy: 'weighted',
      targets: [{ target: 'a/x', weight: 0 }, [{ target: 'b/vendor/model' }]],
    },
    sticky: { strategy: { type: 'sticky', by: 'header:x-session' }, targets: ['a/x', 'b/x'] },
  },
  aliases: { fast: 'gpt-5-mini' },
  default: ['a/d', 'b'],
  capabilities: { 'gpt-5': { tools: false } },
};

async function chosen(ask: Ask) {
  const router = modelRouter(read(JSON.parse(JSON.stringify(config))));
  const explained = await router.explain(chat(ask));
  return [explained?.rule, ...(explained?.candidates.map(nameOf) ?? [])];
}

describe('readRouterConfig()', () => {
  it.each<[Ask, string[]]>([
    [{ model: 'gpt-5' }, ['pattern:gpt-*', 'a:gpt-5']],
    [{ model: 'fast' }, ['alias:fast', 'a:gpt-5-mini']],
    [{ model: 'drawn' }, ['model:drawn', 'b:vendor/model', 'a:x']],
    [{ model: 'other' }, ['default', 'a:d', 'b:other']],
    [{ headers: { 'x-team': 'team-12' } }, ['rule:test', 'a:gpt-5-mini']],
    [{ text: 'Was ist das und wie ist der Preis?' }, ['rule:german', 'b:de-model']],
    [
      { body: { tools: [{ type: 'function', function: { name: 'f' } }] } },
      ['rule:both', 'a:tools'],
    ],
  ])('%j', async (ask, expected) => {
    expect(await chosen(ask)).toEqual(expected);
  });

  it('lays its capabilities over those that are known', () => {
    const options = readRouterConfig(config, {
      providers,
      capabilities: () => ({ contextWindow: 5, tools: true }),
    });
    expect(options.capabilities?.({ provider: 'a', model: 'gpt-5' })).toEqual({
      contextWindow: 5,
      tools: false,
    });
    expect(options.capabilities?.({ provider: 'a', model: 'toString' })).toEqual({
      contextWindow: 5,
      tools: true,
    });
  });

  it('runs expressions in linear time', async () => {
    const when = { headers: { 'x-evil': { regex: '^(a+)+$' } } };
    const router = modelRouter(read({ rules: [{ name: 'evil', when, use: 'a' }], default: 'b' }));
    const explained = await router.explain(
      chat({ headers: { 'x-evil': `${'a'.repeat(4_000)}!` } }),
    );
    expect(explained?.rule).toBe('default');
  });

  it.each<[unknown, string]>([
    [null, 'the configuration: Invalid input: expected object, received null'],
    [{ route: {} }, 'the configuration: Unrecognized key: "route"'],
    [
      { routes: { m: 'nobody/x' } },
      'Expected routes["m"] to name a provider, as "provider" or "provider/model": there is no "nobody" ("a", "b")',
    ],
    [{ routes: { m: 'a/' } }, 'Expected routes["m"] to name a model after "a/"'],
    [{ routes: { m: { strategy: 'best', targets: ['a'] } } }, 'routes.m.strategy: Invalid'],
    [
      { routes: { m: { targets: [{ target: 'a', wight: 1 }] } } },
      'routes.m.targets[0]: Unrecognized key: "wight"',
    ],
    [
      { rules: [{ name: 'x', when: { modle: 'y' }, use: 'a' }] },
      'rules[0].when: Unrecognized key: "modle"',
    ],
    [
      { rules: [{ name: 'x', when: { model: { regex: '(?=a)' } }, use: 'a' }], default: 'a' },
      'Expected rules[0].when.model to be an expression of linear time (RE2): ',
    ],
    [
      { rules: [{ name: 'x', when: { model: { regex: 'a'.repeat(1001) } }, use: 'a' }] },
      'Expected rules[0].when.model to have at most 1000 characters',
    ],
  ])('refuses %j', (given, message) => {
    expect(() => read(given)).toThrow(message);
  });

  it('knows where other requests go', async () => {
    const router = modelRouter(read({ endpoints: { '/v1/files*': ['b', 'a'] } }));
    const { candidates } = await planOf(router, new Request('http://g.test/v1/files/f1'));
    expect(candidates).toEqual(['b:-', 'a:-']);
  });

  it('takes a header that is called "regex"', async () => {
    const rule = { name: 'x', when: { headers: { regex: 'y' } }, use: 'b' };
    const router = modelRouter(read({ rules: [rule], default: 'a' }));
    expect((await router.explain(chat({ headers: { regex: 'y' } })))?.rule).toBe('rule:x');
  });
});
