/** A complete Converse reply in neutral form. */
import type { Usage } from '@wintergate/core';
import { readBedrockError } from './bedrock-error.ts';
import { countOf, isObject, objectsOf, stringOf } from './json.ts';
import type { FinishReason, JsonObject, JsonValue, NeutralPart, NeutralReply } from './types.ts';

const dialect = 'bedrock-converse';

/** See `TargetDialect.readReply`. */
export function readBedrockReply(body: unknown): NeutralReply {
  const output = isObject(body) ? body['output'] : undefined;
  const message = isObject(output) ? output['message'] : undefined;
  if (!isObject(body) || !isObject(message) || !Array.isArray(message['content']))
    return { dialect, choices: [], error: readBedrockError(0, body) };
  const raw = stringOf(body['stopReason']);
  const parts = objectsOf(message['content']).map(readBlock);
  const said = (type: 'text' | 'reasoning'): string =>
    parts.map((part) => (part.type === type ? part.text : '')).join('');
  const usage = readBedrockUsage(body['usage']);
  return {
    dialect,
    choices: [
      {
        text: said('text'),
        reasoning: said('reasoning'),
        refusal: '',
        toolCalls: parts.filter((part) => part.type === 'tool-call'),
        parts,
        finish: raw === undefined ? undefined : readStop(raw),
        ...(raw === undefined ? {} : { finishRaw: raw }),
      },
    ],
    ...(usage === undefined ? {} : { usage }),
  };
}

function readBlock(block: JsonObject): NeutralPart {
  const { text, toolUse, reasoningContent: reasoning } = block;
  if (typeof text === 'string') return { type: 'text', text };
  if (isObject(toolUse))
    return {
      type: 'tool-call',
      id: stringOf(toolUse['toolUseId']) ?? '',
      name: stringOf(toolUse['name']) ?? '',
      arguments: JSON.stringify(toolUse['input'] ?? {}),
      raw: block,
    };
  if (isObject(reasoning)) return readReasoning(reasoning, block);
  return { type: 'unknown', raw: block };
}

function readReasoning(reasoning: JsonObject, raw: JsonObject): NeutralPart {
  const { reasoningText: shown, redactedContent: hidden } = reasoning;
  if (!isObject(shown))
    return { type: 'reasoning', text: '', redacted: stringOf(hidden) ?? '', raw };
  const signature = stringOf(shown['signature']);
  const text = stringOf(shown['text']) ?? '';
  return { type: 'reasoning', text, ...(signature ? { signature } : {}), raw };
}

/** Stop reasons of Converse. */
export function readStop(reason: string): FinishReason {
  switch (reason) {
    case 'end_turn':
    case 'stop_sequence':
      return 'stop';
    case 'max_tokens':
    case 'model_context_window_exceeded':
      return 'length';
    case 'tool_use':
      return 'tool-calls';
    case 'guardrail_intervened':
    case 'content_filtered':
      return 'content-filter';
    default:
      return 'other';
  }
}

/** Token counts: `inputTokens` leaves out what was read from and written to the cache. */
export function readBedrockUsage(value: JsonValue | undefined): Usage | undefined {
  if (!isObject(value)) return undefined;
  const fresh = countOf(value['inputTokens']);
  const outputTokens = countOf(value['outputTokens']);
  if (fresh === undefined && outputTokens === undefined) return undefined;
  const read = countOf(value['cacheReadInputTokens']) ?? 0;
  const written = countOf(value['cacheWriteInputTokens']) ?? 0;
  return {
    inputTokens: (fresh ?? 0) + read + written,
    outputTokens: outputTokens ?? 0,
    cachedInputTokens: read,
    cacheWriteTokens: written,
  };
}
