/**
 * Giving up, without a platform's `AbortController` until somebody asks for its signal: making one and
 * listening to it costs several microseconds, and nearly no call is ever given up.
 */
import type { Context } from './types.ts';

/** Tells when a call is given up. */
export interface AbortSource {
  readonly aborted: boolean;
  readonly reason: unknown;
  /** The platform's own signal, made on first use. */
  readonly signal: AbortSignal;
  /**
   * Calls back once, when it is given up; never if it has been already.
   *
   * @returns takes the listener away again.
   */
  onAbort(listener: () => void): () => void;
}

/** Gives up what follows it. */
export interface Aborter extends AbortSource {
  /** Later calls do nothing. @param reason what `signal.reason` becomes. @default an `AbortError` */
  abort(reason?: unknown): void;
  /** Follows its parent no longer. */
  release(): void;
}

const sourceKey = Symbol.for('@wintergate/core/abort-source');

/**
 * Creates an aborter. One with a parent is given up with it, for the same reason.
 *
 * @example
 * const attempt = createAborter(abortOf(context));
 * const response = await next(request, context.fork({ signal: attempt }));
 */
export function createAborter(parent?: AbortSource): Aborter {
  return new LightAborter(parent);
}

/** What gives this context's call up; `context.signal` is its signal. */
export function abortOf(context: Context): AbortSource {
  const own = (context as { [sourceKey]?: AbortSource })[sourceKey];
  return own ?? abortSourceOf(context.signal);
}

/** A platform's signal as an {@link AbortSource}. */
export function abortSourceOf(signal: AbortSignal | AbortSource): AbortSource {
  return 'onAbort' in signal ? signal : new SignalSource(signal);
}

class LightAborter implements Aborter {
  aborted = false;
  reason: unknown;
  // Nearly always one: no Set for it.
  #listener: (() => void) | undefined;
  #others: readonly (() => void)[] | undefined;
  #controller: AbortController | undefined;
  #unfollow: (() => void) | undefined;

  constructor(parent: AbortSource | undefined) {
    if (parent?.aborted === true) this.abort(parent.reason);
    else if (parent !== undefined) this.#unfollow = parent.onAbort(() => this.abort(parent.reason));
  }

  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      if (this.aborted) this.#controller.abort(this.reason);
    }
    return this.#controller.signal;
  }

  onAbort(listener: () => void): () => void {
    if (this.#listener === undefined) this.#listener = listener;
    else this.#others = this.#others === undefined ? [listener] : [...this.#others, listener];
    return () => this.#remove(listener);
  }

  #remove(listener: () => void): void {
    if (this.#listener === listener) this.#listener = undefined;
    else if (this.#others !== undefined)
      this.#others = this.#others.filter((other) => other !== listener);
  }

  abort(reason?: unknown): void {
    if (this.aborted) return;
    this.aborted = true;
    this.reason = reason ?? new DOMException('This operation was aborted', 'AbortError');
    this.release();
    this.#controller?.abort(this.reason);
    // Who is told may take another away.
    while (this.#listener !== undefined || this.#others?.length) {
      const listener = this.#listener ?? this.#others?.[0];
      if (this.#listener === undefined) this.#others = this.#others?.slice(1);
      this.#listener = undefined;
      listener?.();
    }
  }

  release(): void {
    this.#unfollow?.();
    this.#unfollow = undefined;
  }
}

class SignalSource implements AbortSource {
  readonly signal: AbortSignal;

  constructor(signal: AbortSignal) {
    this.signal = signal;
  }

  get aborted(): boolean {
    return this.signal.aborted;
  }

  get reason(): unknown {
    return this.signal.reason;
  }

  onAbort(listener: () => void): () => void {
    const { signal } = this;
    signal.addEventListener('abort', listener, { once: true });
    return () => signal.removeEventListener('abort', listener);
  }
}
