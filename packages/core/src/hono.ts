/**
 * @module Mounts a chain as Hono middleware.
 *
 * @example
 * import { toHono } from '@wintergate/core/hono';
 * app.use('/v1/*', toHono(compose(promptGuard(), semanticCache({ tenant: 'shared' }))));
 *
 * Runs on: wherever Hono runs.
 */
export { type HonoOptions, toHono } from './lib/to-hono.ts';
export { HonoNextError } from './lib/to-hono-error.ts';
