/** How much a Gemini model is to think: by level since version 3, by tokens before it. */
import { effortOf } from './openai-chat-write.ts';
import type { WriteOptions } from './target-dialect.ts';
import type { CallParameters, JsonObject } from './types.ts';

/** The ladder that gateways agree on; Gemini 2.5 Flash thinks 24576 tokens at most. */
const budgets: Readonly<Record<string, number>> = {
  none: 0,
  minimal: 1024,
  low: 4096,
  medium: 8192,
  high: 24_576,
};
const levels = ['minimal', 'low', 'medium', 'high'];

export function writeThinking(
  { reasoningEffort: effort, reasoningBudget: budget, includeReasoning }: CallParameters,
  model: string,
  { notice }: WriteOptions,
): JsonObject {
  const shown = includeReasoning === undefined ? {} : { includeThoughts: includeReasoning };
  if (effort === undefined && budget === undefined) return shown;
  if (/gemini-(?:1|2\.0)/.test(model)) {
    notice({ field: 'reasoning_effort', action: 'drop', detail: `${model} does not think` });
    return {};
  }
  if (/gemini-2/.test(model)) {
    const asked = budget ?? budgets[effort ?? ''] ?? 24_576;
    // The larger model can not be kept from thinking.
    const thinkingBudget = /pro/.test(model) ? Math.max(128, asked) : asked;
    if (thinkingBudget !== asked || (budget === undefined && !(effort && effort in budgets)))
      notice({ field: 'reasoning_effort', action: 'clamp', detail: `${thinkingBudget} tokens` });
    return { thinkingBudget, ...shown };
  }
  const asked = effort ?? effortOf(budget) ?? 'high';
  const known = levels.includes(asked);
  const level = known ? asked : asked === 'none' ? 'minimal' : 'high';
  if (effort === undefined)
    notice({ field: 'reasoning_budget', action: 'emulate', detail: `the level ${level}` });
  else if (!known) notice({ field: 'reasoning_effort', action: 'clamp', detail: level });
  return { thinkingLevel: level.toUpperCase(), ...shown };
}
