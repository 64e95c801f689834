/**
 * @module Prompt guard middleware: limits, injection rules, secrets and personal data, in requests and in streamed replies.
 *
 * @example
 * import { compose, toHandler } from '@wintergate/core';
 * import { promptGuard } from '@wintergate/prompt-guard';
 * const handler = toHandler(compose(promptGuard({ email: 'redact' })), (request) => fetch(request));
 *
 * Runs on: Node, Bun, Deno, Workers, Edge.
 */
export type {
  GuardAction,
  GuardActions,
  GuardLimits,
  InjectionAction,
  PromptGuardOptions,
} from './lib/options.ts';
export { promptGuard } from './lib/prompt-guard.ts';
