/** The options of `logger`, and what they come down to. */
import { checkOptions, type Duration, type OptionKind, parseDuration } from '@wintergate/core';
import { consoleSink } from './console-sink.ts';
import type { LogPrices, LogSink, LogText } from './types.ts';

export interface LoggerOptions {
  /** Where records go. @default consoleSink() */
  readonly sink?: LogSink | undefined;
  /**
   * Prices for the cost of each exchange: `import * as prices from '@wintergate/wire/prices'`.
   * A model without a price gets no cost. @default none: no cost is written
   */
  readonly prices?: LogPrices | undefined;
  /**
   * Writes prompts and completions too, each text through `redact` first. Every text is bounded by
   * `maxContentChars`. @default false
   */
  readonly content?: boolean | undefined;
  /**
   * What is left of a text before it is logged; required with `content`. When it throws, that
   * exchange is logged without its content.
   */
  readonly redact?: ((text: LogText) => string) | undefined;
  /** Most characters of one text, after redaction. @default 4000 */
  readonly maxContentChars?: number | undefined;
  /**
   * Request headers to write. Names that carry credentials are refused. @default ['user-agent']
   */
  readonly headers?: readonly string[] | undefined;
  /** Writes the tenant that auth has set. @default true */
  readonly tenant?: boolean | undefined;
  /**
   * Reads the call before the rest of the chain runs, so that every record names the model: of
   * refusals too, and where the end knows nothing of `@wintergate/wire`. With `false` it goes by
   * what the chain reads (`upstream()` does): no body is read for callers whom auth or a limiter
   * turns away, and their records have no model. @default true
   */
  readonly readEarly?: boolean | undefined;
  /**
   * Share of exchanges that are logged, from 0 to 1. Those with an error, a refusal or a finding
   * of a guard are logged all the same. @default 1
   */
  readonly sample?: number | undefined;
  /** From 0 to below 1, for `sample`. @default Math.random */
  readonly random?: (() => number) | undefined;
  /**
   * Most records written at once; so many wait for no more. @default 64, of which sixteen wait for no more: to make
   * and write one takes some 20 µs, and other calls wait for all of them
   */
  readonly batchSize?: number | undefined;
  /**
   * Longest wait of a record for others to be written with. Where requests may not share work
   * (Workers), every record is written by itself. @default '200 ms'
   */
  readonly flushInterval?: Duration | undefined;
  /** Most records waiting for the sink. Over it the oldest are dropped, and counted. @default 1000 */
  readonly maxQueue?: number | undefined;
  /** After this a write counts as failed and the next one begins. @default '10 s' */
  readonly writeTimeout?: Duration | undefined;
  /** Milliseconds since the epoch. @default Date.now */
  readonly now?: (() => number) | undefined;
}

export interface Settings {
  readonly sink: LogSink;
  readonly prices: LogPrices | undefined;
  /** Absent: content is not logged. */
  readonly redact: ((text: LogText) => string) | undefined;
  readonly maxContentChars: number;
  readonly headers: readonly string[];
  readonly tenant: boolean;
  readonly readEarly: boolean;
  readonly sample: number;
  readonly random: () => number;
  readonly batchSize: number;
  readonly enough: number;
  readonly flushIntervalMs: number;
  readonly maxQueue: number;
  readonly writeTimeoutMs: number;
  readonly now: () => number;
}

const secretHeader =
  /^(?:authorization|proxy-authorization|cookie|set-cookie|x-api-key|api-key|x-goog-api-key|x-amz-security-token|cf-access-.*|.*(?:auth|token|secret|password|signature|credential|api-?key).*)$/;

const known: Record<keyof LoggerOptions, OptionKind> = {
  sink: 1,
  prices: 'object',
  content: 'boolean',
  redact: 'function',
  maxContentChars: 1,
  headers: 'string[]',
  tenant: 'boolean',
  readEarly: 'boolean',
  sample: 1,
  random: 'function',
  batchSize: 1,
  flushInterval: 1,
  maxQueue: 1,
  writeTimeout: 1,
  now: 'function',
};

/** @throws {TypeError | RangeError} naming the option. */
export function resolveOptions(options: LoggerOptions): Settings {
  checkOptions(options, known, 'logger()');
  const { sink = consoleSink(), content = false, redact, sample = 1 } = options;
  if (typeof sink?.write !== 'function')
    throw new TypeError('Expected "sink" to have a write method');
  if (content && redact === undefined) {
    throw new TypeError(
      'Give "redact" with "content": a function that answers what may be logged of a text',
    );
  }
  if (typeof sample !== 'number' || !(sample >= 0 && sample <= 1)) {
    throw new RangeError(`Expected "sample" to be from 0 to 1: ${String(sample)}`);
  }
  const headers = (options.headers ?? ['user-agent']).map((name) => name.toLowerCase());
  for (const name of headers) {
    if (!/^[!#$%&'*+\-.^_`|~0-9a-z]+$/.test(name)) {
      throw new TypeError(`Expected "headers" to hold header names: ${JSON.stringify(name)}`);
    }
    if (secretHeader.test(name))
      throw new TypeError(`Remove "${name}" from "headers": it carries a credential`);
  }
  return {
    sink,
    prices: options.prices,
    redact: content ? redact : undefined,
    maxContentChars: positive(options.maxContentChars ?? 4000, 'maxContentChars'),
    headers,
    tenant: options.tenant ?? true,
    readEarly: options.readEarly ?? true,
    sample,
    random: options.random ?? Math.random,
    batchSize: positive(options.batchSize ?? 64, 'batchSize'),
    enough: options.batchSize ?? 16,
    flushIntervalMs: parseDuration(options.flushInterval ?? 200, 'flushInterval'),
    maxQueue: positive(options.maxQueue ?? 1000, 'maxQueue'),
    writeTimeoutMs: parseDuration(options.writeTimeout ?? 10_000, 'writeTimeout'),
    now: options.now ?? Date.now,
  };
}

/** @throws {RangeError} naming the option. */
export function positive(value: number, name: string): number {
  if (!Number.isSafeInteger(value) || value < 1) {
    throw new RangeError(`Expected "${name}" to be a positive whole number: ${String(value)}`);
  }
  return value;
}
