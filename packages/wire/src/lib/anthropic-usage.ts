/** Token counts as Anthropic reports them, in the one normal form. */
import type { Usage } from '@wintergate/core';
import { countOf, isObject } from './json.ts';
import type { JsonObject, JsonValue } from './types.ts';

/**
 * Reads a `usage` object: its `input_tokens` leave out what was read from and written to the cache.
 *
 * @param earlier the usage of the same stream so far: counts are cumulative, and later ones may be null.
 * @returns `undefined` when there are no counts.
 */
export function readAnthropicUsage(
  value: JsonValue | undefined,
  earlier: JsonObject = {},
): Usage | undefined {
  if (!isObject(value)) return undefined;
  const count = (name: string): number | undefined =>
    countOf(value[name]) ?? countOf(earlier[name]);
  const fresh = count('input_tokens');
  const output = count('output_tokens');
  if (fresh === undefined && output === undefined) return undefined;
  const read = count('cache_read_input_tokens') ?? 0;
  const written = count('cache_creation_input_tokens') ?? 0;
  const details = value['output_tokens_details'];
  const thinking = isObject(details) ? countOf(details['thinking_tokens']) : undefined;
  const outputTokens = output ?? 0;
  return {
    inputTokens: (fresh ?? 0) + read + written,
    outputTokens,
    cachedInputTokens: read,
    cacheWriteTokens: written,
    ...(thinking === undefined ? {} : { reasoningTokens: Math.min(thinking, outputTokens) }),
  };
}

/** Counts in Anthropic's way. */
export function writeAnthropicUsage(usage: Usage): JsonObject {
  const { inputTokens, outputTokens, cachedInputTokens: read = 0, cacheWriteTokens = 0 } = usage;
  return {
    input_tokens: Math.max(0, inputTokens - read - cacheWriteTokens),
    cache_creation_input_tokens: cacheWriteTokens,
    cache_read_input_tokens: read,
    output_tokens: outputTokens,
    ...(usage.reasoningTokens === undefined
      ? {}
      : { output_tokens_details: { thinking_tokens: usage.reasoningTokens } }),
  };
}
