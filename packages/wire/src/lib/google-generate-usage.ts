/** Google's token counts in the one normal form. */
import type { Usage } from '@wintergate/core';
import { countOf, isObject } from './json.ts';
import type { JsonObject, JsonValue } from './types.ts';

/**
 * Reads `usageMetadata`: the prompt's count includes what was cached and leaves out what hosted tools
 * read; the candidates' leaves out thoughts. In a stream each chunk repeats the counts so far.
 *
 * @returns `undefined` when there are no counts, as in the first chunks of Vertex AI.
 */
export function readGoogleUsage(value: JsonValue | undefined): Usage | undefined {
  if (!isObject(value)) return undefined;
  const prompt = countOf(value['promptTokenCount']);
  const total = countOf(value['totalTokenCount']);
  const candidates = countOf(value['candidatesTokenCount']);
  if (prompt === undefined && total === undefined && candidates === undefined) return undefined;
  const thoughts = countOf(value['thoughtsTokenCount']);
  const inputTokens = (prompt ?? 0) + (countOf(value['toolUsePromptTokenCount']) ?? 0);
  const cached = countOf(value['cachedContentTokenCount']);
  return {
    inputTokens,
    outputTokens: (candidates ?? 0) + (thoughts ?? 0),
    ...(cached === undefined ? {} : { cachedInputTokens: Math.min(cached, inputTokens) }),
    ...(thoughts === undefined ? {} : { reasoningTokens: thoughts }),
  };
}

export function writeGoogleUsage(usage: Usage): JsonObject {
  const { inputTokens, outputTokens, cachedInputTokens, reasoningTokens } = usage;
  return {
    promptTokenCount: inputTokens,
    ...(cachedInputTokens === undefined ? {} : { cachedContentTokenCount: cachedInputTokens }),
    candidatesTokenCount: outputTokens - (reasoningTokens ?? 0),
    ...(reasoningTokens === undefined ? {} : { thoughtsTokenCount: reasoningTokens }),
    totalTokenCount: inputTokens + outputTokens,
  };
}
