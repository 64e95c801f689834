/** Watches a stream, and decodes no more of it than the record needs. */
import type { SseEvent } from '@wintergate/core';
import {
  isMeaningful,
  type ModelCall,
  type NeutralDelta,
  type StreamDecoder,
} from '@wintergate/wire';
import type { ReplyFacts } from './exchange.ts';
import { addText, finish, textOf } from './reply-facts.ts';

/** About so many bytes of UTF-8 are one token, in Latin text and in CJK. */
const bytesPerToken = 4;
/** How many of the last events are decoded: finish, usage, end marker and one to spare. */
const tailLength = 4;
const encoder = /* @__PURE__ */ new TextEncoder();

/**
 * The observer of one stream. It decodes the events up to the first meaningful delta and the last
 * four; of those between, only the size is added up, which is what an estimate of the tokens needs.
 * With several choices, or when content is logged, it decodes all of them.
 */
export class StreamObserver {
  readonly #decoder: StreamDecoder;
  readonly #reply: ReplyFacts;
  readonly #maxContentChars: number;
  readonly #onFirstToken: () => void;
  readonly #isWhole: boolean;
  #tail: (SseEvent | undefined)[] | undefined;
  #tailAt = 0;
  /** What an event weighs beside its text, from the first one that has text; -1 before. */
  #envelope = -1;
  #textBytes = 0;

  /** @param onFirstToken called once, at the first meaningful delta. */
  constructor(
    call: ModelCall,
    reply: ReplyFacts,
    maxContentChars: number,
    onFirstToken: () => void,
  ) {
    this.#decoder = call.dialect.createDecoder(call);
    this.#reply = reply;
    this.#maxContentChars = maxContentChars;
    this.#onFirstToken = onFirstToken;
    this.#isWhole = reply.content !== undefined || (call.parameters.choices ?? 1) > 1;
  }

  event(event: SseEvent): void {
    if (this.#envelope === -1 || this.#isWhole) {
      this.#decode(event);
    } else {
      this.#tail ??= new Array(tailLength).fill(undefined);
      this.#tail[this.#tailAt] = event;
      this.#tailAt = (this.#tailAt + 1) % tailLength;
    }
    if (this.#envelope !== -1) this.#textBytes += Math.max(0, event.raw.length - this.#envelope);
  }

  /** @param completed the bytes came to their end. */
  close(completed: boolean): void {
    for (let index = 0; index < tailLength; index += 1) {
      const event = this.#tail?.[(this.#tailAt + index) % tailLength];
      if (event !== undefined) this.#decode(event);
    }
    this.#reply.complete = completed && this.#decoder.complete;
    this.#reply.estimatedTokens = Math.ceil(this.#textBytes / bytesPerToken);
  }

  #decode(event: SseEvent): void {
    for (const delta of this.#decoder.push(event)) this.#read(delta, event);
  }

  #read(delta: NeutralDelta, event: SseEvent): void {
    const reply = this.#reply;
    if (delta.type === 'start') {
      reply.id ??= delta.id;
      reply.model ??= delta.model;
    } else if (delta.type === 'usage') {
      reply.usage = delta.usage;
    } else if (delta.type === 'finish') {
      finish(reply, delta.raw);
    } else if (isMeaningful(delta)) {
      if (this.#envelope === -1) {
        this.#envelope = Math.max(0, event.raw.length - encoder.encode(textOf(delta)).length);
        this.#onFirstToken();
      }
      if (reply.content !== undefined) addText(reply.content, delta, this.#maxContentChars);
    }
  }
}
