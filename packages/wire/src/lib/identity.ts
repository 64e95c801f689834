/**
 * What the right answer to a call depends on, in one canonical form. The rules:
 *
 * 1. A field is left out only when it is listed as unable to change the answer. Every other field
 *    counts, unknown ones included.
 * 2. `null` counts as absent for a top-level field and for a field of a message.
 * 3. Text is put in Unicode NFC; white space, case and everything else stay as they are.
 * 4. Numbers are what JSON makes of them, so `1.0` is `1`; members have no order (`canonicalJson`).
 * 5. Forms that mean the same are one: content of a single text part is that text, one stop
 *    sequence is a list of one, `n: 1` and the response format `text` are the defaults.
 */
import { isObject, setMember, withoutNulls } from './json.ts';
import type { CallIdentity, JsonObject, JsonValue, ModelCall } from './types.ts';

const chatNeutral = [
  'stream',
  'stream_options',
  'user',
  'safety_identifier',
  'metadata',
  'store',
  'service_tier',
  'prompt_cache_key',
  'prompt_cache_options',
  'prompt_cache_retention',
] as const;
export type ChatNeutralField = (typeof chatNeutral)[number];
/**
 * Chat fields that can not change the answer. `user` and `safety_identifier` say whose call it is:
 * they are the business of tenants (`call.endUser`).
 */
export const chatNeutralFields: ReadonlySet<string> = /* @__PURE__ */ new Set(chatNeutral);

const chatAnswer = [
  'messages',
  'model',
  'audio',
  'frequency_penalty',
  'function_call',
  'functions',
  'logit_bias',
  'logprobs',
  'max_completion_tokens',
  'max_tokens',
  'modalities',
  'moderation',
  'n',
  'parallel_tool_calls',
  'prediction',
  'presence_penalty',
  'reasoning_effort',
  'response_format',
  'seed',
  'stop',
  'temperature',
  'tool_choice',
  'tools',
  'top_logprobs',
  'top_p',
  'verbosity',
  'web_search_options',
] as const;
export type ChatAnswerField = (typeof chatAnswer)[number];
/** Chat fields that can. Only tests need the list: they prove that no published field is undecided. */
export const chatAnswerFields: ReadonlySet<string> = /* @__PURE__ */ new Set(chatAnswer);

const embeddingNeutral = ['user'] as const;
export type EmbeddingNeutralField = (typeof embeddingNeutral)[number];
export const embeddingNeutralFields: ReadonlySet<string> = /* @__PURE__ */ new Set(
  embeddingNeutral,
);

const embeddingAnswer = ['input', 'model', 'dimensions', 'encoding_format'] as const;
export type EmbeddingAnswerField = (typeof embeddingAnswer)[number];
export const embeddingAnswerFields: ReadonlySet<string> = /* @__PURE__ */ new Set(embeddingAnswer);

/** The identity of an OpenAI chat call. */
export function chatIdentity(call: ModelCall): CallIdentity {
  const fields = answerFields(call, chatNeutral);
  if (typeof fields['stop'] === 'string') fields['stop'] = [fields['stop']];
  if (fields['n'] === 1) delete fields['n'];
  const format = fields['response_format'];
  if (isObject(format) && format['type'] === 'text' && Object.keys(format).length === 1) {
    delete fields['response_format'];
  }
  const messages = Array.isArray(fields['messages'])
    ? fields['messages'].map(canonicalMessage)
    : [];
  const exact: JsonObject = { ...fields, messages };
  const last = messages[messages.length - 1];
  const text = isObject(last) && last['role'] === 'user' ? textOnly(last['content']) : undefined;
  if (text === undefined || !isObject(last)) return { exact, scope: exact, text: undefined };
  const { content: _, ...rest } = last;
  return { exact, scope: { ...fields, messages: [...messages.slice(0, -1), rest] }, text, last };
}

/** The identity of an embeddings call. Vectors are never interchangeable, so there is no `text`. */
export function embeddingIdentity(call: ModelCall): CallIdentity {
  const exact = answerFields(call, embeddingNeutral);
  if (exact['encoding_format'] === 'float') delete exact['encoding_format'];
  return { exact, scope: exact, text: undefined };
}

/** A copy of the body without what can not change the answer: no nulls, text in NFC, the model in it. */
export function answerFields(call: ModelCall, neutral: readonly string[]): JsonObject {
  const fields = withoutNulls(inNfc(call.body) as JsonObject, neutral);
  // Some hosts name the model in the path alone.
  if (call.model !== undefined) fields['model'] = call.model;
  return fields;
}

function canonicalMessage(message: JsonValue): JsonValue {
  if (!isObject(message)) return message;
  const canonical = withoutNulls(message);
  const { content } = canonical;
  if (Array.isArray(content)) {
    const parts = content.map(withoutBreakpoint);
    const only = parts.length === 1 ? parts[0] : undefined;
    canonical['content'] = (only === undefined ? undefined : plainPart(only)) ?? parts;
  }
  return canonical;
}

/** A cache breakpoint tells the provider what to keep, not what to answer. */
function withoutBreakpoint(part: JsonValue): JsonValue {
  if (!isObject(part) || part['prompt_cache_breakpoint'] === undefined) return part;
  const { prompt_cache_breakpoint: _, ...rest } = part;
  return rest;
}

/** The text of a part that is nothing but text. */
function plainPart(part: JsonValue): string | undefined {
  if (!isObject(part) || part['type'] !== 'text' || Object.keys(part).length !== 2)
    return undefined;
  return typeof part['text'] === 'string' ? part['text'] : undefined;
}

function textOnly(content: JsonValue | undefined): string | undefined {
  if (typeof content === 'string') return content === '' ? undefined : content;
  if (!Array.isArray(content)) return undefined;
  const texts = content.map(plainPart);
  return texts.includes(undefined) || texts.length === 0 ? undefined : texts.join('\n');
}

/** Below the first combining mark all text is in NFC; V8 need not look into strings of one byte a character. */
const mayChange = /[\u0300-\uffff]/;

/** The value with its text in NFC; the same value, not copied, when it is already. */
function inNfc(value: JsonValue): JsonValue {
  if (typeof value === 'string') return mayChange.test(value) ? value.normalize('NFC') : value;
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) {
    const items = value.map(inNfc);
    return items.some((item, index) => item !== value[index]) ? items : value;
  }
  let copy: JsonObject | undefined;
  for (const key of Object.keys(value)) {
    const before = value[key];
    if (before === undefined) continue;
    const after = inNfc(before);
    if (after === before) continue;
    copy ??= { ...value };
    setMember(copy, key, after);
  }
  return copy ?? value;
}
