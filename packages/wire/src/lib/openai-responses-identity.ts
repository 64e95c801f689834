/** What the right answer to a Responses call depends on. */
import { answerFields } from './identity.ts';
import { isObject, withoutNulls } from './json.ts';
import type { CallIdentity, JsonObject, JsonValue, ModelCall } from './types.ts';

const responsesNeutral = [
  'stream',
  'stream_options',
  'store',
  'metadata',
  'user',
  'safety_identifier',
  'service_tier',
  'prompt_cache_key',
  'prompt_cache_options',
  'prompt_cache_retention',
] as const;
export type ResponsesNeutralField = (typeof responsesNeutral)[number];
/** Fields that can not change the answer: how it is sent, kept, cached, billed, and whose call it is. */
export const responsesNeutralFields: ReadonlySet<string> = /* @__PURE__ */ new Set(
  responsesNeutral,
);

const responsesAnswer = [
  'model',
  'input',
  'instructions',
  'previous_response_id',
  'conversation',
  'prompt',
  'background',
  'include',
  'max_output_tokens',
  'max_tool_calls',
  'temperature',
  'top_p',
  'top_logprobs',
  'parallel_tool_calls',
  'reasoning',
  'text',
  'tools',
  'tool_choice',
  'truncation',
  'context_management',
  'moderation',
] as const;
export type ResponsesAnswerField = (typeof responsesAnswer)[number];
/** Fields that can. Only tests need the list: they prove that no published field is undecided. */
export const responsesAnswerFields: ReadonlySet<string> = /* @__PURE__ */ new Set(responsesAnswer);

/**
 * The identity of a call. Input of one text is that text. A conversation goes on with each call, and a
 * job in the background is another one each time: neither is answered twice.
 */
export function responsesIdentity(call: ModelCall): CallIdentity {
  const fields = answerFields(call, responsesNeutral);
  if (fields['background'] === false) delete fields['background'];
  const { conversation, background } = fields;
  const unique = conversation !== undefined || background !== undefined ? { unique: true } : {};
  const items = itemsOf(fields['input']);
  const exact: JsonObject = { ...fields, input: items };
  const last = items[items.length - 1];
  const text =
    isObject(last) && last['role'] === 'user' && typeof last['content'] === 'string'
      ? last['content'] || undefined
      : undefined;
  if (text === undefined || !isObject(last))
    return { exact, scope: exact, text: undefined, ...unique };
  const { content: _, ...rest } = last;
  const scope = { ...fields, input: [...items.slice(0, -1), rest] };
  return { exact, scope, text, last, ...unique };
}

function itemsOf(input: JsonValue | undefined): JsonValue[] {
  if (typeof input === 'string') return [{ role: 'user', content: input }];
  return Array.isArray(input) ? input.map(canonicalItem) : [];
}

function canonicalItem(item: JsonValue): JsonValue {
  if (!isObject(item)) return item;
  const { type, ...rest } = withoutNulls(item);
  const typed = type === undefined || type === 'message' ? {} : { type };
  const { content } = rest;
  const only = Array.isArray(content) && content.length === 1 ? plainText(content[0]) : undefined;
  return { ...typed, ...rest, ...(only === undefined ? {} : { content: only }) };
}

/** The text of a part that is nothing but text. */
function plainText(part: JsonValue | undefined): string | undefined {
  if (!isObject(part) || part['type'] !== 'input_text' || Object.keys(part).length !== 2)
    return undefined;
  return typeof part['text'] === 'string' ? part['text'] : undefined;
}
