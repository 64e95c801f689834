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
}

/** Who hears how a broadcast fares. */
export interface BroadcastHost {
  /** The beginning is gone: nobody can join any more. */
  onPrefixGone(): void;
  /** The upstream ended, failed or was given up; or the last reader left. */
  onChange(): void;
}

/**
 * A broadcast of `source`. It starts with the first reader that starts. A class, as its readers are: there is one for
 * every open stream, and closures would take three times as much.
 */
export class Broadcast {
  /** Upstream has said its last word: how. */
  ended: 'completed' | 'failed' | 'cancelled' | undefined;
  readonly #source: ByteSource;
  readonly #options: BroadcastOptions;
  readonly #host: BroadcastHost;
  #readers: BroadcastReader[] = [];
  readonly #chunks: Uint8Array[] = [];
  /** Number of the first chunk that is still here. */
  #first = 0;
  #kept = 0;
  #prefix: boolean;
  #started = false;
  #paused = false;
  #failure: unknown;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(source: ByteSource, options: BroadcastOptions, host: BroadcastHost) {
    this.#source = source;
    this.#options = options;
    this.#host = host;
    this.#prefix = options.shared;
  }

  get readers(): number {
    return this.#readers.length;
  }

  /** A body for one more reader, from the first byte; `undefined` when that is gone. */
  join(): ByteSource | undefined {
    if (this.#first > 0 || !(this.#prefix || !this.#started)) return undefined;
    if (this.ended === 'failed' || this.ended === 'cancelled') return undefined;
    const reader = new BroadcastReader(this);
    // An array that grows from nothing takes room for sixteen more.
    if (this.#readers.length === 0) this.#readers = [reader];
    else this.#readers.push(reader);
    return reader;
  }

  /** The whole body, when it ended well and all of it is still here. */
  bytes(): Uint8Array | undefined {
    if (this.ended !== 'completed' || this.#first > 0) return undefined;
    const whole = new Uint8Array(this.#kept);
    let at = 0;
    for (const chunk of this.#chunks) {
      whole.set(chunk, at);
      at += chunk.length;
    }
    return whole;
  }

  /** Nobody will join any more: what all readers have seen may go. */
  close(): void {
    this.#prefix = false;
    this.#trim();
  }

  /** A reader wants its bytes. */
  begin(reader: BroadcastReader, sink: ByteSink): void {
    if (!this.#readers.includes(reader)) {
      sink.fail(tooSlow());
      return;
    }
    reader.sink = sink;
    if (!this.#started) this.#start();
    this.#feed(reader);
    this.#balance();
  }

  pause(reader: BroadcastReader): void {
    reader.paused = true;
    this.#balance();
  }

  resume(reader: BroadcastReader): void {
    reader.paused = false;
    this.#feed(reader);
    this.#trim();
    this.#balance();
  }

  leave(reader: BroadcastReader, reason: unknown): void {
    if (!this.#readers.includes(reader)) return;
    const last = this.#readers.length === 1;
    if (last && this.ended === undefined && this.#options.abandoned === 'cancel') {
      this.ended = 'cancelled';
      this.#stopTimer();
      this.#source.cancel(reason);
    }
    this.#remove(reader);
    if (last && this.ended === undefined && !this.#started) this.#start();
    this.#balance();
  }

  #start(): void {
    this.#started = true;
    this.#source.start({
      write: (chunk, read) => this.#write(chunk, read),
      end: () => this.#finish('completed'),
      fail: (error) => this.#finish('failed', error),
    });
  }

  #write(chunk: Uint8Array, read: ReadChunk | undefined): void {
    if (this.ended !== undefined) return;
    const { maxBytes, budget } = this.#options;
    this.#chunks.push(chunk);
    this.#kept += chunk.length;
    budget.used += chunk.length;
    for (const reader of this.#present()) this.#feed(reader, read);
    if (this.#kept > maxBytes || budget.used > budget.max) this.#dropPrefix();
    this.#trim();
    this.#balance();
  }

  #finish(how: 'completed' | 'failed', error?: unknown): void {
    if (this.ended !== undefined) return;
    this.ended = how;
    this.#failure = error;
    this.#stopTimer();
    for (const reader of this.#present()) this.#feed(reader);
    this.#host.onChange();
  }

  /** Those who are here now: whoever is fed may leave. */
  #present(): readonly BroadcastReader[] {
    return this.#readers.length > 1 ? [...this.#readers] : this.#readers;
  }

  /**
   * Sends what is there until the reader has had enough. Any write may pause or cancel it.
   *
   * @param read of the last chunk.
   */
  #feed(reader: BroadcastReader, read?: ReadChunk): void {
    const { sink } = reader;
    if (sink === undefined) return;
    const chunks = this.#chunks;
    while (!reader.paused && reader.sink === sink && reader.next - this.#first < chunks.length) {
      const index = reader.next++ - this.#first;
      sink.write(chunks[index]!, index === chunks.length - 1 ? read : undefined);
    }
    if (this.ended === undefined || reader.paused || reader.sink !== sink) return;
    this.#remove(reader);
    if (this.ended === 'completed') sink.end();
    else sink.fail(this.#failure);
  }

  #remove(reader: BroadcastReader): void {
    reader.sink = undefined;
    const at = this.#readers.indexOf(reader);
    if (at !== -1) this.#readers.splice(at, 1);
    this.#trim();
    if (this.#readers.length === 0) this.#host.onChange();
  }

  /** Lets the upstream run while somebody wants more and the window has room. */
  #balance(): void {
    if (!this.#started || this.ended !== undefined) return;
    const { maxBytes, abandoned, slowReaderTimeout } = this.#options;
    const readers = this.#readers;
    const full = this.#kept > maxBytes;
    let wanted = readers.length === 0 && abandoned === 'drain';
    for (const reader of readers) wanted ||= reader.sink !== undefined && !reader.paused;
    const hold = full || !wanted;
    // Readers that are all as slow keep nobody waiting but themselves.
    if (full && readers.some(({ next }) => next > this.#first))
      this.#timer ??= setTimeout(() => this.#dropSlowest(), slowReaderTimeout);
    else this.#stopTimer();
    if (hold === this.#paused) return;
    this.#paused = hold;
    if (hold) this.#source.pause();
    else this.#source.resume();
  }

  #stopTimer(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #dropSlowest(): void {
    this.#timer = undefined;
    // Before any of them goes: that moves the first chunk.
    const slowest = this.#readers.filter(({ next }) => next === this.#first);
    for (const reader of slowest) {
      const { sink } = reader;
      this.#remove(reader);
      sink?.fail(tooSlow());
    }
    this.#balance();
  }

  #dropPrefix(): void {
    if (!this.#prefix) return;
    this.#prefix = false;
    this.#host.onPrefixGone();
    this.#trim();
  }

  #trim(): void {
    if (this.#prefix) return;
    let needed = this.#first + this.#chunks.length;
    for (const { next } of this.#readers) if (next < needed) needed = next;
    if (needed === this.#first) return;
    for (const { length } of this.#chunks.splice(0, needed - this.#first)) {
      this.#kept -= length;
      this.#options.budget.used -= length;
    }
    this.#first = needed;
  }
}

/** The body of one reader. */
class BroadcastReader implements ByteSource {
  readonly #broadcast: Broadcast;
  sink: ByteSink | undefined;
  /** Number of the next chunk. */
  next = 0;
  paused = false;

  constructor(broadcast: Broadcast) {
    this.#broadcast = broadcast;
  }

  start(sink: ByteSink): void {
    this.#broadcast.begin(this, sink);
  }

  pause(): void {
    this.#broadcast.pause(this);
  }

  resume(): void {
    this.#broadcast.resume(this);
  }

  cancel(reason?: unknown): void {
    this.#broadcast.leave(this, reason);
  }
}

function tooSlow(): SlowReaderError {
  return new SlowReaderError('Read the reply faster: others were waiting for it');
}
