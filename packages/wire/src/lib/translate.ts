/** Between the caller's format and the target's: a reply, whole or as a stream. */
import {
  type ByteSource,
  createReply,
  type ReplyStage,
  replySource,
  rewriteReply,
  type SseEvent,
  type StageOutput,
} from '@wintergate/core';
import type { TargetDialect } from './target-dialect.ts';
import type { JsonObject, ModelCall } from './types.ts';

/**
 * A target's JSON reply in the caller's format.
 *
 * @param call the caller's.
 * @throws nothing: a body that says nothing becomes a reply without choices, which is not whole.
 */
export function translateReply(body: JsonObject, from: TargetDialect, call: ModelCall): JsonObject {
  return call.dialect.writeReply(from.readReply(body, call), call);
}

/**
 * A stage that writes a target's stream anew in the caller's format, event by event. The end marker
 * is written only once the target's own has been seen, or, of hosts that send none, once the stream has
 * ended with all of its finish reasons; a stream that breaks off breaks off here too, for the stage
 * outside of it to tell.
 *
 * @param call the caller's.
 */
export function translatingStage(from: TargetDialect, call: ModelCall): ReplyStage {
  const decoder = from.createDecoder(call);
  const writer = call.dialect.createWriter(call);
  let ended = false;

  function send(events: readonly SseEvent[], out: StageOutput): void {
    for (const event of events) out.event(event);
  }

  return {
    name: `translate ${from.id}`,
    transform: true,
    event(event, out) {
      if (ended) return;
      for (const delta of decoder.push(event)) {
        if (delta.type !== 'done') send(writer.push(delta), out);
        else if (decoder.complete) send(writer.end(), out);
        ended = delta.type === 'error' || (delta.type === 'done' && decoder.complete);
        if (ended) return;
      }
    },
    end(out) {
      if (!ended && decoder.finished === true) send(writer.end(), out);
    },
  };
}

/**
 * The reply's stream as server-sent events, where the target frames it in another way. A stream that
 * is damaged breaks off.
 */
export function reframeReply(response: Response, { framing }: TargetDialect): Response {
  if (framing?.contentType.test(response.headers.get('content-type') ?? '') !== true)
    return response;
  const source = replySource(response);
  const reframer = framing.createReframer();
  const body: ByteSource = {
    start(sink) {
      let over = false;
      /** @returns whether it could be read. */
      function pass(read: () => Uint8Array): boolean {
        try {
          const bytes = read();
          if (bytes.length > 0) sink.write(bytes);
          return true;
        } catch (error) {
          over = true;
          source.cancel(error);
          sink.fail(error);
          return false;
        }
      }
      source.start({
        write(chunk) {
          if (!over) pass(() => reframer.push(chunk));
        },
        end() {
          if (!over && pass(() => reframer.end())) sink.end();
        },
        fail(error) {
          if (!over) sink.fail(error);
        },
      });
    },
    pause: () => source.pause(),
    resume: () => source.resume(),
    cancel: (reason) => source.cancel(reason),
  };
  const { headers } = rewriteReply(response, {
    headers: { 'content-type': 'text/event-stream; charset=utf-8', 'content-length': null },
  });
  return createReply({ status: response.status, headers, body });
}
