/**
 * @module What tokens cost: list prices by provider and model, from a dated table.
 *
 * @example
 * import { costOf, findPrice, priceTableDate } from '@wintergate/wire/prices';
 * const price = findPrice('openai', 'gpt-4o-mini');
 * if (price !== undefined) console.log(costOf(usage, price), 'USD as of', priceTableDate);
 *
 * Runs on: Node, Bun, Deno, Workers, Edge.
 */
export {
  costOf,
  findPrice,
  type ModelPrice,
  priceTableDate,
  type TokenRates,
} from './lib/prices.ts';
