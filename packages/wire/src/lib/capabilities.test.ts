import { describe, expect, it } from 'vitest';
import { findCapabilities, listModels } from './capabilities.ts';
import { remembered } from './price-names.ts';
import { listCost } from './prices.ts';

describe('findCapabilities()', () => {
  it.each([
    ['openai', 'gpt-4o-mini', 128_000, 16_384, true, true],
    ['openai', 'GPT-4o-mini-2024-07-18', 128_000, 16_384, true, true],
    ['anthropic', 'claude-sonnet-4-5', 1_000_000, 64_000, true, true],
    ['bedrock', 'amazon.nova-micro-v1:0', 128_000, 8192, true, false],
  ])('%s %s', (provider, model, contextWindow, maxOutput, tools, vision) => {
    const found = findCapabilities({ provider, model });
    expect(found).toMatchObject({ contextWindow, maxOutput, tools, vision });
  });

  it('finds a provider by its host', () => {
    const name = { provider: 'main', host: 'api.openai.com', model: 'gpt-4o-mini' };
    expect(findCapabilities(name)?.contextWindow).toBe(128_000);
  });

  it.each([
    ['openai', 'no-such-model'],
    ['nobody', 'gpt-4o-mini'],
    ['__proto__', 'gpt-4o-mini'],
    ['openai', undefined],
    ['openai', 'x'.repeat(100_000)],
  ])('knows nothing of %s %.20s', (provider, model) => {
    expect(findCapabilities({ provider, model })).toBeUndefined();
  });
});

describe('listModels()', () => {
  it('names what is known of a provider, dated twins aside', () => {
    const models = listModels('anthropic');
    expect(models).toContain('claude-haiku-4-5');
    expect(models).not.toContain('claude-haiku-4-5-20251001');
    expect(models.every((model) => findCapabilities({ provider: 'anthropic', model }))).toBe(true);
    expect(listModels('api.openai.com')).toEqual(listModels('openai'));
    expect([listModels('nobody'), listModels('__proto__')]).toEqual([[], []]);
  });
});

describe('listCost()', () => {
  const usage = { inputTokens: 1_000_000, outputTokens: 0 };

  it('is the list price of the call', () => {
    expect(listCost({ provider: 'openai', model: 'gpt-4o-mini' }, usage)).toBeCloseTo(0.15);
    expect(
      listCost({ provider: 'x', host: 'api.openai.com', model: 'gpt-4o-mini' }, usage),
    ).toBeCloseTo(0.15);
  });

  it('is not known for what has no price', () => {
    expect(listCost({ provider: 'nobody', model: 'm' }, usage)).toBeUndefined();
    expect(listCost({ provider: 'openai', model: undefined }, usage)).toBeUndefined();
  });
});

describe('what was looked up', () => {
  it('is remembered, for as many names as may come, and never for long ones', () => {
    let looked = 0;
    const find = remembered((provider, model) => {
      looked++;
      return model === 'none' ? undefined : `${provider}/${model}`;
    });
    for (const model of ['a', 'a', 'none', 'none']) find('p', model);
    expect([find('p', 'a'), find('q', 'a'), find('p', 'none'), looked]).toEqual([
      ...['p/a', 'q/a', undefined, 3],
    ]);
    const long = 'x'.repeat(300);
    find('p', long);
    find('p', long);
    expect(looked).toBe(5);
    for (let at = 0; at < 3000; at++) expect(find('p', `m${at}`)).toBe(`p/m${at}`);
    expect(find('p', 'a')).toBe('p/a');
  });
});
