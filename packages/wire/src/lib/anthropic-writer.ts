/** A reply of any dialect as a Messages stream. */
import type { SseEvent, Usage } from '@wintergate/core';
import { messageId, writeCitation } from './anthropic-compose.ts';
import { anthropicError } from './anthropic-error.ts';
import {
  anthropicEvent,
  blockDelta,
  blockStart,
  blockStop,
  endEvents,
  startEvent,
} from './anthropic-event.ts';
import { writeStopReason } from './anthropic-finish.ts';
import { writeAnthropicUsage } from './anthropic-usage.ts';
import { toolId } from './anthropic-write-turns.ts';
import { parseJson } from './json.ts';
import type { StreamWriter } from './target-dialect.ts';
import type { JsonObject, ModelCall, NeutralDelta } from './types.ts';

type ToolDelta = Extract<NeutralDelta, { type: 'tool-call' }>;

interface Block {
  readonly index: number;
  readonly kind: 'text' | 'thinking' | 'tool';
  /** Of a tool call: which one, and its arguments so far. */
  readonly call?: number;
  told: string;
}

/** Blocks follow one another; a call whose arguments are not whole stays open beside the next one. */
class AnthropicWriter implements StreamWriter {
  readonly #call: ModelCall;
  #open: Block[] = [];
  #blocks = 0;
  #started = false;
  #failed = false;
  #usage: Usage | undefined;
  #finish: Extract<NeutralDelta, { type: 'finish' }> | undefined;

  constructor(call: ModelCall) {
    this.#call = call;
  }

  push(delta: NeutralDelta): readonly SseEvent[] {
    const events: SseEvent[] = [];
    if (delta.type === 'usage') this.#usage = delta.usage;
    else if (delta.type === 'error') this.#fail(delta.error, events);
    else if (delta.type === 'start') this.#start(events, delta);
    // A message is one choice.
    else if ('choice' in delta && delta.choice === 0) {
      this.#start(events);
      this.#say(delta, events);
    }
    return events;
  }

  end(): readonly SseEvent[] {
    if (this.#failed) return [];
    const events: SseEvent[] = [];
    this.#start(events);
    this.#close(events);
    const { reason, stopSequence } = this.#finish ?? { reason: 'stop' as const };
    const delta = {
      stop_reason: writeStopReason(reason, stopSequence),
      stop_sequence: stopSequence ?? null,
    };
    const usage = this.#usage ?? { inputTokens: 0, outputTokens: 0 };
    return [...events, ...endEvents(delta, writeAnthropicUsage(usage))];
  }

  #start(events: SseEvent[], about: { id?: string; model?: string } = {}): void {
    if (this.#started) return;
    this.#started = true;
    const usage = { ...(this.#usage ?? { inputTokens: 0 }), outputTokens: 0 };
    const model = about.model ?? this.#call.model ?? '';
    events.push(startEvent({ id: messageId(about.id), model, usage: writeAnthropicUsage(usage) }));
  }

  #fail(error: Extract<NeutralDelta, { type: 'error' }>['error'], events: SseEvent[]): void {
    this.#failed = true;
    const { error: told } = anthropicError({ ...error, status: error.status ?? 500 });
    events.push(anthropicEvent('error', { error: told as JsonObject }));
  }

  #say(delta: Extract<NeutralDelta, { choice: number }>, events: SseEvent[]): void {
    switch (delta.type) {
      case 'text':
      case 'refusal':
        if (delta.text === '') return;
        this.#delta('text', { type: 'text_delta', text: delta.text }, events);
        break;
      case 'reasoning':
        if (delta.text === '') return;
        this.#delta('thinking', { type: 'thinking_delta', thinking: delta.text }, events);
        break;
      case 'signature':
        if (delta.redacted !== undefined) {
          this.#close(events);
          const index = this.#blocks++;
          const block = { type: 'redacted_thinking', data: delta.redacted };
          events.push(blockStart(index, block), blockStop(index));
        }
        if (delta.signature !== undefined)
          this.#delta('thinking', { type: 'signature_delta', signature: delta.signature }, events);
        break;
      case 'citation':
        this.#delta(
          'text',
          { type: 'citations_delta', citation: writeCitation(delta.citation) },
          events,
        );
        break;
      case 'tool-call':
        this.#tool(delta, events);
        break;
      case 'finish':
        this.#finish = delta;
    }
  }

  #delta(kind: 'text' | 'thinking', delta: JsonObject, events: SseEvent[]): void {
    let block = this.#open[0];
    if (block?.kind !== kind) {
      this.#close(events);
      block = { index: this.#blocks++, kind, told: '' };
      this.#open.push(block);
      const empty = kind === 'text' ? { text: '' } : { thinking: '', signature: '' };
      events.push(blockStart(block.index, { type: kind, ...empty }));
    }
    events.push(blockDelta(block.index, delta));
  }

  #tool(delta: ToolDelta, events: SseEvent[]): void {
    let block = this.#open.find(({ call }) => call === delta.index);
    if (block === undefined) {
      this.#close(events, ({ told }) => told === '' || parseJson(told) !== undefined);
      block = { index: this.#blocks++, kind: 'tool', call: delta.index, told: '' };
      this.#open.push(block);
      const id = toolId(delta.id ?? '');
      const name = delta.name ?? '';
      events.push(blockStart(block.index, { type: 'tool_use', id, name, input: {} }));
    }
    if (delta.arguments === '') return;
    block.told += delta.arguments;
    const piece = { type: 'input_json_delta', partial_json: delta.arguments };
    events.push(blockDelta(block.index, piece));
  }

  /** Ends the open blocks; of tool calls, where `isWhole` is given, those alone that it holds of. */
  #close(events: SseEvent[], isWhole: (block: Block) => boolean = () => true): void {
    const left = this.#open.filter((block) => block.kind === 'tool' && !isWhole(block));
    for (const block of this.#open) if (!left.includes(block)) events.push(blockStop(block.index));
    this.#open = left;
  }
}

/** Creates the writer of one stream. */
export function createAnthropicWriter(call: ModelCall): StreamWriter {
  return new AnthropicWriter(call);
}
