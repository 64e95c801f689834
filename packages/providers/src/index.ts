/**
 * @module Targets, plans and the end that calls them.
 *
 * @example
 * import { compose, toHandler } from '@wintergate/core';
 * import { openai, upstream } from '@wintergate/providers';
 * const handler = toHandler(compose(), upstream({ provider: openai({ apiKey }) }));
 *
 * Runs on: Node, Bun, Deno, Workers, Edge.
 */
export { callTargets } from './lib/call-targets.ts';
export {
  type ModelSource,
  type ModelsResponseOptions,
  modelsResponse,
} from './lib/models-response.ts';
export {
  type OpenAICompatibleOptions,
  type OpenAIOptions,
  openai,
  openaiCompatible,
} from './lib/openai-compatible.ts';
export { readAtMost } from './lib/read-at-most.ts';
export { hostSchedule, type Schedule, wait } from './lib/schedule.ts';
export { type SimulatedOptions, type SimulatedState, simulated } from './lib/simulated.ts';
export type { SimulatedFailure } from './lib/simulated-failure.ts';
export {
  attemptKey,
  type Credential,
  completenessKey,
  hasOwnCredential,
  type Plan,
  type Provider,
  planKey,
  type SignableRequest,
  type Target,
  targetKey,
  targetName,
  unsuitableKey,
} from './lib/types.ts';
export { type UpstreamOptions, upstream } from './lib/upstream.ts';
export { endingStage, type StreamResult } from './lib/upstream-stream.ts';
