/**
 * @module The model router: from the model that a caller names to the targets that may answer.
 *
 * @example
 * import { compose, toHandler } from '@wintergate/core';
 * import { openai, upstream } from '@wintergate/providers';
 * import { modelRouter } from '@wintergate/router';
 * const router = modelRouter({ routes: { 'gpt-*': openai({ apiKey }) }, aliases: { fast: 'gpt-5-mini' } });
 * const handler = toHandler(compose(router), upstream());
 *
 * Runs on: Node, Bun, Deno, Workers, Edge.
 */
export { type ModelRouter, modelRouter } from './lib/model-router.ts';
export type {
  ModelRouterOptions,
  Route,
  RouteInput,
  RouteTarget,
  Strategy,
} from './lib/options.ts';
