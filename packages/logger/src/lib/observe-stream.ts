/** Watches a stream, and decodes no more of it than the record needs. */
import type { SseEvent } from '@wintergate/core';
import { isMeaningful, type ModelCall, type NeutralDelta } from '@wintergate/wire';
import type { ReplyFacts } from './exchange.ts';
import { addText, finish, textOf } from './reply-facts.ts';

export interface StreamObserver {
  event(event: SseEvent): void;
  /** @param completed the bytes came to their end. */
  close(completed: boolean): void;
}

/** About so many bytes of UTF-8 are one token, in Latin text and in CJK. */
const bytesPerToken = 4;
/** How many of the last events are decoded: finish, usage, end marker and one to spare. */
const tailLength = 4;
const encoder = /* @__PURE__ */ new TextEncoder();

/**
 * Creates the observer of one stream. It decodes the events up to the first meaningful delta and
 * the last four; of those between, only the size is added up, which is what an estimate of the
 * tokens needs. With several choices, or when content is logged, it decodes all of them.
 *
 * @param onFirstToken called once, at the first meaningful delta.
 */
export function createStreamObserver(
  call: ModelCall,
  reply: ReplyFacts,
  maxContentChars: number,
  onFirstToken: () => void,
): StreamObserver {
  const decoder = call.dialect.createDecoder(call);
  const keep = reply.content;
  const whole = keep !== undefined || (call.parameters.choices ?? 1) > 1;
  const tail: (SseEvent | undefined)[] = new Array(tailLength).fill(undefined);
  let tailAt = 0;
  /** What an event weighs beside its text, from the first one that has text; -1 before. */
  let envelope = -1;
  let textBytes = 0;

  function decode(event: SseEvent): void {
    for (const delta of decoder.push(event)) read(delta, event);
  }

  function read(delta: NeutralDelta, event: SseEvent): void {
    if (delta.type === 'start') {
      reply.id ??= delta.id;
      reply.model ??= delta.model;
    } else if (delta.type === 'usage') {
      reply.usage = delta.usage;
    } else if (delta.type === 'finish') {
      finish(reply, delta.raw);
    } else if (isMeaningful(delta)) {
      if (envelope === -1) {
        envelope = Math.max(0, event.raw.length - encoder.encode(textOf(delta)).length);
        onFirstToken();
      }
      if (keep !== undefined) addText(keep, delta, maxContentChars);
    }
  }

  return {
    event(event) {
      if (envelope === -1 || whole) {
        decode(event);
      } else {
        tail[tailAt] = event;
        tailAt = (tailAt + 1) % tailLength;
      }
      if (envelope !== -1) textBytes += Math.max(0, event.raw.length - envelope);
    },
    close(completed) {
      for (let index = 0; index < tailLength; index += 1) {
        const event = tail[(tailAt + index) % tailLength];
        if (event !== undefined) decode(event);
      }
      reply.complete = completed && decoder.complete;
      reply.estimatedTokens = Math.ceil(textBytes / bytesPerToken);
    },
  };
}
