/**
 * @module The dialect of Anthropic Messages, for callers and for targets.
 *
 * @example
 * import { compose } from '@wintergate/core';
 * import { dialects, openaiChat } from '@wintergate/wire';
 * import { anthropicMessages } from '@wintergate/wire/anthropic';
 * const chain = compose(dialects(openaiChat, anthropicMessages));
 *
 * Runs on: Node, Bun, Deno, Workers, Edge.
 */
export { anthropicMessages } from './lib/anthropic-messages.ts';
