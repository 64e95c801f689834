/** Reads and changes the text of a Messages stream, event by event. */
import type { SseEvent } from '@wintergate/core';
import { type BlockForm, createChannels, formOf, textOfBlock } from './anthropic-blocks.ts';
import { messageId } from './anthropic-compose.ts';
import { blockDelta, blockStart, blockStop, endEvents, startEvent } from './anthropic-event.ts';
import { anthropicPiece } from './anthropic-piece.ts';
import { writeBlock } from './anthropic-text.ts';
import { pieceText } from './event-piece.ts';
import { countOf, isObject, stringOf } from './json.ts';
import type {
  JsonObject,
  ModelCall,
  StreamEditor,
  StreamStep,
  TextChannel,
  TextPiece,
} from './types.ts';
import { withData } from './with-data.ts';

interface Block {
  readonly index: number;
  readonly form: BlockForm;
  readonly channel: TextChannel;
  /** What its first event holds beside text. */
  readonly start: JsonObject;
}

const nothing: StreamStep = { pieces: [], ends: [] };

class AnthropicEditor implements StreamEditor {
  readonly #call: ModelCall;
  readonly #channelOf = createChannels();
  /** By index: blocks that have begun and not ended, as read; and indexes, as written. */
  readonly #blocks = new Map<number, Block>();
  readonly #written = new Set<number>();
  #hasStarted = false;
  #hasFinished = false;
  #outputTokens = 0;

  constructor(call: ModelCall) {
    this.#call = call;
  }

  read(event: SseEvent): StreamStep {
    const known = anthropicPiece(event);
    if (known !== undefined) {
      const block = this.#blocks.get(known.block);
      const isOwn = block?.form.deltaField === known.field;
      return block !== undefined && isOwn ? piece(block, pieceText(event, known)) : nothing;
    }
    const said = event.json();
    if (!isObject(said)) return nothing;
    const index = countOf(said['index']) ?? 0;
    switch (said['type']) {
      case 'content_block_start': {
        const start = said['content_block'];
        const form = isObject(start) ? formOf(start) : undefined;
        if (form === undefined || !isObject(start)) return nothing;
        const block = { index, form, channel: this.#channelOf(form), start };
        this.#blocks.set(index, block);
        return piece(block, textOfBlock(start, form));
      }
      case 'content_block_delta': {
        const block = this.#blocks.get(index);
        return block === undefined ? nothing : piece(block, pieceOf(said, block.form));
      }
      case 'content_block_stop': {
        const block = this.#blocks.get(index);
        return block === undefined ? nothing : { pieces: [], ends: [block.channel] };
      }
      case 'message_delta':
      case 'message_stop':
      case 'error': {
        return { pieces: [], ends: [...this.#blocks.values()].map(({ channel }) => channel) };
      }
      default:
        return nothing;
    }
  }

  write(event: SseEvent, edits: ReadonlyMap<string, string>): SseEvent {
    if (edits.size === 0 && anthropicPiece(event) !== undefined) return event;
    const said = event.json();
    if (!isObject(said)) return event;
    this.#note(said);
    if (edits.size === 0) return event;
    const block = this.#blocks.get(countOf(said['index']) ?? 0);
    const edit = block && edits.get(block.channel.id);
    if (block === undefined || edit === undefined) return event;
    const { deltaField } = block.form;
    const field = said['type'] === 'content_block_start' ? 'content_block' : 'delta';
    const before = said[field] as JsonObject;
    const after =
      field === 'delta' ? { ...before, [deltaField]: edit } : writeBlock(before, block.form, edit);
    return withData(event, JSON.stringify({ ...said, [field]: after }));
  }

  textEvent(channel: TextChannel, text: string): SseEvent {
    const block = [...this.#blocks.values()].find((open) => open.channel.id === channel.id);
    const { index, form, start } = block ?? this.#lost(channel);
    if (this.#written.has(index))
      return blockDelta(index, { type: form.deltaType, [form.deltaField]: text });
    // The event that begins it is in hand, and does not leave.
    this.#written.add(index);
    return blockStart(index, writeBlock(start, form, text));
  }

  blockedEnding(): readonly SseEvent[] {
    const about = { id: messageId(undefined), model: this.#call.model ?? '' };
    const usage = { output_tokens: this.#outputTokens };
    const start = startEvent({ ...about, usage: { input_tokens: 0, output_tokens: 0 } });
    const delta = { stop_reason: 'refusal', stop_sequence: null };
    const [last, end] = endEvents(delta, usage) as [SseEvent, SseEvent];
    return [
      ...(this.#hasStarted ? [] : [start]),
      ...[...this.#written].map(blockStop),
      ...(this.#hasFinished ? [] : [last]),
      end,
    ];
  }

  #note(said: JsonObject): void {
    const index = countOf(said['index']) ?? 0;
    const usage = isObject(said['usage']) ? said['usage'] : {};
    this.#outputTokens = countOf(usage['output_tokens']) ?? this.#outputTokens;
    switch (said['type']) {
      case 'message_start':
        this.#hasStarted = true;
        break;
      case 'content_block_start':
        this.#written.add(index);
        break;
      // What is held of a block leaves before this event, as a part of the block.
      case 'content_block_stop':
        this.#written.delete(index);
        this.#blocks.delete(index);
        break;
      case 'message_delta':
        this.#hasFinished = true;
        this.#blocks.clear();
    }
  }

  /** A block that has ended already: what comes late makes a block of its own. */
  #lost(channel: TextChannel): Block {
    const index = Math.max(-1, ...this.#written, ...this.#blocks.keys()) + 1;
    const type = channel.kind === 'reasoning' ? 'thinking' : 'text';
    const start = { type };
    const form = formOf(start) as BlockForm;
    const block = { index, form, channel, start };
    this.#blocks.set(index, block);
    return block;
  }
}

function pieceOf(said: JsonObject, { deltaType, deltaField }: BlockForm): string {
  const { delta } = said;
  if (!isObject(delta) || delta['type'] !== deltaType) return '';
  return stringOf(delta[deltaField]) ?? '';
}

function piece({ channel }: Block, text: string): StreamStep {
  const pieces: TextPiece[] = text === '' ? [] : [{ channel, text }];
  return { pieces, ends: [] };
}

/** Creates the editor of one stream. */
export function createAnthropicEditor(call: ModelCall): StreamEditor {
  return new AnthropicEditor(call);
}
