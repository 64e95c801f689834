/** What a reply stage is: the one way to watch or change a reply's body. */
import type { SseEvent } from './sse-block.ts';

/** How the body ended for the stage: from the stage's own point of view, its input. */
export interface ReplyEnding {
  readonly ended: 'completed' | 'cancelled' | 'failed';
  readonly error?: unknown;
}

/** A reply that is not an event stream, whole. */
export interface ReplyBody {
  readonly bytes: Uint8Array;
  /** Parsed once for all stages; `undefined` when it is not JSON. Shared: never change it. */
  json(): unknown;
}

/** Where a stage writes: to what lies outside of it. */
export interface StageOutput {
  /** Passes an event on, the same (its bytes stay as they were) or a new one from `createSseEvent`. */
  event(event: SseEvent): void;
  /** Passes bytes on. */
  bytes(chunk: Uint8Array): void;
  /**
   * Ends the reply here and cancels everything inside of this stage. Write the dialect's terminal
   * event before it. The outcome's `ended` becomes `ended`.
   *
   * @param ended `'failed'` unless told otherwise.
   */
  end(ended?: 'completed' | 'failed'): void;
}

/**
 * Watches or changes a reply's body. Stages of one reply form one ordered list that one pump runs
 * with one SSE decode. All methods are synchronous except `body` of a transform, and are called
 * in order; none is called after `end` or `fail`. A stage that throws fails the reply, and so does one whose `event`,
 * `bytes` or `end` answers a promise: what it wrote later would be lost.
 *
 * With `transform` absent the input passes by itself, at once and unaltered, and the methods only
 * watch. With `transform: true` nothing passes unless written to `out`.
 */
export interface ReplyStage {
  /** For error messages. */
  readonly name: string;
  readonly transform?: boolean;
  /** Before the first byte. `out` may be kept and used later, by a timer for instance, until the end. */
  start?(out: StageOutput): void;
  /** An event of a `text/event-stream` reply. Comments alone pass by themselves. */
  event?: ((event: SseEvent, out: StageOutput) => void) | undefined;
  /**
   * Any other reply, once whole. A transform answers the bytes to send instead, or `undefined` to
   * send it as it was. Over `maxBodyBytes` it is not called: an observer hears `overflow`, and a
   * transform fails the reply unless it has an `overflow`, which then lets it pass.
   */
  body?:
    | ((
        body: ReplyBody,
        out: StageOutput,
        // biome-ignore lint/suspicious/noConfusingVoidType: an observer's method returns nothing
      ) => Uint8Array | Promise<Uint8Array | undefined> | undefined | void)
    | undefined;
  /**
   * Asked before anything else, perhaps more than once, where all of the reply is there in one piece and comes unchanged
   * through what lies further in. `true`: it may pass unseen; of the other methods only `close` is called then.
   */
  passes?(whole: Uint8Array): boolean;
  /** Default 32 MiB. */
  readonly maxBodyBytes?: number | undefined;
  overflow?: (() => void) | undefined;
  /** Raw bytes of a reply of either kind; takes the place of `event` and `body`. */
  bytes?(chunk: Uint8Array, out: StageOutput): void;
  /** The input ended completely. `out` may still be written to. */
  end?(out: StageOutput): void;
  /**
   * The input broke off. A stage that has this and calls `out.end()` turns the break into an end
   * of its own making; otherwise the failure goes on outward.
   */
  fail?(error: unknown, out: StageOutput): void;
  /**
   * The reader can take no more for now: the source rests until `resume`. A silence in between is
   * not the upstream's.
   */
  pause?(): void;
  /** The reader is ready again. */
  resume?(): void;
  /** Last call of all, whatever happened, `cancelled` included: release timers and report. */
  close?(ending: ReplyEnding): void;
}

/** Pushes bytes into a sink, and stops on request. What a reply's body is made of. */
export interface ByteSource {
  /** Called once. */
  start(sink: ByteSink): void;
  pause(): void;
  resume(): void;
  /** Gives up the rest. No call to the sink follows. */
  cancel(reason?: unknown): void;
  /** The whole body if it has arrived already, before any `start`: it can be sent at once. */
  take?(): Uint8Array | undefined;
}

/** A chunk of a stream whose events somebody has read, or will. Means nothing to others. */
export interface ReadChunk {
  readonly bytes: Uint8Array;
}

/** Takes what a source pushes. After `end` or `fail` nothing follows. */
export interface ByteSink {
  /**
   * @param read what was read of this very chunk before. Whoever hands the chunk on as it is may hand this on
   *   with it, so that the next who reads events need not read them again; nobody keeps it.
   */
  write(chunk: Uint8Array, read?: ReadChunk): void;
  end(): void;
  fail(error: unknown): void;
}
