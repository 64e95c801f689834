/** One readable line for each exchange. */
import { checkOptions } from '@wintergate/core';
import { Field } from './names.ts';
import type { LogRecord, LogSink, LogValue } from './types.ts';

export interface ConsoleSinkOptions {
  /** Takes one line without its end. @default console.log */
  readonly write?: ((line: string) => void) | undefined;
}

/**
 * Creates a sink for people: time, status, model, durations, tokens, cost, and what the cache, the
 * limits and the guard said. Characters that could forge a line or move a cursor become `?`.
 *
 * @throws {TypeError} for an option that it does not know.
 * @example
 * logger({ sink: consoleSink() });
 * // 12:00:01.234 200 chat gpt-4o-mini openai 812ms first 210ms 123+45 tokens $0.000045 id=3f2c…
 */
export function consoleSink(options: ConsoleSinkOptions = {}): LogSink {
  checkOptions(options, { write: 'function' }, 'consoleSink()');
  // Looked up at each write, so that a console replaced later is used.
  const write = options.write ?? ((line: string) => console.log(line));
  return {
    write(records) {
      for (const record of records) write(toLine(record));
    },
  };
}

/** A record as one line. */
export function toLine(record: LogRecord): string {
  const words = [
    text(record[Field.timestamp])?.slice(11, 23),
    text(record[Field.status]),
    text(record[Field.operation]) ?? `${text(record[Field.method])} ${text(record[Field.path])}`,
    modelOf(record),
    text(record[Field.provider]),
    suffixed(record[Field.durationMs], 'ms'),
    firstToken(record),
    tokens(record),
    costOf(record),
    source(record),
    refusals(record),
    prefixed('error=', record[Field.errorType]),
    prefixed('dropped=', record[Field.dropped]),
    prefixed('id=', record[Field.requestId]),
  ];
  return safe(words.filter((word) => word !== undefined).join(' '));
}

function modelOf(record: LogRecord): string | undefined {
  const asked = text(record[Field.requestModel]);
  const answered = text(record[Field.responseModel]);
  return asked === undefined || answered === undefined || asked === answered
    ? (asked ?? answered)
    : `${asked}→${answered}`;
}

function firstToken(record: LogRecord): string | undefined {
  const seconds = record[Field.timeToFirstChunk];
  return typeof seconds === 'number' ? `first ${Math.round(seconds * 1000)}ms` : undefined;
}

function tokens(record: LogRecord): string | undefined {
  const input = record[Field.inputTokens];
  if (input === undefined) return undefined;
  const about = record[Field.usageEstimated] === true ? '~' : '';
  return `${about}${text(input)}+${text(record[Field.outputTokens])} tokens`;
}

function costOf(record: LogRecord): string | undefined {
  const usd = record[Field.cost];
  if (typeof usd !== 'number') return undefined;
  return `$${usd === 0 ? '0' : Number(usd.toPrecision(3)).toFixed(10).replace(/0+$/, '')}`;
}

function source(record: LogRecord): string | undefined {
  const cache = fieldOf(record[Field.cache], 'result');
  const tier = fieldOf(record[Field.cache], 'tier');
  if (cache !== undefined) return `cache=${cache}${tier === undefined ? '' : `/${tier}`}`;
  const from = text(record[Field.source]);
  return from === undefined || from === 'upstream' || from === 'none' ? undefined : `from=${from}`;
}

function refusals(record: LogRecord): string | undefined {
  const words: string[] = [];
  for (const limit of listOf(record[Field.limits])) {
    if (fieldOf(limit, 'allowed') === 'false') words.push(`limit=${fieldOf(limit, 'limit')}`);
  }
  for (const verdict of listOf(record[Field.verdicts])) {
    const said = fieldOf(verdict, 'verdict');
    if (said !== 'allow') words.push(`guard=${said}`);
  }
  const tries = listOf(record[Field.attempts]).length;
  if (tries > 1) words.push(`attempts=${tries}`);
  return words.length === 0 ? undefined : words.join(' ');
}

function listOf(value: LogValue | undefined): readonly LogValue[] {
  return Array.isArray(value) ? value : [];
}

function fieldOf(value: LogValue | undefined, name: string): string | undefined {
  if (typeof value !== 'object' || Array.isArray(value)) return undefined;
  return text((value as { readonly [field: string]: LogValue | undefined })[name]);
}

function text(value: LogValue | undefined): string | undefined {
  return value === undefined || typeof value === 'object' ? undefined : String(value);
}

function prefixed(prefix: string, value: LogValue | undefined): string | undefined {
  const word = text(value);
  return word === undefined ? undefined : prefix + word;
}

function suffixed(value: LogValue | undefined, suffix: string): string | undefined {
  return typeof value === 'number' ? `${Math.round(value)}${suffix}` : undefined;
}

/** Controls, line separators and bidirectional overrides could make a reader see another line. */
function safe(line: string): string {
  return line.replace(/[\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g, '?');
}
