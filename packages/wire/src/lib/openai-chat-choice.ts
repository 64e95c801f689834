/** One choice of an OpenAI chat stream, put together. */
import { isObject, objectsOf, setMember, stringOf } from './json.ts';
import { plainText } from './openai-chat-read.ts';
import { calledOf } from './openai-chat-text.ts';
import { type StreamToolCall, ToolCallTracker } from './openai-chat-tools.ts';
import type { JsonObject, JsonValue } from './types.ts';

const textFields: ReadonlySet<string> = /* @__PURE__ */ new Set([
  'role',
  'content',
  'refusal',
  'reasoning',
  'reasoning_content',
  'tool_calls',
  'function_call',
  'index',
]);
const choiceFields: ReadonlySet<string> = /* @__PURE__ */ new Set([
  'index',
  'delta',
  'finish_reason',
  'logprobs',
]);

interface Part {
  readonly type: 'text' | 'thinking' | 'other';
  text: string;
  readonly raw: JsonObject | undefined;
}

interface CallParts {
  readonly call: StreamToolCall;
  readonly fields: JsonObject;
  readonly custom: boolean;
  text: string;
}

export class ChoiceAssembler {
  readonly #parts: Part[] = [];
  readonly #tracker = new ToolCallTracker();
  readonly #calls = new Map<StreamToolCall, CallParts>();
  readonly #texts: Record<string, string> = {};
  readonly #message: JsonObject = {};
  readonly #choice: JsonObject = {};
  readonly #logprobs: Record<string, JsonValue[]> = {};
  #legacy: { name: string; arguments: string } | undefined;
  #finish: string | undefined;
  #inParts = false;
  #sawContent = false;

  push(choice: JsonObject): void {
    const { delta, finish_reason: finish, logprobs } = choice;
    if (isObject(delta)) this.#delta(delta);
    if (isObject(logprobs)) {
      for (const kind of ['content', 'refusal']) {
        const tokens = logprobs[kind];
        if (Array.isArray(tokens)) (this.#logprobs[kind] ??= []).push(...tokens);
      }
    }
    merge(this.#choice, choice, choiceFields);
    if (typeof finish === 'string' && finish !== '') this.#finish = finish;
  }

  /** The choice as a reply has it, `undefined` before its finish reason. */
  result(index: number): JsonObject | undefined {
    if (this.#finish === undefined) return undefined;
    const { content, refusal } = this.#logprobs;
    return {
      index,
      message: this.#messageResult(),
      logprobs:
        content === undefined && refusal === undefined
          ? null
          : { content: content ?? null, refusal: refusal ?? null },
      finish_reason: this.#finish,
      ...this.#choice,
    };
  }

  #delta(delta: JsonObject): void {
    this.#content(delta['content']);
    for (const field of ['refusal', 'reasoning_content', 'reasoning']) {
      const text = delta[field];
      if (typeof text === 'string') this.#texts[field] = (this.#texts[field] ?? '') + text;
    }
    for (const call of objectsOf(delta['tool_calls'])) this.#toolCall(call);
    const legacy = delta['function_call'];
    if (isObject(legacy)) {
      this.#legacy ??= { name: '', arguments: '' };
      this.#legacy.name ||= stringOf(legacy['name']) ?? '';
      this.#legacy.arguments += stringOf(legacy['arguments']) ?? '';
    }
    merge(this.#message, delta, textFields);
  }

  #content(content: JsonValue | undefined): void {
    if (typeof content === 'string') {
      this.#sawContent = true;
      this.#add('text', content, undefined);
      return;
    }
    if (!Array.isArray(content)) return;
    this.#sawContent = true;
    this.#inParts = true;
    for (const part of objectsOf(content)) {
      if (part['type'] === 'thinking') this.#add('thinking', plainText(part['thinking']), part);
      else if (typeof part['text'] === 'string') this.#add('text', part['text'], part);
      else this.#parts.push({ type: 'other', text: '', raw: part });
    }
  }

  #add(type: 'text' | 'thinking', text: string, raw: JsonObject | undefined): void {
    const last = this.#parts[this.#parts.length - 1];
    if (last !== undefined && last.type === type) last.text += text;
    else if (text !== '') this.#parts.push({ type, text, raw });
  }

  #toolCall(delta: JsonObject): void {
    const call = this.#tracker.push(delta);
    let parts = this.#calls.get(call);
    if (parts === undefined) {
      const custom = isObject(delta['custom']);
      this.#calls.set(call, (parts = { call, custom, fields: {}, text: '' }));
    }
    parts.text += calledOf(delta).arguments;
    merge(parts.fields, delta, new Set(['index', 'id', 'type', 'function', 'custom']));
  }

  #messageResult(): JsonObject {
    const calls = [...this.#calls.values()].map(toolCallResult);
    const hasOther =
      calls.length > 0 || this.#legacy !== undefined || Boolean(this.#texts['refusal']);
    const { refusal, ...reasoning } = this.#texts;
    return {
      role: 'assistant',
      content: this.#contentResult(hasOther),
      refusal: refusal || null,
      ...reasoning,
      ...(calls.length > 0 ? { tool_calls: calls } : {}),
      ...(this.#legacy === undefined ? {} : { function_call: { ...this.#legacy } }),
      ...this.#message,
    };
  }

  #contentResult(hasOther: boolean): JsonValue {
    if (this.#inParts) return this.#parts.map(partResult);
    const text = this.#parts[0]?.text ?? '';
    return text === '' && (hasOther || !this.#sawContent) ? null : text;
  }
}

function partResult({ type, text, raw }: Part): JsonValue {
  if (type === 'text') return { ...raw, type: 'text', text };
  if (type === 'thinking') return { ...raw, type, thinking: [{ type: 'text', text }] };
  return raw ?? null;
}

function toolCallResult({ call, custom, fields, text }: CallParts): JsonObject {
  const { id, name } = call;
  return custom
    ? { id, type: 'custom', custom: { name, input: text }, ...fields }
    : { id, type: 'function', function: { name, arguments: text }, ...fields };
}

/** Fields that nobody here knows: lists go on, anything else is replaced by its latest value. */
function merge(target: JsonObject, source: JsonObject, known: ReadonlySet<string>): void {
  for (const key in source) {
    const value = source[key];
    if (value === undefined || value === null || known.has(key)) continue;
    const before = Object.hasOwn(target, key) ? target[key] : undefined;
    if (Array.isArray(value) && Array.isArray(before)) before.push(...value);
    else setMember(target, key, Array.isArray(value) ? value.slice() : value);
  }
}
