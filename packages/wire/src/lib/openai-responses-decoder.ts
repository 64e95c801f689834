/** The state machine of a Responses stream. */
import type { SseEvent } from '@wintergate/core';
import { type EventPiece, pieceText } from './event-piece.ts';
import { countOf, isObject, objectsOf, stringOf } from './json.ts';
import { damagedEvent, readOpenaiError } from './openai-error.ts';
import { readAnnotation, readItem, readLogprobs, reasoningText } from './openai-responses-parts.ts';
import { responsesPiece } from './openai-responses-piece.ts';
import { errorOf, finishOf, readFinish } from './openai-responses-reply.ts';
import { readOpenaiUsage } from './openai-usage.ts';
import type {
  DecoderOptions,
  JsonObject,
  JsonValue,
  NeutralDelta,
  ReplyError,
  StreamDecoder,
} from './types.ts';

const nothing: readonly NeutralDelta[] = [];
const choice = 0;

/** Events that say text: what it is, and which of the fields beside `output_index` tells them apart. */
const texts: Readonly<Record<string, readonly ['text' | 'refusal' | 'reasoning', string]>> = {
  output_text: ['text', 'content_index'],
  refusal: ['refusal', 'content_index'],
  reasoning_text: ['reasoning', 'content_index'],
  reasoning_summary_text: ['reasoning', 'summary_index'],
};
/** The fields that hold all of it at its end. */
const wholes: Readonly<Record<string, string>> = { refusal: 'refusal' };

/** What of an item has been told. Items are known by place: some hosts change their ids on the way. */
interface Item {
  /** Of a tool call: which one. */
  readonly call?: number;
  told: boolean;
  /** Places of texts that came in pieces. */
  readonly places: Set<string>;
}

/** The decoder of one stream. Events of hosted tools, and unknown ones, say nothing. */
export class ResponsesDecoder implements StreamDecoder {
  readonly #onlyEnding: boolean;
  readonly #items = new Map<number, Item>();
  #calls = 0;
  #started = false;
  #done = false;
  #failed = false;
  /** What the event before said: what its like says beside its text has been noted. */
  #before: EventPiece | undefined;

  constructor(options: DecoderOptions = {}) {
    this.#onlyEnding = options.only === 'ending';
  }

  get complete(): boolean {
    return this.#done && !this.#failed;
  }

  push(event: SseEvent): readonly NeutralDelta[] {
    if (this.#done || this.#failed) return nothing;
    if (this.#onlyEnding && !isEnding(event)) return nothing;
    const piece = responsesPiece(event);
    if (piece !== undefined && piece === this.#before)
      return this.#piece(piece, pieceText(event, piece));
    this.#before = piece;
    const said = event.json();
    if (!isObject(said)) {
      // Hosts that serve both of OpenAI's formats end this one as the other.
      if (event.data.trim() === '' || event.data === '[DONE]') return nothing;
      return this.#fail(damagedEvent);
    }
    const type = stringOf(said['type']) ?? '';
    switch (type) {
      case 'response.created':
      case 'response.in_progress':
      case 'response.queued':
        return this.#start(said['response']);
      case 'response.completed':
      case 'response.incomplete':
        return this.#end(said['response']);
      case 'response.failed':
        return this.#fail(failureOf(said['response']));
      case 'error':
        return this.#fail(readOpenaiError(0, said));
      default:
        if ((said['error'] ?? undefined) !== undefined && type === '')
          return this.#fail(readOpenaiError(0, said));
        return this.#onlyEnding ? nothing : this.#item(type, said);
    }
  }

  #fail(error: ReplyError): readonly NeutralDelta[] {
    this.#failed = true;
    return [{ type: 'error', error }];
  }

  #start(response: JsonValue | undefined): readonly NeutralDelta[] {
    if (this.#started || !isObject(response) || this.#onlyEnding) return nothing;
    this.#started = true;
    const { id, model, created_at: created } = response;
    return [
      {
        type: 'start',
        ...(typeof id === 'string' ? { id } : {}),
        ...(typeof model === 'string' ? { model } : {}),
        ...(typeof created === 'number' ? { created: Math.floor(created) } : {}),
      },
    ];
  }

  #end(response: JsonValue | undefined): readonly NeutralDelta[] {
    if (!isObject(response))
      return this.#fail({ message: 'The upstream ended without a response' });
    this.#done = true;
    const raw = finishOf(response) ?? 'completed';
    const called =
      this.#calls > 0 || objectsOf(response['output']).some(({ type }) => isCall(type));
    const deltas: NeutralDelta[] = [
      { type: 'finish', choice, reason: readFinish(raw, called), raw },
    ];
    const usage = readOpenaiUsage(response['usage']);
    if (usage !== undefined) deltas.push({ type: 'usage', usage });
    deltas.push({ type: 'done' });
    return deltas;
  }

  #item(type: string, said: JsonObject): readonly NeutralDelta[] {
    const at = countOf(said['output_index']) ?? 0;
    switch (type) {
      case 'response.output_item.added':
        return this.#add(at, said['item']);
      case 'response.output_item.done':
        return this.#close(at, said['item']);
      case 'response.function_call_arguments.delta':
      case 'response.custom_tool_call_input.delta':
        return this.#arguments(at, stringOf(said['delta']) ?? '');
      case 'response.function_call_arguments.done':
        return this.#rest(at, stringOf(said['arguments']) ?? '');
      case 'response.custom_tool_call_input.done':
        return this.#rest(at, stringOf(said['input']) ?? '');
      case 'response.output_text.annotation.added': {
        const { annotation } = said;
        return isObject(annotation)
          ? [{ type: 'citation', choice, citation: readAnnotation(annotation) }]
          : nothing;
      }
      default: {
        const [, name = '', step] = /^response\.(\w+)\.(delta|done)$/.exec(type) ?? [];
        if (!Object.hasOwn(texts, name)) return nothing;
        const whole = stringOf(said[wholes[name] ?? 'text']);
        return this.#text(at, name, said, step === 'delta' ? undefined : (whole ?? ''));
      }
    }
  }

  #piece({ kind, block }: EventPiece, text: string): readonly NeutralDelta[] {
    return kind === 'tool-arguments'
      ? this.#arguments(block, text)
      : [{ type: kind, choice, text }];
  }

  #text(at: number, name: string, said: JsonObject, whole?: string): readonly NeutralDelta[] {
    const [type, place] = texts[name] as readonly ['text' | 'refusal' | 'reasoning', string];
    const item = this.#known(at);
    const key = `${name} ${countOf(said[place]) ?? 0}`;
    // At its end a text is repeated, or said for the first time.
    if (whole !== undefined && item.places.has(key)) return nothing;
    const text = whole ?? stringOf(said['delta']) ?? '';
    if (text === '') return nothing;
    const isNext = name === 'reasoning_summary_text' && !item.places.has(key);
    item.places.add(key);
    item.told = true;
    const deltas: NeutralDelta[] = [];
    if (isNext && item.places.size > 1) deltas.push({ type: 'reasoning', choice, text: '\n\n' });
    deltas.push({ type, choice, text });
    const logprobs = readLogprobs(said['logprobs']);
    if (logprobs !== undefined) deltas.push({ type: 'logprobs', choice, logprobs });
    return deltas;
  }

  #known(at: number): Item {
    let item = this.#items.get(at);
    if (item === undefined) this.#items.set(at, (item = { told: false, places: new Set() }));
    return item;
  }

  #add(at: number, item: JsonValue | undefined): readonly NeutralDelta[] {
    if (!isObject(item) || !isCall(item['type'])) return nothing;
    const call = this.#calls++;
    this.#items.set(at, { call, told: false, places: new Set() });
    const id = stringOf(item['call_id']) ?? '';
    const name = stringOf(item['name']) ?? '';
    const custom = item['type'] === 'custom_tool_call' ? { custom: true } : {};
    return [{ type: 'tool-call', choice, index: call, id, name, ...custom, arguments: '' }];
  }

  #arguments(at: number, text: string): readonly NeutralDelta[] {
    const item = this.#items.get(at);
    if (item?.call === undefined || text === '') return nothing;
    item.told = true;
    return [{ type: 'tool-call', choice, index: item.call, arguments: text }];
  }

  /** All arguments at once, where no piece of them came. */
  #rest(at: number, text: string): readonly NeutralDelta[] {
    return this.#items.get(at)?.told === true ? nothing : this.#arguments(at, text);
  }

  #close(at: number, item: JsonValue | undefined): readonly NeutralDelta[] {
    if (!isObject(item)) return nothing;
    const deltas: NeutralDelta[] = [];
    const known = this.#items.get(at);
    if (isCall(item['type'])) {
      if (known?.call === undefined) deltas.push(...this.#add(at, item));
      deltas.push(...this.#rest(at, stringOf(item['arguments']) ?? stringOf(item['input']) ?? ''));
    } else if (known?.told !== true) {
      for (const part of readItem(item))
        if ((part.type === 'text' || part.type === 'refusal') && part.text !== '')
          deltas.push({ type: part.type, choice, text: part.text });
      const reasoning = item['type'] === 'reasoning' ? reasoningText(item) : '';
      if (reasoning !== '') deltas.push({ type: 'reasoning', choice, text: reasoning });
    }
    const signature = stringOf(item['encrypted_content']);
    if (item['type'] === 'reasoning' && signature)
      deltas.push({ type: 'signature', choice, signature });
    this.#items.delete(at);
    return deltas;
  }
}

function isCall(type: JsonValue | undefined): boolean {
  return type === 'function_call' || type === 'custom_tool_call';
}

function failureOf(response: JsonValue | undefined): ReplyError {
  const error = isObject(response) ? errorOf(response) : undefined;
  return error ?? { message: 'The upstream reported an error' };
}

const typeStart = '{"type":"';
const endings = ['response.completed', 'response.incomplete', 'response.failed', 'error'];
const endingText = /"(?:response\.(?:completed|incomplete|failed)|error)"/;

/** Whether an event may tell how the stream ends: by its name, or for hosts that give none its text. */
function isEnding(event: SseEvent): boolean {
  const { event: name } = event;
  // By far the most common, told apart at once.
  if (name === 'response.output_text.delta') return !event.endsWith('}');
  if (name.startsWith('response.')) {
    if (name.endsWith('.delta')) return !event.endsWith('}');
    const { data } = event;
    const { length } = typeStart;
    if (
      data.startsWith(typeStart) &&
      data.startsWith(name, length) &&
      data[length + name.length] === '"'
    )
      return endings.includes(name);
  }
  return endings.includes(name) || endingText.test(event.data);
}
