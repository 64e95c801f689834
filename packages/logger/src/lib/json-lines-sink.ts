import type { LogSink } from './types.ts';

/**
 * Creates a sink that writes JSON lines: one object a record, each ended by a line feed, a batch in
 * one piece. No text in a record can end a line or steer a terminal.
 *
 * @param write takes whole lines; a promise is awaited before the next batch comes, anything else that it answers ignored.
 * @example
 * logger({ sink: jsonLinesSink((lines) => appendFile('requests.jsonl', lines)) });
 */
export function jsonLinesSink(write: (lines: string) => unknown): LogSink {
  return {
    write(records) {
      return write(records.map((record) => `${oneLine(JSON.stringify(record))}\n`).join(''));
    },
  };
}

/**
 * JSON may hold these as they are, but many readers end a line at U+0085, U+2028 and U+2029, and
 * terminals obey U+009B: a caller's text must not forge a record.
 */
function oneLine(line: string): string {
  return line.replace(
    /[\u007f-\u009f\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
