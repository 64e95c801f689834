/** Watches a reply in neutral form, stream or JSON, without touching it. */
import {
  addReplyStage,
  type Context,
  type ReplyEnding,
  type ReplyStage,
  type SseEvent,
  type Usage,
} from '@wintergate/core';
import { isObject } from './json.ts';
import type { JsonObject, ModelCall, NeutralDelta, NeutralReply } from './types.ts';

/** How a reply ended, in all that can be known of it. */
export interface ReplyEnd extends ReplyEnding {
  /** The dialect's own end was seen: every finish reason, and for streams the end marker. */
  readonly complete: boolean;
  /** As the provider reported it. */
  readonly usage: Usage | undefined;
}

/** What an observer hears. Every method is optional; what nobody asks for is not decoded. */
export interface ReplyObserver {
  /** Each delta of a stream, with its event. */
  delta?(delta: NeutralDelta, event: SseEvent): void;
  /** A JSON reply, once whole; errors too. Not called for bodies that are no JSON object. */
  reply?(reply: NeutralReply, body: JsonObject): void;
  /** Last, always, for both kinds. */
  close?(end: ReplyEnd): void;
}

/**
 * Watches a reply. It is neither altered nor delayed. An observer that throws fails the reply.
 *
 * @returns the response to go on with.
 * @example
 * return observeReply(await next(), call, { close: ({ usage }) => count(usage) }, context);
 */
export function observeReply(
  response: Response,
  call: ModelCall,
  observer: ReplyObserver,
  context: Context,
): Response {
  const { dialect } = call;
  const decoder = dialect.createDecoder(
    call,
    observer.delta === undefined ? { only: 'ending' } : {},
  );
  let usage: Usage | undefined;
  let whole = false;
  const stage: ReplyStage = {
    name: 'observeReply',
    event(event) {
      for (const delta of decoder.push(event)) {
        if (delta.type === 'usage') usage = delta.usage;
        observer.delta?.(delta, event);
      }
    },
    body(body) {
      const json = body.json();
      if (!isObject(json)) return;
      const reply = dialect.readReply(json, call);
      usage = reply.usage;
      whole = response.ok && isWhole(reply, call);
      observer.reply?.(reply, json);
    },
    close(ending) {
      const complete = ending.ended === 'completed' && (whole || decoder.complete);
      observer.close?.({ ...ending, complete, usage });
    },
  };
  return addReplyStage(response, stage, context);
}

/**
 * Whether a JSON reply is all of an answer: without an error, and with every choice finished.
 * Embeddings have no choices; a chat without a finish reason was cut.
 */
export function isWhole(reply: NeutralReply, call: ModelCall): boolean {
  if (reply.error !== undefined) return false;
  if (call.operation === 'embeddings') return true;
  return reply.choices.length > 0 && reply.choices.every((choice) => choice.finish !== undefined);
}
