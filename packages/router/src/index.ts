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
export type { Conditions, Range } from './lib/conditions.ts';
export type { Excluded } from './lib/decide.ts';
export { type Difficulty, type DifficultySign, difficultyOf } from './lib/difficulty.ts';
export { languageOf } from './lib/language.ts';
export type { Load } from './lib/load.ts';
export { type Explanation, type ModelRouter, modelRouter } from './lib/model-router.ts';
export type {
  Capabilities,
  Choice,
  ChooseTargets,
  Facts,
  ModelRouterOptions,
  Route,
  RouteInput,
  RouteTarget,
  Rule,
  StickyKey,
  Strategy,
} from './lib/options.ts';
export type { TextMatcher, TextTest } from './lib/text-test.ts';
export type { Day, TimeWindow } from './lib/time-window.ts';
export { versionOf } from './lib/version.ts';
