/** Reads and changes the text of an OpenAI chat stream, event by event. */
import { createSseEvent, type SseEvent } from '@wintergate/core';
import { textChannel, toolChannel } from './channel.ts';
import type { EventPiece } from './event-piece.ts';
import { isObject, objectsOf } from './json.ts';
import { ChatDecoder } from './openai-chat-decoder.ts';
import { chatPiece } from './openai-chat-piece.ts';
import { choiceIndex, reasoningField, writeChoice } from './openai-chat-text.ts';
import type {
  JsonObject,
  ModelCall,
  NeutralDelta,
  StreamEditor,
  StreamStep,
  TextChannel,
} from './types.ts';
import { withData } from './with-data.ts';

const noChannels: readonly TextChannel[] = [];
const noDeltas: readonly NeutralDelta[] = [];
const none: readonly number[] = [];
const onlyFirst: readonly number[] = [0];
const envelope = ['id', 'created', 'model', 'service_tier', 'system_fingerprint'];

class ChatEditor implements StreamEditor {
  readonly #call: ModelCall;
  readonly #decoder = new ChatDecoder();
  readonly #open = new Map<string, TextChannel>();
  /** Choices whose role has left, and those whose finish reason has not: known once written. Few: in lists. */
  #begun = none;
  #unfinished = onlyFirst;
  /** Of the event in hand. */
  #deltas = noDeltas;
  #like: JsonObject = {};
  #reasoning: ReturnType<typeof reasoningField> = 'reasoning_content';
  #hasTwin = false;
  /** What the event before said: its like is read no further. */
  #known: EventPiece | undefined;
  #channel = textChannel('text', 0);

  constructor(call: ModelCall) {
    this.#call = call;
  }

  read(event: SseEvent): StreamStep {
    const deltas = this.#decoder.push(event);
    const [delta] = deltas;
    this.#deltas = deltas;
    const piece = chatPiece(event);
    if (piece !== undefined && piece === this.#known && delta !== undefined && 'text' in delta)
      return { pieces: [{ channel: this.#channel, text: delta.text }], ends: noChannels };
    this.#known = piece;
    if (piece !== undefined) this.#channel = textChannel(piece.kind, piece.choice);
    return this.#readAll(event);
  }

  #readAll(event: SseEvent): StreamStep {
    const pieces = new Map<string, { channel: TextChannel; text: string }>();
    const ends: TextChannel[] = [];
    for (const delta of this.#deltas) {
      if (delta.type === 'start') this.#like = event.json() as JsonObject;
      else if (delta.type === 'finish')
        this.#end(ends, (channel) => channel.choice === delta.choice);
      else if (delta.type === 'done' || delta.type === 'error') this.#end(ends, () => true);
      else if (delta.type !== 'usage') this.#piece(delta, event, pieces, ends);
    }
    return { pieces: [...pieces.values()], ends };
  }

  write(event: SseEvent, edits: ReadonlyMap<string, string>): SseEvent {
    const tools = this.#note();
    this.#deltas = noDeltas;
    const chunk = edits.size === 0 ? undefined : event.json();
    if (!isObject(chunk)) return event;
    const choices = objectsOf(chunk['choices']).map((choice) => {
      const index = choiceIndex(choice);
      return writeChoice(choice, index, 'delta', tools?.get(index) ?? [], edits);
    });
    // Padding for the size of the original text.
    const { obfuscation: _, ...rest } = chunk;
    return withData(event, JSON.stringify({ ...rest, choices }));
  }

  /** What leaves with the event in hand. @returns for each choice whose tool calls those of the event are */
  #note(): Map<number, number[]> | undefined {
    let tools: Map<number, number[]> | undefined;
    for (const delta of this.#deltas) {
      if (!('choice' in delta)) continue;
      this.#begun = withChoice(this.#begun, delta.choice);
      if (delta.type === 'finish')
        this.#unfinished = this.#unfinished.filter((one) => one !== delta.choice);
      else if (delta.type === 'tool-call') {
        tools ??= new Map();
        tools.set(delta.choice, [...(tools.get(delta.choice) ?? []), delta.index]);
      }
    }
    return tools;
  }

  textEvent(channel: TextChannel, text: string): SseEvent {
    const { choice, kind } = channel;
    const role = this.#begun.includes(choice) ? {} : { role: 'assistant' };
    this.#begun = withChoice(this.#begun, choice);
    return this.#chunk(choice, { ...role, ...this.#delta(kind, channel, text) }, null);
  }

  blockedEnding(): readonly SseEvent[] {
    const events = this.#unfinished.map((choice) =>
      this.#chunk(
        choice,
        this.#begun.includes(choice) ? {} : { role: 'assistant', content: '' },
        'content_filter',
      ),
    );
    return [...events, createSseEvent({ data: '[DONE]' })];
  }

  #piece(
    delta: Extract<NeutralDelta, { choice: number }>,
    event: SseEvent,
    pieces: Map<string, { channel: TextChannel; text: string }>,
    ends: TextChannel[],
  ): void {
    if (!carriesText(delta)) return;
    const { choice } = delta;
    this.#unfinished = withChoice(this.#unfinished, choice);
    const isTool = delta.type === 'tool-call';
    const text = isTool ? delta.arguments : delta.text;
    const fresh = isTool ? toolChannel(choice, delta.index) : textChannel(delta.type, choice);
    const channel = this.#open.get(fresh.id) ?? fresh;
    if (isTool) this.#endReplaced(channel, ends);
    if (delta.type === 'reasoning') {
      const like = deltaOf(event, choice);
      this.#reasoning = reasoningField(like);
      this.#hasTwin = like['reasoning'] === like[this.#reasoning];
    }
    if (text === '') return;
    this.#open.set(channel.id, channel);
    // Two deltas of one call in one event are one piece.
    const before = pieces.get(channel.id)?.text ?? '';
    pieces.set(channel.id, { channel, text: before + text });
  }

  #end(ends: TextChannel[], which: (channel: TextChannel) => boolean): void {
    for (const channel of this.#open.values()) {
      if (!which(channel)) continue;
      this.#open.delete(channel.id);
      ends.push(channel);
    }
  }

  /** Where hosts write one index for all calls, the call before is over once the next one begins. */
  #endReplaced({ choice, index }: TextChannel, ends: TextChannel[]): void {
    const { calls } = this.#decoder.toolCalls(choice);
    this.#end(
      ends,
      (open) =>
        open.kind === 'tool-arguments' &&
        open.choice === choice &&
        open.index !== index &&
        calls[open.index]?.rawIndex === calls[index]?.rawIndex,
    );
  }

  #delta(kind: TextChannel['kind'], { choice, index }: TextChannel, text: string): JsonObject {
    if (kind === 'text') return { content: text };
    if (kind === 'refusal') return { refusal: text };
    if (kind === 'reasoning') {
      return this.#reasoning === 'content'
        ? { content: [{ type: 'thinking', thinking: [{ type: 'text', text }] }] }
        : { [this.#reasoning]: text, ...(this.#hasTwin ? { reasoning: text } : {}) };
    }
    const call = this.#decoder.toolCalls(choice).calls[index];
    if (call?.first['type'] === 'legacy') return { function_call: { arguments: text } };
    const piece = isObject(call?.first['custom'])
      ? { custom: { input: text } }
      : { function: { arguments: text } };
    // Without an index only the id says whose the piece is.
    const whose =
      call !== undefined && call.rawIndex === undefined
        ? { id: call.id }
        : { index: call?.rawIndex ?? index };
    return { tool_calls: [{ ...whose, ...piece }] };
  }

  #chunk(index: number, delta: JsonObject, finish: string | null): SseEvent {
    const chunk: JsonObject = {
      id: 'chatcmpl-filtered',
      object: 'chat.completion.chunk',
      created: Math.floor(Date.now() / 1000),
      model: this.#call.model ?? '',
    };
    for (const field of envelope) {
      const value = this.#like[field];
      if (value !== undefined && value !== null) chunk[field] = value;
    }
    chunk['choices'] = [{ index, delta, finish_reason: finish }];
    return createSseEvent({ data: JSON.stringify(chunk) });
  }
}

function withChoice(choices: readonly number[], choice: number): readonly number[] {
  return choices.includes(choice) ? choices : [...choices, choice];
}

/** Creates the editor of one stream. */
export function createChatEditor(call: ModelCall): StreamEditor {
  return new ChatEditor(call);
}

function deltaOf(event: SseEvent, index: number): JsonObject {
  const chunk = event.json() as JsonObject;
  const choice = objectsOf(chunk['choices']).find((item) => choiceIndex(item) === index);
  return (choice?.['delta'] ?? {}) as JsonObject;
}

type TextDelta = Extract<NeutralDelta, { text: string } | { arguments: string }>;

function carriesText(delta: NeutralDelta): delta is TextDelta {
  return 'text' in delta || delta.type === 'tool-call';
}
