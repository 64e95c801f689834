/**
 * @module Retries and failover for AI traffic: one middleware around the upstream.
 *
 * @example
 * import { compose, toHandler } from '@wintergate/core';
 * import { failover } from '@wintergate/failover';
 * import { openai, upstream } from '@wintergate/providers';
 * const handler = toHandler(compose(failover()), upstream({ provider: openai({ apiKey }) }));
 *
 * Runs on: Node, Bun, Deno, Workers, Edge.
 */
export { failover } from './lib/failover.ts';
export type { FailoverOptions } from './lib/options.ts';
