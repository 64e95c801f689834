/**
 * @module One record for each AI exchange: timings, models, attempts, cache, limits, verdicts, usage, cost.
 *
 * @example
 * import { compose, toHandler } from '@wintergate/core';
 * import { jsonLinesSink, logger } from '@wintergate/logger';
 *
 * const sink = jsonLinesSink((lines) => console.log(lines.trimEnd()));
 * export default { fetch: toHandler(compose(logger({ sink })), (request) => fetch(request)) };
 *
 * Runs on: Node, Bun, Deno, Workers, Edge.
 */
export { type ConsoleSinkOptions, consoleSink } from './lib/console-sink.ts';
export { jsonLinesSink } from './lib/json-lines-sink.ts';
export { logger } from './lib/logger.ts';
export { type MemorySink, type MemorySinkOptions, memorySink } from './lib/memory-sink.ts';
export { Field as logFields } from './lib/names.ts';
export type { LoggerOptions } from './lib/options.ts';
export type { LogPrices, LogRecord, LogSink, LogText, LogValue } from './lib/types.ts';
