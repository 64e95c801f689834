/**
 * @module Serves a chain as a Cloudflare Worker.
 *
 * @example
 * import { toWorker } from '@wintergate/core/workers';
 * export default toWorker(compose(logger(), failover()), upstream());
 *
 * Runs on: Workers.
 */
export { toWorker, type WorkerContext, type WorkerHandler } from './lib/to-worker.ts';
