import { type AbortSource, abortSourceOf } from './aborter.ts';
import type { Pump } from './pump.ts';
import { addReplyStage, isEventStream } from './reply.ts';
import { startHeldReply } from './reply-run.ts';
import type { SseEvent } from './sse-block.ts';
import type { ReplyStage } from './stage-types.ts';
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
  signal?: AbortSignal | AbortSource | undefined;
  /** @default globalThis.setTimeout */
  setTimeout?: ((callback: () => void, ms: number) => unknown) | undefined;
  /** @default globalThis.clearTimeout */
  clearTimeout?: ((timer: never) => void) | undefined;
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
  return new Promise((resolve, reject) =>
    new Hold(options, resolve, reject).run(response, context),
  );
}

/** The stage stays with the reply, so it forgets all that it needed once it has settled. */
class Hold implements ReplyStage {
  readonly name = 'hold';
  #options: HoldOptions | undefined;
  #resolve: ((held: HeldReply) => void) | undefined;
  #reject: ((error: unknown) => void) | undefined;
  #held: { readonly pump: Pump; readonly response: Response } | undefined;
  #timer: unknown;
  #release: (() => void) | undefined;

  constructor(
    options: HoldOptions,
    resolve: (held: HeldReply) => void,
    reject: (error: unknown) => void,
  ) {
    this.#options = options;
    this.#resolve = resolve;
    this.#reject = reject;
  }

  run(response: Response, context: Context): void {
    const { maxMs, signal, setTimeout: set } = this.#options!;
    const held = startHeldReply(addReplyStage(response, this, context));
    this.#held = held;
    const late = () => this.#settle('timeout');
    this.#timer = set === undefined ? setTimeout(late, maxMs) : set(late, maxMs);
    const abort = signal && abortSourceOf(signal);
    if (abort?.aborted === true) {
      this.#abort(abort.reason);
      return;
    }
    this.#release = abort?.onAbort(() => this.#abort(abort.reason));
    held.pump.hold(({ ended, error }) =>
      this.#settle(ended === 'failed' ? 'error' : 'ended', error),
    );
  }

  event(event: SseEvent): void {
    if (this.#options === undefined) return;
    const { decide, maxBytes } = this.#options;
    const decision = decide(event);
    if (decision !== 'hold') this.#settle(decision);
    else if (this.#held!.pump.bytes > maxBytes) this.#settle('overflow');
  }

  #settle(decision: HeldReply['decision'], error?: unknown): void {
    const { pump, response } = this.#held ?? {};
    const resolve = this.#end();
    if (resolve === undefined) return;
    pump!.pause();
    resolve({ decision, error, response: response! });
  }

  #abort(reason: unknown): void {
    const { pump } = this.#held ?? {};
    const reject = this.#reject;
    if (this.#end() === undefined) return;
    pump!.cancel(reason);
    reject!(reason);
  }

  /** @returns how to tell it, the first time. */
  #end(): ((held: HeldReply) => void) | undefined {
    const resolve = this.#resolve;
    if (resolve === undefined) return undefined;
    const clear = this.#options?.clearTimeout;
    if (clear === undefined) clearTimeout(this.#timer as never);
    else clear(this.#timer as never);
    this.#release?.();
    this.#options = this.#resolve = this.#reject = this.#held = undefined;
    this.#timer = this.#release = undefined;
    return resolve;
  }
}
