/** Builds the complete message from its stream. */
import type { SseEvent, Usage } from '@wintergate/core';
import { anthropicPiece } from './anthropic-piece.ts';
import { writeAnthropicUsage } from './anthropic-usage.ts';
import { pieceText } from './event-piece.ts';
import { countOf, isObject, parseJson, setMember, stringOf } from './json.ts';
import type { JsonObject, JsonValue, StreamAssembler } from './types.ts';

const defaultMaxBytes = 8 * 1024 * 1024;
const maxBlocks = 10_000;

interface Block {
  readonly value: JsonObject;
  /** Pieces of text by the field that they make, and of a tool's input. */
  readonly pieces: Map<string, string[]>;
}

const fields: Readonly<Record<string, readonly [from: string, to: string]>> = {
  text_delta: ['text', 'text'],
  thinking_delta: ['thinking', 'thinking'],
  input_json_delta: ['partial_json', 'input'],
  compaction_delta: ['content', 'content'],
};

class AnthropicAssembler implements StreamAssembler {
  readonly #blocks = new Map<number, Block>();
  #message: JsonObject | undefined;
  #usage: JsonObject = {};
  #left: number;
  #done = false;
  #failed = false;

  constructor(maxBytes: number) {
    this.#left = maxBytes;
  }

  push(event: SseEvent): void {
    if (this.#failed || this.#done) return;
    this.#left -= event.raw.byteLength;
    const piece = this.#left < 0 ? undefined : anthropicPiece(event);
    if (piece !== undefined) {
      const field = piece.kind === 'tool-arguments' ? 'input' : piece.field;
      addText(this.#blocks.get(piece.block), field, pieceText(event, piece));
      return;
    }
    const said = event.json();
    if (this.#left < 0 || !isObject(said)) {
      if (this.#left < 0 || event.data.trim() !== '') this.#fail();
      return;
    }
    const index = countOf(said['index']) ?? 0;
    switch (said['type']) {
      case 'message_start':
        if (this.#message === undefined && isObject(said['message'])) this.#start(said['message']);
        else if (this.#blocks.size > 0) this.#fail();
        break;
      case 'content_block_start':
        if (isObject(said['content_block']) && this.#blocks.size < maxBlocks)
          this.#blocks.set(index, { value: { ...said['content_block'] }, pieces: new Map() });
        else this.#fail();
        break;
      case 'content_block_delta':
        this.#delta(this.#blocks.get(index), said['delta']);
        break;
      case 'message_delta':
        this.#end(said['delta'], said['usage']);
        break;
      case 'message_stop':
        this.#done = true;
        break;
      case 'error':
        this.#fail();
    }
  }

  result(usage?: Usage): JsonObject | undefined {
    const message = this.#message;
    if (this.#failed || !this.#done || message === undefined) return undefined;
    if (typeof message['stop_reason'] !== 'string') return undefined;
    const content: JsonObject[] = [];
    for (const index of [...this.#blocks.keys()].sort((a, b) => a - b)) {
      const block = finished(this.#blocks.get(index) as Block);
      if (block === undefined) return undefined;
      content.push(block);
    }
    const counted = this.#usage['output_tokens'] !== undefined || usage === undefined;
    return {
      ...message,
      content,
      usage: counted ? { ...this.#usage } : { ...this.#usage, ...writeAnthropicUsage(usage) },
    };
  }

  #start(message: JsonObject): void {
    const { usage, ...rest } = message;
    this.#message = rest;
    this.#count(usage);
  }

  #delta(block: Block | undefined, delta: JsonValue | undefined): void {
    if (block === undefined || !isObject(delta)) return;
    const type = stringOf(delta['type']) ?? '';
    if (Object.hasOwn(fields, type)) {
      const [from, to] = fields[type] as readonly [string, string];
      addText(block, to, stringOf(delta[from]) ?? '');
    } else if (type === 'signature_delta') {
      block.value['signature'] = stringOf(delta['signature']) ?? '';
    } else if (type === 'citations_delta') {
      const before = block.value['citations'];
      // The list is our own: events are shared.
      const list = block.pieces.has('citations') && Array.isArray(before) ? before : [];
      if (list !== before) {
        if (Array.isArray(before)) list.push(...before);
        block.pieces.set('citations', []);
        block.value['citations'] = list;
      }
      list.push(delta['citation'] ?? null);
    } else {
      // What is new would be missing from the message.
      this.#fail();
    }
  }

  #end(delta: JsonValue | undefined, usage: JsonValue | undefined): void {
    if (isObject(delta) && this.#message !== undefined)
      for (const name of Object.keys(delta)) setMember(this.#message, name, delta[name] ?? null);
    this.#count(usage);
  }

  /** Counts are cumulative, and later ones may be null. */
  #count(usage: JsonValue | undefined): void {
    if (!isObject(usage)) return;
    for (const name of Object.keys(usage)) {
      const value = usage[name];
      if (value !== undefined && (value !== null || this.#usage[name] === undefined))
        setMember(this.#usage, name, value);
    }
  }

  #fail(): void {
    this.#failed = true;
    this.#blocks.clear();
    this.#message = undefined;
  }
}

function addText(block: Block | undefined, field: string, text: string): void {
  const all = block?.pieces.get(field);
  if (all === undefined) block?.pieces.set(field, [text]);
  else all.push(text);
}

/** The block with all of its pieces; `undefined` when a tool's input is no JSON. */
function finished({ value, pieces }: Block): JsonObject | undefined {
  const block = { ...value };
  for (const [field, texts] of pieces) {
    const text = texts.join('');
    if (field === 'citations' || text === '') continue;
    if (field !== 'input') block[field] = (stringOf(block[field]) ?? '') + text;
    else {
      const input = parseJson(text);
      if (input === undefined) return undefined;
      block['input'] = input as JsonValue;
    }
  }
  return block;
}

/**
 * Creates the assembler of one stream.
 *
 * @param options.maxBytes size of the stream at which it gives up, in bytes. Default 8 MiB.
 */
export function createAnthropicAssembler(options: { maxBytes?: number } = {}): StreamAssembler {
  return new AnthropicAssembler(options.maxBytes ?? defaultMaxBytes);
}
