import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readOpenaiUsage } from './openai-usage.ts';
import { costOf, findPrice, priceTableDate, withPrices } from './prices.ts';
import { dataPath, describeData } from './test-support.ts';
import type { JsonObject } from './types.ts';

const tableDay = Date.parse(priceTableDate);

describe('findPrice()', () => {
  it('finds a model by any of its names, whatever their case', () => {
    const price = findPrice('openai', 'gpt-4o');
    expect(price).toEqual({ input: 2.5, output: 10, cachedInput: 1.25, batch: 0.5 });
    expect(findPrice('OpenAI', 'GPT-4o-2024-08-06')).toEqual(price);
  });

  it('finds a model under the name that Google lists it by', () => {
    const price = findPrice('google', 'gemini-2.5-pro');
    expect(price).toBeDefined();
    expect(findPrice('google', 'models/gemini-2.5-pro')).toEqual(price);
  });

  it('does not take one model for another whose name begins alike', () => {
    expect(findPrice('openai', 'gpt-4o-mini')?.input).toBe(0.15);
    expect(findPrice('openai', 'gpt-4o-nonsense')).toBeUndefined();
  });

  it('does not know what it does not know', () => {
    expect(findPrice('openai', 'my-model')).toBeUndefined();
    expect(findPrice('nobody', 'gpt-4o')).toBeUndefined();
    expect(findPrice('__proto__', 'toString')).toBeUndefined();
    expect(findPrice('constructor', 'name')).toBeUndefined();
  });

  it('knows providers under the names that SDKs use', () => {
    expect(findPrice('xai', 'grok-4.3')).toEqual(findPrice('x-ai', 'grok-4.3'));
    expect(findPrice('xai', 'grok-4.3')).toBeDefined();
    expect(findPrice('bedrock', 'amazon.nova-lite-v1:0')).toBeDefined();
  });

  it('knows providers by their hosts', () => {
    expect(findPrice('api.openai.com', 'gpt-4o')).toEqual(findPrice('openai', 'gpt-4o'));
    expect(findPrice('mine.openai.azure.com', 'gpt-4o')).toEqual(findPrice('azure', 'gpt-4o'));
    expect(findPrice('azure', 'gpt-4o')).toBeDefined();
    expect(findPrice('gateway.test', 'gpt-4o')).toBeUndefined();
  });

  it('takes the price of the day', () => {
    expect(findPrice('openai', 'o3', Date.parse('2025-06-09'))?.input).toBe(10);
    expect(findPrice('openai', 'o3', Date.parse('2025-06-10'))?.input).toBe(2);
    expect(findPrice('anthropic', 'claude-opus-4-6', Date.parse('2026-01-01'))?.tiers).toHaveLength(
      1,
    );
    expect(findPrice('anthropic', 'claude-opus-4-6', tableDay)?.tiers).toBeUndefined();
  });

  it('matches expressions', () => {
    expect(findPrice('google', 'gemini-3.5-flash-001')?.input).toBe(1.5);
  });
});

describe('costOf()', () => {
  const price = { input: 2, output: 8, cachedInput: 0.5, cacheWrite: 3 };

  it('charges plain, cached and written input and output each at its rate', () => {
    const usage = {
      inputTokens: 100,
      cachedInputTokens: 40,
      cacheWriteTokens: 10,
      outputTokens: 20,
    };
    expect(costOf(usage, price)).toBeCloseTo((50 * 2 + 40 * 0.5 + 10 * 3 + 20 * 8) / 1e6, 12);
  });

  it('charges the input price for what has none of its own', () => {
    const usage = {
      inputTokens: 100,
      cachedInputTokens: 40,
      cacheWriteTokens: 10,
      outputTokens: 0,
    };
    expect(costOf(usage, { input: 2, output: 8 })).toBeCloseTo(200 / 1e6, 12);
  });

  it('charges the whole call at the tier that its input reaches', () => {
    const tiered = { ...price, tiers: [{ above: 1000, input: 4, output: 16 }] };
    expect(costOf({ inputTokens: 1000, outputTokens: 1 }, tiered)).toBeCloseTo(2008 / 1e6, 12);
    expect(costOf({ inputTokens: 1001, outputTokens: 1 }, tiered)).toBeCloseTo(4020 / 1e6, 12);
  });

  it('charges the share of a batch, where there is a rate for it', () => {
    const usage = { inputTokens: 1000, outputTokens: 100 };
    for (const [provider, model] of [
      ['openai', 'gpt-4o-mini'],
      ['anthropic', 'claude-sonnet-4-5'],
      ['gemini', 'gemini-2.5-flash'],
    ] as const) {
      const known = findPrice(provider, model);
      if (known === undefined) throw new Error(`no price of ${model}`);
      expect(costOf(usage, known, { batch: true })).toBeCloseTo(costOf(usage, known) / 2, 12);
    }
    const groq = findPrice('groq', 'llama-3.3-70b-versatile');
    if (groq === undefined) throw new Error('no price');
    expect(costOf(usage, groq, { batch: true })).toBe(costOf(usage, groq));
  });

  it('adds what each call costs', () => {
    expect(costOf({ inputTokens: 0, outputTokens: 0 }, { ...price, perCall: 0.012 })).toBe(0.012);
    expect(findPrice('perplexity', 'sonar')?.perCall).toBe(0.012);
  });
});

describe('withPrices()', () => {
  const usage = { inputTokens: 1_000_000, outputTokens: 0 };
  const prices = withPrices({
    'OpenAI/GPT-4o-mini': { input: 0.1 },
    'house/llama/3.3': { input: 0 },
    'gemini/gemini-2.5-flash': { input: 9 },
  });

  it('takes the price of your own, for one model alone', () => {
    expect(prices.findPrice('openai', 'gpt-4o-mini')).toEqual({ input: 0.1 });
    expect(prices.findPrice('api.openai.com', 'GPT-4o-mini')?.input).toBe(0.1);
    expect(prices.findPrice('vertex', 'gemini-2.5-flash')?.input).toBe(9);
    expect(prices.findPrice('openai', 'gpt-4o')).toEqual(findPrice('openai', 'gpt-4o'));
    expect(prices.findPrice('house', 'llama/3.3')).toEqual({ input: 0 });
    expect(findPrice('openai', 'gpt-4o-mini')?.input).toBe(0.15);
  });

  it('costs a call by it', () => {
    const target = { provider: 'openai', model: 'gpt-4o-mini' };
    expect(prices.listCost(target, usage)).toBeCloseTo(0.1);
    expect(
      prices.listCost({ ...target, provider: 'mine', host: 'api.openai.com' }, usage),
    ).toBeCloseTo(0.1);
    expect(prices.listCost({ provider: 'house', model: 'llama/3.3' }, usage)).toBe(0);
    expect(prices.listCost({ provider: 'house', model: 'other' }, usage)).toBeUndefined();
  });

  it.each([
    ['gpt-4o', { input: 1 }],
    ['/gpt-4o', { input: 1 }],
    ['openai/', { input: 1 }],
    ['openai/gpt-4o', { input: -1 }],
    ['openai/gpt-4o', { input: Number.NaN }],
  ])('refuses %j: %j', (name, price) => {
    expect(() => withPrices({ [name]: price })).toThrow(TypeError);
  });
});

interface UsageCase {
  readonly body: JsonObject & { readonly usage?: JsonObject };
  readonly model: string;
  readonly extracted: readonly {
    readonly usage: Record<string, number>;
    readonly extractors: readonly {
      readonly provider_id: string;
      readonly api_flavor: string;
      readonly input_price?: string;
      readonly output_price?: string;
    }[];
  }[];
}

describeData(
  'published usage of OpenAI chat',
  'conformance/genai-prices-usages/usages.json',
  () => {
    const cases = (): {
      body: UsageCase['body'];
      model: string;
      usage: Record<string, number>;
      cost: number | undefined;
    }[] => {
      const path = dataPath('conformance/genai-prices-usages/usages.json');
      return (JSON.parse(readFileSync(path, 'utf8')) as UsageCase[]).flatMap(
        ({ body, model, extracted }) =>
          extracted.flatMap(({ usage, extractors }) =>
            extractors
              .filter((own) => own.provider_id === 'openai' && own.api_flavor === 'chat')
              .map((own) => ({
                body,
                model,
                usage,
                cost:
                  own.input_price === undefined
                    ? undefined
                    : Number(own.input_price) + Number(own.output_price ?? 0),
              })),
          ),
      );
    };

    it('reads as its normal form', () => {
      let compared = 0;
      for (const { body, usage } of cases()) {
        const read = readOpenaiUsage(body.usage);
        expect(read?.inputTokens ?? 0).toBe(usage['input_tokens'] ?? 0);
        expect(read?.cachedInputTokens ?? 0).toBe(usage['cache_read_tokens'] ?? 0);
        expect(read?.cacheWriteTokens ?? 0).toBe(usage['cache_write_tokens'] ?? 0);
        expect([
          usage['output_tokens'],
          (body.usage?.['total_tokens'] as number) - (usage['input_tokens'] ?? 0),
        ]).toContain(read?.outputTokens);
        compared++;
      }
      expect(compared).toBeGreaterThan(100);
    });

    it('costs what it costs', () => {
      let compared = 0;
      for (const { body, model, usage, cost } of cases()) {
        if (cost === undefined || usage['input_audio_tokens'] || usage['output_audio_tokens'])
          continue;
        const price = findPrice('openai', model, tableDay);
        const read = readOpenaiUsage(body.usage);
        if (price === undefined || read === undefined)
          throw new Error(`No price or usage for ${model}`);
        expect(costOf(read, price), `${model} ${JSON.stringify(body.usage)}`).toBeCloseTo(cost, 9);
        compared++;
      }
      expect(compared).toBeGreaterThan(50);
    });
  },
);
