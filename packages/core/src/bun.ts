/**
 * @module Serves a chain on Bun.
 *
 * @example
 * import { toBun } from '@wintergate/core/bun';
 * export default toBun(compose(logger(), failover()), upstream());
 *
 * Runs on: Bun.
 */
export { type BunHandler, type BunOptions, type BunServer, toBun } from './lib/to-bun.ts';
