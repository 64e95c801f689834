/**
 * @module Cohere as a provider: calls of any format, answered by its models.
 *
 * @example
 * import { cohere } from '@wintergate/providers/cohere';
 * const router = modelRouter({ routes: { 'command-*': cohere({ apiKey }) } });
 *
 * Runs on: Node, Bun, Deno, Workers, Edge.
 */
export { type CohereOptions, cohere } from './lib/cohere.ts';
