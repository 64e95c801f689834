import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readGoogleUsage, writeGoogleUsage } from './google-generate-usage.ts';
import { dataPath, describeData } from './test-support.ts';
import type { JsonObject } from './types.ts';

describe('token counts of Google', () => {
  it('include what hosted tools read, and thoughts', () => {
    expect(
      readGoogleUsage({
        promptTokenCount: 10,
        cachedContentTokenCount: 4,
        toolUsePromptTokenCount: 5,
        candidatesTokenCount: 3,
        thoughtsTokenCount: 2,
        totalTokenCount: 20,
      }),
    ).toEqual({ inputTokens: 15, outputTokens: 5, cachedInputTokens: 4, reasoningTokens: 2 });
  });

  it('are none where nothing was counted yet', () => {
    expect(readGoogleUsage({ trafficType: 'ON_DEMAND' })).toBeUndefined();
    expect(readGoogleUsage(undefined)).toBeUndefined();
  });

  it.each([
    { inputTokens: 9, outputTokens: 5 },
    { inputTokens: 9, outputTokens: 5, cachedInputTokens: 3, reasoningTokens: 2 },
  ])('are written so that they are read back: %j', (usage) => {
    expect(readGoogleUsage(writeGoogleUsage(usage))).toEqual(usage);
  });
});

const usages = 'conformance/genai-prices-usages/usages.json';
interface Counted {
  readonly body: JsonObject;
  readonly extracted: readonly { readonly usage: Record<string, number> }[];
}

describeData('counts of genai-prices', usages, () => {
  it('are the same', () => {
    const all = JSON.parse(readFileSync(dataPath(usages), 'utf8')) as Counted[];
    const own = all.filter(({ body }) => body['usageMetadata'] !== undefined);
    expect(own.length).toBeGreaterThan(400);
    for (const { body, extracted } of own) {
      const told = readGoogleUsage(body['usageMetadata']);
      for (const { usage } of extracted) {
        expect(told?.inputTokens, JSON.stringify(body)).toBe(usage['input_tokens'] ?? 0);
        expect(told?.outputTokens, JSON.stringify(body)).toBe(usage['output_tokens'] ?? 0);
        expect(told?.cachedInputTokens ?? 0).toBe(usage['cache_read_tokens'] ?? 0);
      }
    }
  });
});
