/** Builds the complete OpenAI chat reply from its stream. */
import type { SseEvent, Usage } from '@wintergate/core';
import { type EventPiece, pieceText } from './event-piece.ts';
import { isObject, objectsOf, setMember, stringOf } from './json.ts';
import { ChoiceAssembler } from './openai-chat-choice.ts';
import { isDamaged, isDone, isErrorChunk, maxChoices } from './openai-chat-decoder.ts';
import { chatPiece } from './openai-chat-piece.ts';
import { choiceIndex } from './openai-chat-text.ts';
import { writeOpenaiUsage } from './openai-usage.ts';
import type { JsonObject, JsonValue, StreamAssembler } from './types.ts';

const defaultMaxBytes = 8 * 1024 * 1024;
/** Of a chunk, not of the reply: rebuilt, or padding. */
const chunkOnly: ReadonlySet<string> = /* @__PURE__ */ new Set([
  'choices',
  'object',
  'usage',
  'obfuscation',
]);

class ChatAssembler implements StreamAssembler {
  readonly #maxBytes: number;
  readonly #choices = new Map<number, ChoiceAssembler>();
  #fields: JsonObject = {};
  #usage: JsonValue | undefined;
  #bytes = 0;
  #done = false;
  #failed = false;
  /** What the event before said: of its like only what differs is taken. */
  #known: EventPiece | undefined;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  push(event: SseEvent): void {
    if (this.#failed || this.#done) return;
    this.#bytes += event.raw.byteLength;
    if (this.#bytes > this.#maxBytes) {
      this.#fail();
      return;
    }
    const piece = chatPiece(event);
    if (piece !== undefined && piece === this.#known) {
      this.#piece(event, piece);
      return;
    }
    this.#known = piece;
    if (isDone(event.data)) {
      this.#done = true;
    } else {
      const chunk = event.json();
      if (isErrorChunk(chunk, event) || isDamaged(chunk, event)) this.#fail();
      else if (isObject(chunk)) this.#chunk(chunk);
    }
  }

  result(usage?: Usage): JsonObject | undefined {
    if (this.#failed || !this.#done || this.#choices.size === 0) return undefined;
    const choices: JsonObject[] = [];
    for (const index of [...this.#choices.keys()].sort((a, b) => a - b)) {
      const choice = this.#choices.get(index)?.result(index);
      if (choice === undefined) return undefined;
      choices.push(choice);
    }
    const counts = this.#usage ?? (usage === undefined ? undefined : writeOpenaiUsage(usage));
    const { id, created, model, ...rest } = this.#fields;
    return {
      id: id ?? '',
      object: 'chat.completion',
      created: created ?? 0,
      model: model ?? '',
      choices,
      ...(counts === undefined ? {} : { usage: counts }),
      ...rest,
    };
  }

  #piece(event: SseEvent, piece: EventPiece): void {
    for (const { name, hole, isNumber } of piece.fields) {
      const value = event.texts![hole]!;
      this.#field(name, isNumber ? Number(value) : value);
    }
    this.#choices.get(piece.choice)?.pushText(piece.field, pieceText(event, piece));
  }

  #field(name: string, value: JsonValue | undefined): void {
    // Azure's first chunk has an empty id, model and a `created` of 0.
    if (chunkOnly.has(name) || value === undefined || value === null || value === '') return;
    if (name === 'created' && value === 0) return;
    setMember(this.#fields, name, value);
  }

  #chunk(chunk: JsonObject): void {
    for (const name in chunk) this.#field(name, chunk[name]);
    if (isObject(chunk['usage'])) this.#usage = chunk['usage'];
    for (const choice of objectsOf(chunk['choices'])) this.#choice(choice);
  }

  #choice(choice: JsonObject): void {
    const index = choiceIndex(choice);
    const assembler = this.#choices.get(index) ?? new ChoiceAssembler();
    this.#choices.set(index, assembler);
    assembler.push(choice);
    // Mistral and OpenRouter say so when the model broke off.
    if (stringOf(choice['finish_reason']) === 'error' || this.#choices.size > maxChoices)
      this.#fail();
  }

  #fail(): void {
    this.#failed = true;
    this.#choices.clear();
    this.#fields = {};
  }
}

/**
 * Creates the assembler of one stream.
 *
 * @param options.maxBytes size of the stream at which it gives up, in bytes. Default 8 MiB.
 */
export function createChatAssembler(options: { maxBytes?: number } = {}): StreamAssembler {
  return new ChatAssembler(options.maxBytes ?? defaultMaxBytes);
}
