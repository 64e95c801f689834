/** Records on their way to the sink: in batches, bounded, and never in a request's way. */
import { isPromise } from '@wintergate/core';
import type { LogRecord, LogSink } from './types.ts';

export interface QueueOptions {
  readonly sink: LogSink;
  readonly batchSize: number;
  /** So many are written without waiting for a whole batch, which may gather while the sink is busy. */
  readonly enough: number;
  readonly flushIntervalMs: number;
  readonly maxQueue: number;
  readonly writeTimeoutMs: number;
}

export interface LogQueue<T> {
  /**
   * Takes an item; it is made a record when its batch is written.
   *
   * @param alone writes it by itself and at once: for hosts where requests may not share work.
   * @returns settles when the item has left or was lost; never rejects.
   */
  add(item: T, alone: boolean): Promise<void>;
}

interface Waiting<T> {
  readonly item: T;
  done(): void;
}

/**
 * Creates a queue. A failing, slow or hanging sink loses records, never time: what is lost is
 * counted, and `toRecord` is told the count with the next item that is written.
 */
export function createQueue<T>(
  toRecord: (item: T, dropped: number) => LogRecord,
  options: QueueOptions,
): LogQueue<T> {
  const { sink, batchSize, enough, flushIntervalMs, maxQueue, writeTimeoutMs } = options;
  let waiting: Waiting<T>[] = [];
  let timer: ReturnType<typeof setTimeout> | undefined;
  let timerIsDue = false;
  let writing = false;
  let dropped = 0;

  /** Makes the records and hands them over. Whatever goes wrong is a loss. */
  async function write(items: readonly T[]): Promise<void> {
    const records: LogRecord[] = [];
    let told = 0;
    for (const item of items) {
      try {
        records.push(toRecord(item, dropped));
        told += dropped;
        dropped = 0;
      } catch {
        dropped += 1;
      }
    }
    if (records.length === 0) return;
    try {
      await within(writeTimeoutMs, sink.write(records));
    } catch {
      dropped += told + records.length;
    }
  }

  async function drain(): Promise<void> {
    if (writing) return;
    writing = true;
    while (waiting.length > 0) {
      const batch = waiting.slice(0, batchSize);
      waiting = waiting.slice(batchSize);
      await write(batch.map(({ item }) => item));
      for (const { done } of batch) done();
    }
    writing = false;
  }

  /** In a turn of the event loop of its own: where there are enough they wait for nothing else. */
  function schedule(): void {
    const isDue = waiting.length >= enough;
    if (writing || (timer !== undefined && (!isDue || timerIsDue))) return;
    clearTimeout(timer);
    timerIsDue = isDue;
    timer = setTimeout(
      () => {
        timer = undefined;
        void drain();
      },
      isDue ? 0 : flushIntervalMs,
    );
  }

  return {
    add(item, alone) {
      if (alone) return write([item]);
      return new Promise((done) => {
        if (waiting.length >= maxQueue) {
          waiting.shift()?.done();
          dropped += 1;
        }
        waiting.push({ item, done });
        schedule();
      });
    },
  };
}

/** @throws when `work` rejects or takes longer. */
async function within(milliseconds: number, work: unknown): Promise<void> {
  // Not `instanceof`: a sink may answer with the promise of another realm.
  if (!isPromise(work)) return;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error('Sink took too long')), milliseconds);
  });
  try {
    await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
