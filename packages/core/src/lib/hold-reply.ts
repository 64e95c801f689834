import { type AbortSource, abortSourceOf } from './aborter.ts';
import { addReplyStage, isEventStream } from './reply.ts';
import { startHeldReply } from './reply-run.ts';
import type { SseEvent } from './sse-block.ts';
import type { Context } from './types.ts';

/** When to stop looking. */
export interface HoldOptions {
  /** Looks at each event. `'hold'`: not yet; `'commit'`: let it go; `'fail'`: unwanted. */
  decide(event: SseEvent): 'hold' | 'commit' | 'fail';
  /** Bytes to hold at most. */
  maxBytes: number;
  /** Milliseconds to hold at most. */
  maxMs: number;
  /** Aborting it rejects with its reason and cancels the reply. */
  signal?: AbortSignal | AbortSource;
  /** @default globalThis.setTimeout */
  setTimeout?: (callback: () => void, ms: number) => unknown;
  /** @default globalThis.clearTimeout */
  clearTimeout?: (timer: never) => void;
}

export interface HeldReply {
  /**
   * `commit` and `fail` as decided; `ended`: it ended cleanly before; `error`: it broke off;
   * `timeout` and `overflow`: a bound was reached, and the reply can go on.
   */
  readonly decision: 'commit' | 'fail' | 'ended' | 'error' | 'timeout' | 'overflow';
  readonly error?: unknown;
  /** Replays what was held and goes on. Cancel it with `cancelReply` when unwanted. */
  readonly response: Response;
}

/**
 * Runs an event stream until `decide` has seen enough, then stops reading. What was held goes on
 * through the same pump: nothing is decoded twice. A reply that is no event stream is committed as
 * it is.
 */
export function holdReply(
  response: Response,
  options: HoldOptions,
  context: Context,
): Promise<HeldReply> {
  if (!isEventStream(response)) return Promise.resolve({ decision: 'commit', response });
  const { decide, maxBytes, maxMs } = options;
  const given = options.signal === undefined ? undefined : abortSourceOf(options.signal);
  const setTimer =
    options.setTimeout ?? ((callback: () => void, ms: number) => setTimeout(callback, ms));
  const clearTimer = options.clearTimeout ?? ((timer: never) => clearTimeout(timer));
  return new Promise((resolve, reject) => {
    let settled = false;
    let held = response;
    let release: (() => void) | undefined;

    const staged = addReplyStage(
      response,
      {
        name: 'hold',
        event(event) {
          if (settled) return;
          const decision = decide(event);
          if (decision !== 'hold') settle(decision);
          else if (pump.bytes > maxBytes) settle('overflow');
        },
      },
      context,
    );
    const { pump, response: reply } = startHeldReply(staged);
    held = reply;

    function settle(decision: HeldReply['decision'], error?: unknown): void {
      if (settled) return;
      settled = true;
      clearTimer(timer as never);
      release?.();
      pump.pause();
      resolve({ decision, error, response: held });
    }

    function abort(): void {
      if (settled) return;
      settled = true;
      clearTimer(timer as never);
      pump.cancel(given?.reason);
      reject(given?.reason);
    }

    const timer = setTimer(() => settle('timeout'), maxMs);
    if (given?.aborted === true) {
      abort();
      return;
    }
    release = given?.onAbort(abort);
    pump.hold((ending) => settle(ending.ended === 'failed' ? 'error' : 'ended', ending.error));
  });
}
