/** Tokens and money of one exchange. */
import type { Outcome, TargetName, Usage } from '@wintergate/core';
import { estimateInputTokens, type ModelCall } from '@wintergate/wire';
import type { ModelPrice } from '@wintergate/wire/prices';
import type { Exchange } from './exchange.ts';
import type { LogPrices } from './types.ts';

export interface Cost {
  readonly usd: number;
  /** A price was looked up; `false` when nothing was bought. */
  readonly priced: boolean;
}

/**
 * The tokens of the answer: as the provider reported them, else counted by us and marked
 * `estimated`. An upstream that was never asked has none.
 */
export function usageOf(
  exchange: Exchange,
  call: ModelCall | undefined,
  outcome: Outcome,
): Usage | undefined {
  const { reply, status } = exchange;
  const reported = outcome.usage ?? reply.usage;
  if (reported !== undefined) return reported;
  if (call === undefined || !boughtSomething(exchange)) return undefined;
  // An upstream that refused has produced nothing and bills nothing.
  if ((status ?? 0) >= 400) return undefined;
  return {
    inputTokens: estimateInputTokens(call),
    outputTokens: call.operation === 'embeddings' ? 0 : reply.estimatedTokens,
    estimated: true,
  };
}

/**
 * What the exchange cost: the sum of what its attempts reported, or the estimate when none did.
 *
 * @returns `undefined` when a price or the usage is not known: unknown is not free.
 */
export function costOf(exchange: Exchange, prices: LogPrices): Cost | undefined {
  const { usages, reply, facts } = exchange;
  if (!boughtSomething(exchange)) return { usd: 0, priced: false };
  const outcome = facts?.outcome;
  const usage = facts?.usage;
  if (usages.length === 0) {
    if (usage === undefined) return undefined;
    const target = outcome?.target;
    const price = target && priceOf(prices, target.provider, [reply.model, target.model]);
    return price && { usd: prices.costOf(usage, price), priced: true };
  }
  let usd = 0;
  for (const report of usages) {
    const target = report.target ?? outcome?.target;
    if (target === undefined) return undefined;
    // The model that answered is known of the attempt that won, which reported last.
    const answered = report === usages[usages.length - 1] ? reply.model : undefined;
    const price = priceOf(prices, target.provider, [answered, target.model]);
    if (price === undefined) return undefined;
    usd += prices.costOf(report.usage, price);
  }
  return { usd, priced: true };
}

/** What the call that made a cached answer cost; `undefined` when its price is not known. */
export function savedUsd(
  usage: Usage,
  { provider, model }: TargetName,
  prices: LogPrices,
): number | undefined {
  const price = priceOf(prices, provider, [model]);
  return price === undefined ? undefined : prices.costOf(usage, price);
}

function priceOf(
  prices: LogPrices,
  provider: string,
  models: readonly (string | undefined)[],
): ModelPrice | undefined {
  for (const model of models) {
    const price = model === undefined ? undefined : prices.findPrice(provider, model);
    if (price !== undefined) return price;
  }
  return undefined;
}

/** Whether an upstream was asked in this exchange; a follower of a flight lets its leader pay. */
function boughtSomething({ attemptsStarted, usages, end }: Exchange): boolean {
  if (attemptsStarted > 0 || usages.length > 0) return true;
  const source = end?.outcome.source;
  return source === 'upstream' || source === 'none' || source === undefined;
}
