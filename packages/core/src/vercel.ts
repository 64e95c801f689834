/**
 * @module Serves a chain as a Vercel function.
 *
 * @example
 * import { toVercel } from '@wintergate/core/vercel';
 * export const config = { runtime: 'edge' };
 * export default toVercel(compose(logger(), failover()), upstream());
 *
 * Runs on: Vercel (edge and Node runtimes).
 */
export { toVercel, type VercelContext, type VercelHandler } from './lib/to-vercel.ts';
