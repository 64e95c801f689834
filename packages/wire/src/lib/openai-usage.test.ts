import { describe, expect, it } from 'vitest';
import { readOpenaiUsage, writeOpenaiUsage } from './openai-usage.ts';

describe('readOpenaiUsage()', () => {
  it('reads counts with their details', () => {
    expect(
      readOpenaiUsage({
        prompt_tokens: 100,
        completion_tokens: 50,
        total_tokens: 150,
        prompt_tokens_details: { cached_tokens: 40, cache_write_tokens: 10 },
        completion_tokens_details: { reasoning_tokens: 20 },
      }),
    ).toEqual({
      inputTokens: 100,
      outputTokens: 50,
      cachedInputTokens: 40,
      cacheWriteTokens: 10,
      reasoningTokens: 20,
    });
  });

  it('adds reasoning that a host counts on top (xAI)', () => {
    const usage = readOpenaiUsage({
      prompt_tokens: 10,
      completion_tokens: 5,
      total_tokens: 115,
      completion_tokens_details: { reasoning_tokens: 100 },
    });
    expect(usage).toEqual({ inputTokens: 10, outputTokens: 105, reasoningTokens: 100 });
  });

  it('takes hidden thinking out of the total (Google)', () => {
    const usage = readOpenaiUsage({ prompt_tokens: 10, completion_tokens: 5, total_tokens: 40 });
    expect(usage).toEqual({ inputTokens: 10, outputTokens: 30, reasoningTokens: 25 });
  });

  it('reads the cache hits of DeepSeek and Moonshot', () => {
    const counts = { prompt_tokens: 10, completion_tokens: 1, total_tokens: 11 };
    expect(readOpenaiUsage({ ...counts, prompt_cache_hit_tokens: 8 })?.cachedInputTokens).toBe(8);
    expect(readOpenaiUsage({ ...counts, cached_tokens: 8 })?.cachedInputTokens).toBe(8);
  });

  it('never counts a part as more than the whole', () => {
    const usage = readOpenaiUsage({
      prompt_tokens: 10,
      completion_tokens: 5,
      total_tokens: 15,
      prompt_tokens_details: { cached_tokens: 99, cache_write_tokens: 99 },
      completion_tokens_details: { reasoning_tokens: 7 },
    });
    expect(usage).toMatchObject({
      cachedInputTokens: 10,
      cacheWriteTokens: 10,
      reasoningTokens: 5,
    });
  });

  it.each([
    [undefined],
    [null],
    [{}],
    ['x'],
    [{ prompt_tokens: 'x' }],
    [{ prompt_tokens: -1 }],
    [[1]],
  ])('finds nothing in %j', (value) => {
    expect(readOpenaiUsage(value as never)).toBeUndefined();
  });

  it('reads back what it writes', () => {
    const usage = {
      inputTokens: 9,
      outputTokens: 5,
      cachedInputTokens: 3,
      cacheWriteTokens: 2,
      reasoningTokens: 1,
    };
    expect(readOpenaiUsage(writeOpenaiUsage(usage))).toEqual(usage);
    const plain = { inputTokens: 9, outputTokens: 5 };
    expect(readOpenaiUsage(writeOpenaiUsage(plain))).toEqual(plain);
  });
});
