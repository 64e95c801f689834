/** The state machine of an OpenAI chat stream. */
import type { SseEvent } from '@wintergate/core';
import { ChoiceStates } from './choice-states.ts';
import { pieceText } from './event-piece.ts';
import { isObject, objectsOf, stringOf } from './json.ts';
import { chatPiece } from './openai-chat-piece.ts';
import { choiceIndex, textsOf } from './openai-chat-text.ts';
import { type StreamToolCall, ToolCallTracker } from './openai-chat-tools.ts';
import { calledOf, toolCallsOf } from './openai-content.ts';
import { damagedEvent, readOpenaiError } from './openai-error.ts';
import { readFinish } from './openai-finish.ts';
import { readOpenaiUsage } from './openai-usage.ts';
import type { DecoderOptions, JsonObject, NeutralDelta, StreamDecoder } from './types.ts';

const nothing: readonly NeutralDelta[] = [];
/** The API's own limit for `n`. */
export const maxChoices = 128;

/** The decoder of one stream. The editor builds on it, and asks for its tool calls. */
export class ChatDecoder implements StreamDecoder {
  readonly #endingOnly: boolean;
  readonly #expected: number;
  readonly #choices = new ChoiceStates(maxChoices);
  #trackers: Map<number, ToolCallTracker> | undefined;
  #started = false;
  #done = false;
  #failed = false;

  /** @param choices how many must have finished where the end marker is missing. */
  constructor(choices = 1, { only }: DecoderOptions = {}) {
    this.#expected = choices || 1;
    // With several choices every chunk counts: it may be the first sign of a choice.
    this.#endingOnly = only === 'ending' && choices <= 1;
  }

  get complete(): boolean {
    return this.#done && this.#haveEnded(1);
  }

  get finished(): boolean {
    return this.#haveEnded(this.#expected);
  }

  /** The tool calls of a choice so far. */
  toolCalls(choice: number): ToolCallTracker {
    this.#trackers ??= new Map();
    let tracker = this.#trackers.get(choice);
    if (tracker === undefined) this.#trackers.set(choice, (tracker = new ToolCallTracker()));
    return tracker;
  }

  push(event: SseEvent): readonly NeutralDelta[] {
    const piece = this.#started ? chatPiece(event) : undefined;
    if (piece !== undefined) {
      const { choice, kind } = piece;
      if (!this.#choices.begin(choice)) return nothing;
      return [{ type: kind, choice, text: pieceText(event, piece) }];
    }
    const { data } = event;
    if (this.#endingOnly && isPiece(data) && event.event !== 'error') return nothing;
    if (isDone(data)) {
      if (this.#done) return nothing;
      this.#done = true;
      return [{ type: 'done' }];
    }
    const chunk = event.json();
    const deltas: NeutralDelta[] = [];
    if (isErrorChunk(chunk, event)) {
      this.#failed = true;
      deltas.push({ type: 'error', error: readOpenaiError(0, chunk) });
    } else if (!this.#done && isDamaged(chunk, event)) {
      this.#failed = true;
      deltas.push({ type: 'error', error: damagedEvent });
    }
    if (!isObject(chunk)) return deltas;
    this.#start(chunk, deltas);
    for (const choice of objectsOf(chunk['choices'])) this.#choice(choice, deltas);
    const usage = readOpenaiUsage(chunk['usage']);
    if (usage !== undefined) deltas.push({ type: 'usage', usage });
    return deltas;
  }

  /** At least so many choices, all that began, and well. */
  #haveEnded(least: number): boolean {
    const { areOpen, finished } = this.#choices;
    return !this.#failed && !areOpen && finished >= least;
  }

  #start(chunk: JsonObject, deltas: NeutralDelta[]): void {
    if (this.#started || this.#endingOnly || !Array.isArray(chunk['choices'])) return;
    const id = stringOf(chunk['id']);
    const model = stringOf(chunk['model']);
    // Azure's first chunk, with the filter's results for the prompt, has neither.
    if (!id && !model) return;
    this.#started = true;
    deltas.push({ type: 'start', ...(id ? { id } : {}), ...(model ? { model } : {}) });
  }

  #choice(choice: JsonObject, deltas: NeutralDelta[]): void {
    const index = choiceIndex(choice);
    const finished = this.#choices.hasFinished(index);
    // More choices than a call can ask for: the stream is never complete.
    if (!this.#choices.begin(index)) return;
    const { delta } = choice;
    if (isObject(delta) && !this.#endingOnly) this.#delta(index, delta, deltas);
    const raw = stringOf(choice['finish_reason']);
    if (!raw || finished) return;
    this.#choices.finish(index);
    deltas.push({ type: 'finish', choice: index, reason: readFinish(raw), raw });
    // Mistral and OpenRouter say so when the model broke off; the error itself may be missing.
    if (raw === 'error' && !this.#failed) {
      this.#failed = true;
      deltas.push({ type: 'error', error: { message: 'The model stopped with an error' } });
    }
  }

  #delta(choice: number, delta: JsonObject, deltas: NeutralDelta[]): void {
    for (const [type, text] of textsOf(delta)) deltas.push({ type, choice, text });
    if (delta['tool_calls'] === undefined && delta['function_call'] === undefined) return;
    const tracker = this.toolCalls(choice);
    for (const piece of toolCallsOf(delta)) {
      const known = tracker.calls.length;
      const call: StreamToolCall = tracker.push(piece);
      const begins = tracker.calls.length > known;
      deltas.push({
        type: 'tool-call',
        choice,
        index: call.index,
        ...(begins && call.id !== '' ? { id: call.id } : {}),
        ...(begins && call.name !== '' ? { name: call.name } : {}),
        arguments: calledOf(piece).arguments,
      });
    }
  }
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

/** Data that is no chunk: something of the answer may have been lost with it. */
export function isDamaged(chunk: unknown, { data }: SseEvent): boolean {
  return !isObject(chunk) && data.trim() !== '';
}

/** How most chunks end, and what they must not hold then. A search for a rare letter stops less often. */
const openEnd = '"finish_reason":null}]}';
const finish = 'finish_reason"';
const others = ['usage"', 'rror"'];

/**
 * Whether data is a whole chunk that tells nothing of how the stream ends: no finish reason, no usage,
 * no error. Found without parsing it: inside of JSON text these names can not stand between bare
 * quotes. May say no without need, never yes.
 */
function isPiece(data: string): boolean {
  // A name written in escapes would be missed: whoever writes like that is parsed.
  if (!data.startsWith('{') || data.includes('\\u')) return false;
  const isOpen = data.endsWith(openEnd) && data.indexOf(finish) > data.length - openEnd.length;
  return (
    (isOpen || (data.endsWith('}') && isNull(data, finish))) &&
    others.every((name) => isNull(data, name))
  );
}

/** Whether every `"name"` is followed by `null`. A chunk without the name passes too. */
function isNull(data: string, name: string): boolean {
  for (let at = data.indexOf(name); at !== -1; at = data.indexOf(name, at + 1)) {
    const before = data.charCodeAt(at - 1);
    if (before !== 34 && before !== 101) continue;
    let next = at + name.length;
    while (data.charCodeAt(next) === 32 || data.charCodeAt(next) === 58) next++;
    if (data.charCodeAt(next) !== 110) return false;
  }
  return true;
}
