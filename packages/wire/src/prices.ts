/**
 * @module What models cost and can do: by provider and model, from dated tables.
 *
 * @example
 * import { costOf, findPrice, priceTableDate } from '@wintergate/wire/prices';
 * const price = findPrice('openai', 'gpt-4o-mini');
 * if (price !== undefined) console.log(costOf(usage, price), 'USD as of', priceTableDate);
 *
 * Runs on: Node, Bun, Deno, Workers, Edge.
 */
export { findCapabilities, listModels, type ModelCapabilities } from './lib/capabilities.ts';
export {
  costOf,
  findPrice,
  listCost,
  type ModelPrice,
  type PriceTable,
  priceTableDate,
  type TokenRates,
  withPrices,
} from './lib/prices.ts';
