import { checkOptions } from '@wintergate/core';
import { positive } from './options.ts';
import type { LogRecord, LogSink } from './types.ts';

export interface MemorySinkOptions {
  /** Records kept; older ones are forgotten. @default 1000 */
  readonly maxRecords?: number | undefined;
}

export interface MemorySink extends LogSink {
  /** What is kept, oldest first: an array of its own at each reading. */
  readonly records: LogRecord[];
}

/**
 * Creates a sink that keeps the last records: for tests, and for a page that shows what went through.
 *
 * @throws {TypeError} for an option that it does not know.
 * @throws {RangeError} when `maxRecords` is no positive whole number.
 * @example
 * const sink = memorySink({ maxRecords: 100 });
 * const chain = compose(logger({ sink }), failover());
 * app.get('/recent', (c) => c.json(sink.records));
 */
export function memorySink(options: MemorySinkOptions = {}): MemorySink {
  checkOptions(options, { maxRecords: 1 }, 'memorySink()');
  const { maxRecords = 1000 } = options;
  positive(maxRecords, 'maxRecords');
  const ring: LogRecord[] = [];
  /** Where the next one goes once the ring is full, which is where the oldest stands. */
  let next = 0;
  return {
    get records() {
      return [...ring.slice(next), ...ring.slice(0, next)];
    },
    write(records) {
      for (const record of records) {
        ring[next] = record;
        next = (next + 1) % maxRecords;
      }
    },
  };
}
