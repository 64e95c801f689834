/**
 * @module Serves a chain on Deno and Deno Deploy.
 *
 * @example
 * import { toDeno } from '@wintergate/core/deno';
 * export default toDeno(compose(logger(), failover()), upstream());
 *
 * Runs on: Deno.
 */
export { type DenoHandler, type DenoInfo, toDeno } from './lib/to-deno.ts';
