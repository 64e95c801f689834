import type { LogSink } from './types.ts';

/**
 * Creates a sink that writes JSON lines: one object a record, each ended by a line feed, a batch in
 * one piece.
 *
 * @param write takes whole lines; a promise is awaited before the next batch comes.
 * @example
 * logger({ sink: jsonLinesSink((lines) => appendFile('requests.jsonl', lines)) });
 */
export function jsonLinesSink(write: (lines: string) => void | Promise<void>): LogSink {
  return {
    write(records) {
      return write(records.map((record) => `${JSON.stringify(record)}\n`).join(''));
    },
  };
}
