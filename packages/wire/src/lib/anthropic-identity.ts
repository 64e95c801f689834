/** What the right answer to a Messages call depends on. */
import { answerFields } from './identity.ts';
import { isObject, objectsOf, withoutNulls } from './json.ts';
import type { CallIdentity, JsonObject, JsonValue, ModelCall } from './types.ts';

const anthropicNeutral = [
  'stream',
  'metadata',
  'service_tier',
  'cache_control',
  'inference_geo',
] as const;
export type AnthropicNeutralField = (typeof anthropicNeutral)[number];
/** Fields that can not change the answer: how it is sent, cached, billed, and whose call it is. */
export const anthropicNeutralFields: ReadonlySet<string> = /* @__PURE__ */ new Set(
  anthropicNeutral,
);

const anthropicAnswer = [
  'model',
  'messages',
  'system',
  'max_tokens',
  'temperature',
  'top_p',
  'top_k',
  'stop_sequences',
  'tools',
  'tool_choice',
  'thinking',
  'output_config',
  'container',
  'context_management',
  'mcp_servers',
  'fallbacks',
  'speed',
  'diagnostics',
  'user_profile_id',
  'workspace_id',
] as const;
export type AnthropicAnswerField = (typeof anthropicAnswer)[number];
/** Fields that can. Only tests need the list: they prove that no published field is undecided. */
export const anthropicAnswerFields: ReadonlySet<string> = /* @__PURE__ */ new Set(anthropicAnswer);

/** The identity of a call. A text block alone is its text; marks for caching count for nothing. */
export function anthropicIdentity(call: ModelCall): CallIdentity {
  const fields = answerFields(call, anthropicNeutral);
  if (fields['system'] !== undefined) fields['system'] = canonicalContent(fields['system']);
  if (Array.isArray(fields['tools'])) fields['tools'] = fields['tools'].map(unmarked);
  const messages = objectsOf(fields['messages']).map((message): JsonObject => {
    const { content = '', ...rest } = withoutNulls(message);
    return { ...rest, content: canonicalContent(content) };
  });
  const exact: JsonObject = { ...fields, messages };
  const last = messages[messages.length - 1];
  const text = last?.['role'] === 'user' ? textOnly(last['content']) : undefined;
  if (text === undefined || last === undefined) return { exact, scope: exact, text: undefined };
  const { content: _, ...rest } = last;
  return { exact, scope: { ...fields, messages: [...messages.slice(0, -1), rest] }, text, last };
}

function canonicalContent(content: JsonValue): JsonValue {
  if (!Array.isArray(content)) return content;
  const blocks = content.map((block) => {
    const own = unmarked(block);
    if (!isObject(own) || !Array.isArray(own['content'])) return own;
    return { ...own, content: canonicalContent(own['content']) };
  });
  const only = blocks.length === 1 ? plainText(blocks[0]) : undefined;
  return only ?? blocks;
}

function unmarked(block: JsonValue): JsonValue {
  if (!isObject(block)) return block;
  const { cache_control: _, ...rest } = withoutNulls(block);
  return rest;
}

/** The text of a block that is nothing but text. */
function plainText(block: JsonValue | undefined): string | undefined {
  if (!isObject(block) || block['type'] !== 'text' || Object.keys(block).length !== 2)
    return undefined;
  return typeof block['text'] === 'string' ? block['text'] : undefined;
}

function textOnly(content: JsonValue | undefined): string | undefined {
  if (typeof content === 'string') return content || undefined;
  if (!Array.isArray(content)) return undefined;
  const texts = content.map(plainText);
  return texts.includes(undefined) || texts.length === 0 ? undefined : texts.join('\n');
}
