/** The state machine of an Anthropic stream. */

import type { SseEvent } from '@wintergate/core';
import { readAnthropicError } from './anthropic-error.ts';
import { readStopReason } from './anthropic-finish.ts';
import { anthropicPiece } from './anthropic-piece.ts';
import { readCitation } from './anthropic-reply.ts';
import { readAnthropicUsage } from './anthropic-usage.ts';
import { type EventPiece, pieceText } from './event-piece.ts';
import { countOf, isObject, stringOf } from './json.ts';
import { damagedEvent } from './openai-error.ts';
import type {
  DecoderOptions,
  JsonObject,
  JsonValue,
  NeutralDelta,
  StreamDecoder,
} from './types.ts';

const nothing: readonly NeutralDelta[] = [];
const choice = 0;

interface ToolBlock {
  /** Which tool call of the answer, in order of appearance. */
  readonly index: number;
  /** The input that its start held; it counts only when no pieces follow. */
  readonly whole: string;
  hasPieces: boolean;
}

/** The decoder of one stream. Unknown events and blocks say nothing. */
export class AnthropicDecoder implements StreamDecoder {
  readonly #onlyEnding: boolean;
  readonly #tools = new Map<number, ToolBlock>();
  #toolCount = 0;
  #openBlocks = 0;
  #usage: JsonObject = {};
  #started = false;
  #finished = false;
  #done = false;
  #failed = false;

  constructor({ only }: DecoderOptions = {}) {
    this.#onlyEnding = only === 'ending';
  }

  get complete(): boolean {
    return this.#done && this.#finished && !this.#failed;
  }

  push(event: SseEvent): readonly NeutralDelta[] {
    if (this.#done || this.#failed) return nothing;
    if (this.#onlyEnding && this.#passes(event)) return nothing;
    const piece = anthropicPiece(event);
    if (piece !== undefined) return this.#piece(piece, pieceText(event, piece));
    const said = event.json();
    if (!isObject(said)) {
      if (event.data.trim() === '') return nothing;
      return this.#fail(damagedEvent);
    }
    switch (said['type']) {
      case 'message_start':
        return this.#start(said['message']);
      case 'content_block_start':
        return this.#open(countOf(said['index']) ?? 0, said['content_block']);
      case 'content_block_delta':
        return this.#delta(countOf(said['index']) ?? 0, said['delta']);
      case 'content_block_stop':
        return this.#close(countOf(said['index']) ?? 0);
      case 'message_delta':
        return this.#end(said['delta'], said['usage']);
      case 'message_stop':
        this.#done = true;
        return [{ type: 'done' }];
      case 'error':
        return this.#fail(readAnthropicError(0, said));
      default:
        return nothing;
    }
  }

  /** Whether the event says nothing of the ending, found without parsing it where its name tells. */
  #passes(event: SseEvent): boolean {
    if (!event.endsWith('}')) return false;
    switch (event.event) {
      case 'content_block_delta':
        return true;
      case 'content_block_start':
        this.#openBlocks++;
        return true;
      case 'content_block_stop':
        this.#openBlocks--;
        return true;
      case '':
        return event.data.startsWith('{"type":"content_block_delta",');
      default:
        return false;
    }
  }

  #fail(error: Extract<NeutralDelta, { type: 'error' }>['error']): readonly NeutralDelta[] {
    this.#failed = true;
    return [{ type: 'error', error }];
  }

  #start(message: JsonValue | undefined): readonly NeutralDelta[] {
    if (!isObject(message)) return nothing;
    // Recorded: an answer that begins anew in the middle of a block. What was told can not be taken back.
    if (this.#started)
      return this.#openBlocks === 0
        ? nothing
        : this.#fail({ ...damagedEvent, message: 'The upstream began its answer anew' });
    this.#started = true;
    const id = stringOf(message['id']);
    const model = stringOf(message['model']);
    const start = { type: 'start', ...(id ? { id } : {}), ...(model ? { model } : {}) } as const;
    return [start, ...this.#count(message['usage'])];
  }

  #open(index: number, block: JsonValue | undefined): readonly NeutralDelta[] {
    if (!isObject(block)) return nothing;
    this.#openBlocks++;
    switch (block['type']) {
      case 'text':
        return textDelta('text', block['text']);
      case 'thinking':
        return textDelta('reasoning', block['thinking']);
      case 'redacted_thinking':
        return [{ type: 'signature', choice, redacted: stringOf(block['data']) ?? '' }];
      case 'tool_use': {
        const input = block['input'];
        const isEmpty = !isObject(input) || Object.keys(input).length === 0;
        const tool = {
          index: this.#toolCount++,
          whole: isEmpty ? '' : JSON.stringify(input),
          hasPieces: false,
        };
        this.#tools.set(index, tool);
        const id = stringOf(block['id']) ?? '';
        const name = stringOf(block['name']) ?? '';
        return [{ type: 'tool-call', choice, index: tool.index, id, name, arguments: '' }];
      }
      default:
        return nothing;
    }
  }

  #delta(index: number, delta: JsonValue | undefined): readonly NeutralDelta[] {
    if (!isObject(delta)) return nothing;
    switch (delta['type']) {
      case 'text_delta':
        return textDelta('text', delta['text']);
      case 'thinking_delta':
        return textDelta('reasoning', delta['thinking']);
      case 'signature_delta':
        return [{ type: 'signature', choice, signature: stringOf(delta['signature']) ?? '' }];
      case 'citations_delta': {
        const citation = delta['citation'];
        return isObject(citation)
          ? [{ type: 'citation', choice, citation: readCitation(citation) }]
          : nothing;
      }
      case 'input_json_delta':
        return this.#input(index, stringOf(delta['partial_json']) ?? '');
      default:
        return nothing;
    }
  }

  #piece({ kind, block }: EventPiece, text: string): readonly NeutralDelta[] {
    return kind === 'tool-arguments' ? this.#input(block, text) : [{ type: kind, choice, text }];
  }

  /** Hosted tools have input too, and are no calls. */
  #input(index: number, piece: string): readonly NeutralDelta[] {
    const tool = this.#tools.get(index);
    if (tool === undefined || piece === '') return nothing;
    tool.hasPieces = true;
    return [{ type: 'tool-call', choice, index: tool.index, arguments: piece }];
  }

  #close(index: number): readonly NeutralDelta[] {
    this.#openBlocks--;
    const tool = this.#tools.get(index);
    if (tool === undefined) return nothing;
    this.#tools.delete(index);
    if (tool.hasPieces) return nothing;
    // A call without arguments sends no piece at all.
    const text = tool.whole === '' ? '{}' : tool.whole;
    return [{ type: 'tool-call', choice, index: tool.index, arguments: text }];
  }

  #end(delta: JsonValue | undefined, usage: JsonValue | undefined): readonly NeutralDelta[] {
    const counted = this.#count(usage);
    const raw = isObject(delta) ? stringOf(delta['stop_reason']) : undefined;
    if (raw === undefined || this.#finished) return counted;
    this.#finished = true;
    const sequence = isObject(delta) ? stringOf(delta['stop_sequence']) : undefined;
    const stop = sequence === undefined ? {} : { stopSequence: sequence };
    return [{ type: 'finish', choice, reason: readStopReason(raw), raw, ...stop }, ...counted];
  }

  /** Counts are cumulative: the last one holds, for fields that it does not have the one before. */
  #count(value: JsonValue | undefined): readonly NeutralDelta[] {
    const usage = readAnthropicUsage(value, this.#usage);
    if (usage === undefined || !isObject(value)) return nothing;
    for (const name of Object.keys(value)) {
      const count = countOf(value[name]);
      if (count !== undefined) this.#usage[name] = count;
    }
    return [{ type: 'usage', usage }];
  }
}

function textDelta(
  type: 'text' | 'reasoning',
  text: JsonValue | undefined,
): readonly NeutralDelta[] {
  return typeof text === 'string' && text !== '' ? [{ type, choice, text }] : nothing;
}
