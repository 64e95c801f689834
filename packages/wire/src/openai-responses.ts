/**
 * @module The dialect of the OpenAI Responses API, for callers and for targets.
 *
 * @example
 * import { compose } from '@wintergate/core';
 * import { dialects, openaiChat } from '@wintergate/wire';
 * import { openaiResponses } from '@wintergate/wire/openai-responses';
 * const chain = compose(dialects(openaiChat, openaiResponses));
 *
 * Runs on: Node, Bun, Deno, Workers, Edge.
 */
export { openaiResponses } from './lib/openai-responses.ts';
