/**
 * @module Anthropic as a provider: calls of any dialect, answered by its models.
 *
 * @example
 * import { modelRouter } from '@wintergate/router';
 * import { anthropic } from '@wintergate/providers/anthropic';
 * const router = modelRouter({ routes: { 'claude-*': anthropic({ apiKey }) } });
 *
 * Runs on: Node, Bun, Deno, Workers, Edge.
 */
export { type AnthropicOptions, anthropic } from './lib/anthropic.ts';
