/** What a response of ours says beside its output: what was asked, as the API echoes it. */
import type { Usage } from '@wintergate/core';
import type { JsonObject, ModelCall } from './types.ts';

const echoed = {
  instructions: null,
  max_output_tokens: null,
  metadata: {},
  parallel_tool_calls: true,
  previous_response_id: null,
  reasoning: { effort: null, summary: null },
  temperature: 1,
  text: { format: { type: 'text' } },
  tool_choice: 'auto',
  tools: [],
  top_p: 1,
  truncation: 'disabled',
} as const;

/** The response without its output, status and usage. */
export function baseResponse(
  call: ModelCall,
  about: { readonly id?: string; readonly model?: string; readonly created?: number },
): JsonObject {
  const fields: JsonObject = {};
  for (const [name, fallback] of Object.entries(echoed)) {
    const own = call.dialect.id === 'openai-responses' ? call.body[name] : undefined;
    fields[name] = own ?? (fallback as JsonObject | null);
  }
  return {
    id: responseId(about.id),
    object: 'response',
    created_at: about.created ?? Math.floor(Date.now() / 1000),
    model: about.model ?? call.model ?? '',
    error: null,
    incomplete_details: null,
    ...fields,
    // It is kept nowhere: the target has no such thing.
    store: false,
  };
}

/** SDKs and logs know a response by its prefix. */
function responseId(id: string | undefined): string {
  if (id?.startsWith('resp_')) return id;
  return `resp_${(id ?? crypto.randomUUID()).replace(/[^\w]/g, '_')}`;
}

/** Counts as the API reports them. */
export function writeResponsesUsage(usage: Usage): JsonObject {
  const { inputTokens, outputTokens, cachedInputTokens, cacheWriteTokens, reasoningTokens } = usage;
  return {
    input_tokens: inputTokens,
    input_tokens_details: {
      cached_tokens: cachedInputTokens ?? 0,
      cache_write_tokens: cacheWriteTokens ?? 0,
    },
    output_tokens: outputTokens,
    output_tokens_details: { reasoning_tokens: reasoningTokens ?? 0 },
    total_tokens: inputTokens + outputTokens,
  };
}
