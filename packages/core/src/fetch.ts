/**
 * @module Puts a chain into any SDK that takes a `fetch`.
 *
 * @example
 * import { wrapFetch } from '@wintergate/core/fetch';
 * const client = new OpenAI({ fetch: wrapFetch(compose(semanticCache({ tenant: 'me' }), failover())) });
 *
 * Runs on: Node, Bun, Deno, Workers, Edge.
 */
export { type FetchLike, type WrapFetchOptions, wrapFetch } from './lib/wrap-fetch.ts';
