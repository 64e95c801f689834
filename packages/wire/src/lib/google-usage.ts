/** Token counts as Google reports them, in the one normal form. */
import type { Usage } from '@wintergate/core';
import { countOf, isObject } from './json.ts';
import type { JsonValue } from './types.ts';

/**
 * Reads `usageMetadata`: prompts of tool use stand beside the prompt, thoughts beside the candidates.
 *
 * @returns `undefined` when there are no counts.
 */
export function readGoogleUsage(value: JsonValue | undefined): Usage | undefined {
  if (!isObject(value)) return undefined;
  const prompt = countOf(value['promptTokenCount']);
  const candidates = countOf(value['candidatesTokenCount']);
  const thoughts = countOf(value['thoughtsTokenCount']);
  if (prompt === undefined && candidates === undefined && thoughts === undefined) return undefined;
  const inputTokens = (prompt ?? 0) + (countOf(value['toolUsePromptTokenCount']) ?? 0);
  const cached = countOf(value['cachedContentTokenCount']);
  return {
    inputTokens,
    outputTokens: (candidates ?? 0) + (thoughts ?? 0),
    ...(cached === undefined ? {} : { cachedInputTokens: Math.min(cached, inputTokens) }),
    ...(thoughts === undefined ? {} : { reasoningTokens: thoughts }),
  };
}
