/** A reply's body as the platform's own Response takes it. */

import { join } from './join.ts';
import type { PumpResult } from './pump.ts';
import { adopt, createReply, isEventStream } from './reply.ts';
import { atHand, runReply } from './reply-run.ts';
import { replyStream } from './reply-stream.ts';
import type { ByteSink, ByteSource } from './stage-types.ts';

/**
 * Bytes where all of the body is there at once, which is the case of most JSON: a standard stream costs as much
 * as everything else that is done for a short call. Else a stream that goes on where the bytes ended.
 *
 * @param signal as in {@link replyStream}.
 * @returns `undefined` when the body broke before its first byte: there is still time for an error.
 */
export function nativeBody(
  response: Response,
  onDone: (result: PumpResult) => void,
  signal: AbortSignal,
): Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array> | undefined {
  const { content } = adopt(response);
  const isHere = atHand(content) !== undefined;
  // Events that are still to come go out one by one, and none is asked for before somebody reads. A standard
  // stream never has anything at once.
  if (!isHere && (isEventStream(response) || !('start' in (content.value as object))))
    return replyStream(response, onDone, signal);
  const begun = begin(response, onDone, signal);
  if (begun.ended === 'completed') return begun.take();
  if (begun.ended === 'failed' && begun.size === 0) return undefined;
  return replyStream(createReply({ body: begun.rest() }), undefined, signal);
}

/** Runs the reply as far as it goes at once. */
function begin(response: Response, onDone: (result: PumpResult) => void, signal: AbortSignal) {
  const chunks: Uint8Array[] = [];
  let sink: ByteSink | undefined;
  let failure: unknown;
  const state = {
    ended: undefined as 'completed' | 'failed' | undefined,
    size: 0,
    take: () => join(chunks.splice(0), state.size) as Uint8Array<ArrayBuffer>,
    rest,
  };
  const pump = runReply(
    response,
    {
      write(chunk) {
        if (sink !== undefined) return sink.write(chunk);
        chunks.push(chunk);
        state.size += chunk.length;
      },
      end() {
        state.ended = 'completed';
        sink?.end();
      },
      fail(error) {
        state.ended = 'failed';
        failure = error;
        sink?.fail(error);
      },
    },
    onDone,
    () => signal.aborted,
  );
  if (state.ended === undefined) pump.pause();

  function rest(): ByteSource {
    let paused = false;
    let cancelled = false;
    return {
      start(to) {
        if (state.size > 0) to.write(state.take());
        // From within the write.
        if (cancelled) return;
        sink = to;
        if (state.ended === 'completed') to.end();
        else if (state.ended === 'failed') to.fail(failure);
        else if (!paused) pump.resume();
      },
      pause() {
        paused = true;
        pump.pause();
      },
      resume() {
        paused = false;
        pump.resume();
      },
      cancel(reason) {
        cancelled = true;
        pump.cancel(reason);
      },
    };
  }
  return state;
}
