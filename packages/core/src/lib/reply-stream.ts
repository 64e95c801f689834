import type { Pump, PumpResult } from './pump.ts';
import { adopt, asReply } from './reply.ts';
import { createPump, runReply } from './reply-run.ts';
import type { ByteSink } from './stage-types.ts';

/**
 * The reply's bytes as a standard stream that pulls: nothing is read before somebody asks, and
 * cancelling it cancels the source.
 *
 * @param signal the caller's: aborting it breaks the stream off with its reason, as `fetch` does,
 *   and cancels the source even when nobody reads any more.
 */
export function replyStream(
  response: Response,
  onDone: (result: PumpResult) => void = () => {},
  signal?: AbortSignal,
): ReadableStream<Uint8Array> {
  let pump: Pump | undefined;
  let controller: ReadableStreamDefaultController<Uint8Array>;
  let asked: (() => void) | undefined;
  let over = false;

  function answer(): void {
    const resolve = asked;
    asked = undefined;
    resolve?.();
  }

  function close(): void {
    over = true;
    signal?.removeEventListener('abort', abort);
    answer();
  }

  function abort(): void {
    if (over) return;
    controller.error(signal?.reason);
    cancel(signal?.reason);
  }

  function cancel(reason: unknown): void {
    close();
    if (pump !== undefined) pump.cancel(reason);
    else pump = runCancelled(response, reason, onDone);
  }

  const sink: ByteSink = {
    write(chunk) {
      if (over) return;
      controller.enqueue(chunk);
      // A source may push from within its start, before `runReply` has answered.
      (pump ?? asReply(response)?.content.pump)?.pause();
      answer();
    },
    end() {
      if (over) return;
      controller.close();
      close();
    },
    fail(error) {
      if (over) return;
      controller.error(error ?? new TypeError('The reply broke off'));
      close();
    },
  };

  return new ReadableStream<Uint8Array>(
    {
      start(given) {
        controller = given;
        signal?.addEventListener('abort', abort);
      },
      pull() {
        return new Promise<void>((resolve) => {
          asked = resolve;
          const callerLeft = () => signal?.aborted === true;
          if (pump === undefined) pump = runReply(response, sink, onDone, callerLeft);
          else pump.resume();
        });
      },
      cancel,
    },
    { highWaterMark: 0 },
  );
}

/** Nobody read a byte: cancel without starting the source. */
function runCancelled(
  response: Response,
  reason: unknown,
  onDone: (result: PumpResult) => void,
): Pump {
  const reply = adopt(response);
  reply.content.used = true;
  const pump = (reply.content.pump ??= createPump(reply));
  pump.cancel(reason);
  onDone({ ended: 'cancelled', error: reason, bytes: 0 });
  return pump;
}
