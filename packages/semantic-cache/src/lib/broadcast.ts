/** One body for several readers: a shared buffer in which each holds an offset. */
import type { ByteSink, ByteSource, ReadChunk } from '@wintergate/core';

/** A reader was so slow that others had to wait for it. */
export class SlowReaderError extends Error {
  override readonly name = 'SlowReaderError';
}

/** Bytes that all broadcasts of one cache keep together for readers yet to come. */
export interface BufferBudget {
  used: number;
  readonly max: number;
}

export interface BroadcastOptions {
  /** Size of the window between the first and the last byte that is kept. */
  readonly maxBytes: number;
  /** How long a reader may keep the others waiting once the window is full, in milliseconds. */
  readonly slowReaderTimeout: number;
  readonly budget: BufferBudget;
  /** Keep the beginning for readers yet to come. */
  readonly shared: boolean;
  /** What to do with the upstream when the last reader has left. */
  readonly abandoned: 'cancel' | 'drain';
  /** The beginning is gone: nobody can join any more. */
  onPrefixGone(): void;
  /** The upstream ended, failed or was given up; or the last reader left. */
  onChange(): void;
}

interface Reader {
  sink: ByteSink | undefined;
  /** Number of the next chunk. */
  next: number;
  paused: boolean;
}

/** See {@link createBroadcast}. */
export interface Broadcast {
  /** Upstream has said its last word: how. */
  readonly ended: 'completed' | 'failed' | 'cancelled' | undefined;
  readonly readers: number;
  /** A body for one more reader, from the first byte; `undefined` when that is gone. */
  join(): ByteSource | undefined;
  /** The whole body, when it ended well and all of it is still here. */
  bytes(): Uint8Array | undefined;
  /** Nobody will join any more: what all readers have seen may go. */
  close(): void;
}

/** Creates a broadcast of `source`. It starts with the first reader that starts. */
export function createBroadcast(source: ByteSource, options: BroadcastOptions): Broadcast {
  const { maxBytes, budget } = options;
  const readers = new Set<Reader>();
  const chunks: Uint8Array[] = [];
  /** Number of the first chunk that is still here. */
  let first = 0;
  let kept = 0;
  let prefix = options.shared;
  let started = false;
  let paused = false;
  let failure: unknown;
  let timer: ReturnType<typeof setTimeout> | undefined;

  function trim(): void {
    if (prefix) return;
    let needed = first + chunks.length;
    for (const { next } of readers) if (next < needed) needed = next;
    if (needed === first) return;
    for (const chunk of chunks.splice(0, needed - first)) release(chunk);
    first = needed;
  }

  function release(chunk: Uint8Array): void {
    kept -= chunk.length;
    budget.used -= chunk.length;
  }

  function dropPrefix(): void {
    if (!prefix) return;
    prefix = false;
    options.onPrefixGone();
    trim();
  }

  /**
   * Sends what is there until the reader has had enough. Any write may pause or cancel it.
   *
   * @param read of the last chunk.
   */
  function feed(reader: Reader, read?: ReadChunk): void {
    const { sink } = reader;
    if (sink === undefined) return;
    while (!reader.paused && reader.sink === sink && reader.next - first < chunks.length) {
      const index = reader.next++ - first;
      sink.write(chunks[index]!, index === chunks.length - 1 ? read : undefined);
    }
    if (state.ended === undefined || reader.paused || reader.sink !== sink) return;
    remove(reader);
    if (state.ended === 'completed') sink.end();
    else sink.fail(failure);
  }

  function remove(reader: Reader): void {
    reader.sink = undefined;
    if (readers.delete(reader)) state.readers--;
    trim();
    if (readers.size === 0) options.onChange();
  }

  /** Lets the upstream run while somebody wants more and the window has room. */
  function balance(): void {
    if (!started || state.ended !== undefined) return;
    const full = kept > maxBytes;
    let wanted = readers.size === 0 && options.abandoned === 'drain';
    for (const reader of readers) wanted ||= reader.sink !== undefined && !reader.paused;
    const hold = full || !wanted;
    // Readers that are all as slow keep nobody waiting but themselves.
    if (full && [...readers].some(({ next }) => next > first))
      timer ??= setTimeout(dropSlowest, options.slowReaderTimeout);
    else stopTimer();
    if (hold === paused) return;
    paused = hold;
    if (hold) source.pause();
    else source.resume();
  }

  function stopTimer(): void {
    clearTimeout(timer);
    timer = undefined;
  }

  function dropSlowest(): void {
    timer = undefined;
    // Before any of them goes: that moves the first chunk.
    const slowest = [...readers].filter(({ next }) => next === first);
    for (const reader of slowest) {
      const { sink } = reader;
      remove(reader);
      sink?.fail(tooSlow());
    }
    balance();
  }

  function finish(how: NonNullable<Broadcast['ended']>, error?: unknown): void {
    if (state.ended !== undefined) return;
    state.ended = how;
    failure = error;
    stopTimer();
    for (const reader of [...readers]) feed(reader);
    options.onChange();
  }

  function start(): void {
    started = true;
    source.start({
      write(chunk, read) {
        if (state.ended !== undefined) return;
        chunks.push(chunk);
        kept += chunk.length;
        budget.used += chunk.length;
        for (const reader of readers) feed(reader, read);
        if (kept > maxBytes || budget.used > budget.max) dropPrefix();
        trim();
        balance();
      },
      end: () => finish('completed'),
      fail: (error) => finish('failed', error),
    });
  }

  function leave(reader: Reader, reason: unknown): void {
    if (!readers.has(reader)) return;
    const last = readers.size === 1;
    if (last && state.ended === undefined && options.abandoned === 'cancel') {
      state.ended = 'cancelled';
      stopTimer();
      source.cancel(reason);
    }
    remove(reader);
    if (last && state.ended === undefined && !started) start();
    balance();
  }

  /** Fields and no getters: an object literal with getters costs V8 a hidden class each time. */
  const state: { -readonly [K in keyof Broadcast]: Broadcast[K] } = {
    ended: undefined,
    readers: 0,
    join() {
      if (
        first > 0 ||
        !(prefix || !started) ||
        state.ended === 'failed' ||
        state.ended === 'cancelled'
      )
        return undefined;
      const reader: Reader = { sink: undefined, next: 0, paused: false };
      readers.add(reader);
      state.readers++;
      return {
        start(sink) {
          if (!readers.has(reader)) {
            sink.fail(tooSlow());
            return;
          }
          reader.sink = sink;
          if (!started) start();
          feed(reader);
          balance();
        },
        pause() {
          reader.paused = true;
          balance();
        },
        resume() {
          reader.paused = false;
          feed(reader);
          trim();
          balance();
        },
        cancel: (reason) => leave(reader, reason),
      };
    },
    bytes() {
      if (state.ended !== 'completed' || first > 0) return undefined;
      const whole = new Uint8Array(kept);
      let at = 0;
      for (const chunk of chunks) {
        whole.set(chunk, at);
        at += chunk.length;
      }
      return whole;
    },
    close() {
      prefix = false;
      trim();
    },
  };
  return state;
}

function tooSlow(): SlowReaderError {
  return new SlowReaderError('Read the reply faster: others were waiting for it');
}
