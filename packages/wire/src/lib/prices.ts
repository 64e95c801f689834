/** What tokens cost, from a dated table. */
import type { TargetName, Usage } from '@wintergate/core';
import { matches, plainName, providerOf, remembered } from './price-names.ts';
import { tableDate, tables } from './price-table.ts';

/** Prices in USD for one million tokens. */
export interface TokenRates {
  readonly input: number;
  /** Absent for models that answer no tokens, such as embeddings. */
  readonly output?: number;
  /** Input read from the provider's prompt cache. The input price when absent. */
  readonly cachedInput?: number;
  /** Input written to the provider's prompt cache. The input price when absent. */
  readonly cacheWrite?: number;
}

/** A model's prices. */
export interface ModelPrice extends TokenRates {
  /** USD for each call, besides its tokens. */
  readonly perCall?: number;
  /**
   * What of these prices a call costs that was made in a batch of the provider's batch API, as a share.
   * Absent where no such rate is known.
   */
  readonly batch?: number;
  /** Prices for the whole call once its input exceeds `above` tokens, rising. */
  readonly tiers?: readonly (TokenRates & { readonly above: number })[];
}

interface Row {
  readonly match: readonly string[];
  readonly price: ModelPrice;
  readonly dated: readonly { readonly from: number; readonly price: ModelPrice }[];
}

/** The day of the newest source, as `YYYY-MM-DD`. Show it beside every cost. */
export const priceTableDate: string = tableDate;

const parsed = /* @__PURE__ */ new Map<string, readonly Row[]>();

/**
 * Finds the list price of a model at a provider. Prices of audio, images and tools are not in it,
 * nor are discounts of service tiers.
 *
 * @param provider a provider's name, or its host.
 * @param at the moment of the call, in milliseconds since the epoch. Default: now.
 * @returns `undefined` when the price is not known, which is not the same as free.
 * @example
 * const price = findPrice('openai', 'gpt-4o-mini');
 * if (price !== undefined) console.log(costOf(usage, price));
 */
export function findPrice(
  provider: string,
  model: string,
  at = Date.now(),
): ModelPrice | undefined {
  const row = rowOf(provider, model);
  if (row === undefined || row.dated.length === 0) return row?.price;
  return last(row.dated, ({ from }) => from <= at)?.price ?? row.price;
}

/** Half, for every model that they take in batches: OpenAI's, Anthropic's and Google's price lists. */
const batchShares: Readonly<Record<string, number>> = { openai: 0.5, anthropic: 0.5, google: 0.5 };

const rowOf = /* @__PURE__ */ remembered((provider, model): Row | undefined => {
  const name = plainName(model);
  return rowsOf(providerOf(provider)).find(({ match }) =>
    match.some((clause) => matches(clause, name)),
  );
});

/**
 * The cost of a call in USD.
 *
 * @param options.batch whether it was made in a batch. Without a rate for that it costs what others do.
 */
export function costOf(
  usage: Usage,
  price: ModelPrice,
  { batch = false }: { batch?: boolean } = {},
): number {
  const rates = last(price.tiers ?? [], ({ above }) => usage.inputTokens > above) ?? price;
  const cached = Math.min(usage.cachedInputTokens ?? 0, usage.inputTokens);
  const written = Math.min(usage.cacheWriteTokens ?? 0, usage.inputTokens - cached);
  const cost =
    (usage.inputTokens - cached - written) * rates.input +
    cached * (rates.cachedInput ?? rates.input) +
    written * (rates.cacheWrite ?? rates.input) +
    usage.outputTokens * (rates.output ?? 0);
  const share = batch ? (price.batch ?? 1) : 1;
  return (cost / 1_000_000) * share + (price.perCall ?? 0);
}

/**
 * The cost of a call at a target in USD, at list price: for a router's `cost`.
 *
 * @returns `undefined` when the price is not known.
 * @example
 * modelRouter({ routes: { chat: { strategy: 'least-cost', targets } }, cost: listCost });
 */
export function listCost(target: TargetName, usage: Usage): number | undefined {
  return costBy(findPrice, target, usage);
}

/** What a logger and a router want of a price table. */
export interface PriceTable {
  readonly findPrice: typeof findPrice;
  readonly costOf: typeof costOf;
  readonly listCost: typeof listCost;
  readonly priceTableDate: string;
}

/**
 * The price table with prices of your own: negotiated ones, or of models that it does not know.
 *
 * @param own by `provider/model`, whatever the case; the provider under any name that the table knows.
 * @throws {TypeError} for a name without a provider, or an input price that is no number from 0 on.
 * @example
 * const prices = withPrices({ 'openai/gpt-5-mini': { input: 0.2, output: 1.6 } });
 * compose(logger({ prices }), modelRouter({ …, cost: prices.listCost }));
 */
export function withPrices(own: Readonly<Record<string, ModelPrice>>): PriceTable {
  const known = new Map<string, ModelPrice>();
  for (const [name, price] of Object.entries(own)) {
    const at = name.indexOf('/');
    if (at < 1 || at === name.length - 1)
      throw new TypeError(`Name a price as "provider/model": got "${name}"`);
    if (!(Number.isFinite(price.input) && price.input >= 0))
      throw new TypeError(`Set the input price of "${name}" to a number from 0 on`);
    known.set(ownName(name.slice(0, at), name.slice(at + 1)), price);
  }
  const find: typeof findPrice = (provider, model, at) =>
    known.get(ownName(provider, model)) ?? findPrice(provider, model, at);
  return {
    findPrice: find,
    costOf,
    listCost: (target, usage) => costBy(find, target, usage),
    priceTableDate,
  };
}

function ownName(provider: string, model: string): string {
  return `${providerOf(provider)}/${model.toLowerCase()}`;
}

function costBy(
  find: typeof findPrice,
  { provider, model, host }: TargetName,
  usage: Usage,
): number | undefined {
  if (model === undefined) return undefined;
  const price = find(provider, model) ?? (host && find(host, model)) ?? undefined;
  return price ? costOf(usage, price) : undefined;
}

/** `findLast`, which is newer than ES2022. */
function last<T>(items: readonly T[], test: (item: T) => boolean): T | undefined {
  return items.filter(test).pop();
}

function rowsOf(provider: string): readonly Row[] {
  let rows = parsed.get(provider);
  if (rows === undefined) {
    if (!Object.hasOwn(tables, provider)) return [];
    const batch = batchShares[provider];
    const parse = (line: string) => parseRow(line, batch);
    rows = (tables[provider] ?? '').trim().split('\n').map(parse);
    parsed.set(provider, rows);
  }
  return rows;
}

function parseRow(line: string, batch: number | undefined): Row {
  const [names = '', ...parts] = line.split('|');
  const dated: { from: number; price: ModelPrice }[] = [];
  const cut = parts.findIndex((part) => part.startsWith('@'));
  const own = cut === -1 ? parts : parts.slice(0, cut);
  for (let at = cut; at !== -1 && at < parts.length; ) {
    let end = at + 1;
    while (end < parts.length && !parts[end]?.startsWith('@')) end++;
    const [first = '', ...rest] = parts.slice(at, end);
    const day = first.slice(1, 11);
    dated.push({ from: Date.parse(day), price: parsePrice([first.slice(12), ...rest], batch) });
    at = end;
  }
  return { match: names.split(' '), price: parsePrice(own, batch), dated };
}

function parsePrice(
  [base = '', ...parts]: readonly string[],
  batch: number | undefined,
): ModelPrice {
  const tiers: (TokenRates & { above: number })[] = [];
  let perCall: number | undefined;
  for (const part of parts) {
    const [above = '', rates = ''] = part.slice(1).split(':');
    if (part.startsWith('>')) tiers.push({ above: Number(above), ...parseRates(rates) });
    else perCall = Number(above) / 1000;
  }
  return {
    ...parseRates(base),
    ...(tiers.length === 0 ? {} : { tiers }),
    ...(perCall === undefined ? {} : { perCall }),
    ...(batch === undefined ? {} : { batch }),
  };
}

function parseRates(text: string): TokenRates {
  const [input = '', output = '', cachedInput = '', cacheWrite = ''] = text.split(',');
  return {
    input: Number(input),
    ...(output === '' ? {} : { output: Number(output) }),
    ...(cachedInput === '' ? {} : { cachedInput: Number(cachedInput) }),
    ...(cacheWrite === '' ? {} : { cacheWrite: Number(cacheWrite) }),
  };
}
