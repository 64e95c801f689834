/** The state machine of an OpenAI chat stream. */
import type { SseEvent } from '@wintergate/core';
import { isObject, objectsOf, stringOf } from './json.ts';
import { contentText, reasoningText } from './openai-chat-delta.ts';
import { ToolCallTracker } from './openai-chat-tools.ts';
import { readOpenaiError } from './openai-error.ts';
import { readFinish } from './openai-finish.ts';
import { readOpenaiUsage } from './openai-usage.ts';
import type { DecoderOptions, JsonObject, NeutralDelta, StreamDecoder } from './types.ts';

const nothing: readonly NeutralDelta[] = [];
/** The API's own limit for `n`. */
const maxChoices = 128;

class ChatDecoder implements StreamDecoder {
  readonly #endingOnly: boolean;
  readonly #tools = new Map<number, ToolCallTracker>();
  readonly #open = new Set<number>();
  readonly #finished = new Set<number>();
  #started = false;
  #done = false;
  #failed = false;

  constructor(endingOnly: boolean) {
    this.#endingOnly = endingOnly;
  }

  get complete(): boolean {
    return this.#done && !this.#failed && this.#open.size === 0 && this.#finished.size > 0;
  }

  push(event: SseEvent): readonly NeutralDelta[] {
    const { data } = event;
    if (isDone(data)) {
      if (this.#done) return nothing;
      this.#done = true;
      return [{ type: 'done' }];
    }
    if (this.#endingOnly && !tellsEnding(data) && event.event !== 'error') return nothing;
    const chunk = event.json();
    const deltas: NeutralDelta[] = [];
    if (isErrorChunk(chunk, event)) this.#fail(chunk, deltas);
    if (!isObject(chunk)) return deltas;
    this.#start(chunk, deltas);
    for (const choice of objectsOf(chunk['choices'])) this.#choice(choice, deltas);
    const usage = readOpenaiUsage(chunk['usage']);
    if (usage !== undefined) deltas.push({ type: 'usage', usage });
    return deltas;
  }

  #fail(chunk: unknown, deltas: NeutralDelta[]): void {
    this.#failed = true;
    deltas.push({ type: 'error', error: readOpenaiError(0, chunk) });
  }

  #start(chunk: JsonObject, deltas: NeutralDelta[]): void {
    if (this.#started || this.#endingOnly || !Array.isArray(chunk['choices'])) return;
    const id = stringOf(chunk['id']);
    const model = stringOf(chunk['model']);
    // Azure's first chunk, with the filter's results for the prompt, has neither.
    if (!id && !model) return;
    this.#started = true;
    deltas.push({
      type: 'start',
      ...(id ? { id } : {}),
      ...(model ? { model } : {}),
    });
  }

  #choice(choice: JsonObject, deltas: NeutralDelta[]): void {
    const index = typeof choice['index'] === 'number' ? choice['index'] : 0;
    if (this.#open.size + this.#finished.size >= maxChoices && !this.#open.has(index)) return;
    if (!this.#finished.has(index)) this.#open.add(index);
    const { delta } = choice;
    if (isObject(delta) && !this.#endingOnly) this.#delta(index, delta, deltas);
    const raw = stringOf(choice['finish_reason']);
    if (!raw || this.#finished.has(index)) return;
    this.#open.delete(index);
    this.#finished.add(index);
    deltas.push({ type: 'finish', choice: index, reason: readFinish(raw), raw });
    // Mistral and OpenRouter say so when the model broke off; the error itself may be missing.
    if (raw === 'error' && !this.#failed) {
      this.#failed = true;
      deltas.push({ type: 'error', error: { message: 'The model stopped with an error' } });
    }
  }

  #delta(choice: number, delta: JsonObject, deltas: NeutralDelta[]): void {
    const reasoning = reasoningText(delta);
    if (reasoning !== '') deltas.push({ type: 'reasoning', choice, text: reasoning });
    const text = contentText(delta);
    if (text !== '') deltas.push({ type: 'text', choice, text });
    const refusal = stringOf(delta['refusal']);
    if (refusal) deltas.push({ type: 'refusal', choice, text: refusal });
    for (const call of objectsOf(delta['tool_calls'])) this.#toolCall(choice, call, deltas);
    const legacy = delta['function_call'];
    if (isObject(legacy)) this.#toolCall(choice, { index: 0, function: legacy }, deltas);
  }

  #toolCall(choice: number, delta: JsonObject, deltas: NeutralDelta[]): void {
    let tracker = this.#tools.get(choice);
    if (tracker === undefined) this.#tools.set(choice, (tracker = new ToolCallTracker()));
    const { call, begins, arguments: text } = tracker.push(delta);
    if (!begins && text === '') return;
    deltas.push({
      type: 'tool-call',
      choice,
      index: call.index,
      ...(begins && call.id !== '' ? { id: call.id } : {}),
      ...(begins && call.name !== '' ? { name: call.name } : {}),
      arguments: text,
    });
  }
}

/** Creates the decoder of one stream. */
export function createChatDecoder(options: DecoderOptions = {}): StreamDecoder {
  return new ChatDecoder(options.only === 'ending');
}

/** The end marker. */
export function isDone(data: string): boolean {
  return data.length < 16 && data.trim() === '[DONE]';
}

/** An error inside a stream: a top-level `error`, or an event of that name (Groq). */
export function isErrorChunk(chunk: unknown, event: SseEvent): boolean {
  if (event.event === 'error') return true;
  return isObject(chunk) && chunk['error'] !== undefined && chunk['error'] !== null;
}

/**
 * Whether a chunk may hold a finish reason, usage or an error, found without parsing it: inside of
 * JSON text these names can not stand between bare quotes. May say yes without need, never no.
 */
function tellsEnding(data: string): boolean {
  if (data.includes('"usage"') && !nullAfter(data, '"usage"')) return true;
  if (data.includes('"error"') && !nullAfter(data, '"error"')) return true;
  // A name in escapes would be missed: whoever writes like that is parsed.
  return data.includes('\\u') ? true : !nullAfter(data, '"finish_reason"');
}

/** Whether every `name` is followed by `null`. A chunk without the name passes too. */
function nullAfter(data: string, name: string): boolean {
  for (let at = data.indexOf(name); at !== -1; at = data.indexOf(name, at + 1)) {
    let next = at + name.length;
    while (data.charCodeAt(next) === 32 || data.charCodeAt(next) === 58) next++;
    if (data.charCodeAt(next) !== 110) return false;
  }
  return true;
}
