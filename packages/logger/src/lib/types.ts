/** What a sink is handed, and what a logger needs from outside. */
import type { Usage } from '@wintergate/core';
import type { ModelPrice } from '@wintergate/wire/prices';

/** What stands in a record: plain and serialisable. Absent when it is not known, never a guess. */
export type LogValue =
  | string
  | number
  | boolean
  | readonly LogValue[]
  | { readonly [field: string]: LogValue | undefined };

/** One exchange. Flat, under the names of `logFields` (`gen_ai.request.model`, `wintergate.cost_usd`, …). */
export type LogRecord = { readonly [field: string]: LogValue };

/** Where records go. */
export interface LogSink {
  /**
   * Takes a batch, oldest first. It is called outside of the request's path, never before the
   * last call's promise has settled. Throwing, rejecting or taking longer than `writeTimeout`
   * loses the batch: it is counted in the next record's `wintergate.log.dropped`.
   *
   * @returns a promise is awaited, anything else ignored.
   */
  write(records: readonly LogRecord[]): unknown;
}

/** What turns usage into money: `import * as prices from '@wintergate/wire/prices'`, or your own. */
export interface LogPrices {
  findPrice(provider: string, model: string): ModelPrice | undefined;
  costOf(usage: Usage, price: ModelPrice): number;
  /** The day the prices are of. Stands beside every cost. */
  readonly priceTableDate?: string;
}

/** A piece of text about to be logged, and where it stood. */
export interface LogText {
  readonly text: string;
  /** `system`, `user`, `assistant` or `tool`. */
  readonly role: string;
}
