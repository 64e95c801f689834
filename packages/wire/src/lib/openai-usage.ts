/** Token counts as OpenAI and the hosts that copy its format report them, in the one normal form. */
import type { Usage } from '@wintergate/core';
import { countOf, isObject } from './json.ts';
import type { JsonObject, JsonValue } from './types.ts';

/**
 * Reads a `usage` object. Input includes cached tokens, output includes reasoning. Hosts differ in
 * whether `completion_tokens` includes reasoning, so the total decides: xAI reports reasoning on
 * top of it, and Google's compatible surface leaves hidden thinking out of everything but the total.
 *
 * @returns `undefined` when there are no counts.
 */
export function readOpenaiUsage(value: JsonValue | undefined): Usage | undefined {
  if (!isObject(value)) return undefined;
  const input = countOf(value['prompt_tokens']) ?? countOf(value['input_tokens']);
  const completion = countOf(value['completion_tokens']) ?? countOf(value['output_tokens']);
  const total = countOf(value['total_tokens']);
  if (input === undefined && completion === undefined && total === undefined) return undefined;
  const inputTokens = input ?? (total === undefined ? 0 : Math.max(0, total - (completion ?? 0)));
  const details = detailsOf(value, 'completion_tokens_details', 'output_tokens_details');
  let outputTokens = completion ?? 0;
  let reasoning = countOf(details['reasoning_tokens']) ?? countOf(value['reasoning_tokens']);
  const beyond =
    total === undefined || input === undefined ? 0 : total - inputTokens - outputTokens;
  if (beyond > 0 && completion !== undefined && (reasoning === undefined || reasoning === beyond)) {
    outputTokens += beyond;
    reasoning = beyond;
  }
  const prompt = detailsOf(value, 'prompt_tokens_details', 'input_tokens_details');
  const cached =
    countOf(prompt['cached_tokens']) ??
    countOf(value['prompt_cache_hit_tokens']) ??
    countOf(value['cached_tokens']);
  const written = countOf(prompt['cache_write_tokens']);
  return {
    inputTokens,
    outputTokens,
    ...(cached === undefined ? {} : { cachedInputTokens: Math.min(cached, inputTokens) }),
    ...(written === undefined ? {} : { cacheWriteTokens: Math.min(written, inputTokens) }),
    // Recorded at OpenRouter: more reasoning than output.
    ...(reasoning === undefined ? {} : { reasoningTokens: Math.min(reasoning, outputTokens) }),
  };
}

/** Counts in OpenAI's form, for replies that we write ourselves. */
export function writeOpenaiUsage(usage: Usage): JsonObject {
  return {
    prompt_tokens: usage.inputTokens,
    completion_tokens: usage.outputTokens,
    total_tokens: usage.inputTokens + usage.outputTokens,
    ...(usage.cachedInputTokens === undefined && usage.cacheWriteTokens === undefined
      ? {}
      : {
          prompt_tokens_details: {
            cached_tokens: usage.cachedInputTokens ?? 0,
            ...(usage.cacheWriteTokens === undefined
              ? {}
              : { cache_write_tokens: usage.cacheWriteTokens }),
          },
        }),
    ...(usage.reasoningTokens === undefined
      ? {}
      : { completion_tokens_details: { reasoning_tokens: usage.reasoningTokens } }),
  };
}

function detailsOf(value: JsonObject, name: string, other: string): JsonObject {
  const details = value[name] ?? value[other];
  return isObject(details) ? details : {};
}
