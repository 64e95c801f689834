/**
 * @module The dialect of OpenAI's legacy completions, for callers and for targets.
 *
 * @example
 * import { compose } from '@wintergate/core';
 * import { dialects, openaiChat } from '@wintergate/wire';
 * import { openaiCompletions } from '@wintergate/wire/openai-completions';
 * const chain = compose(dialects(openaiChat, openaiCompletions));
 *
 * Runs on: Node, Bun, Deno, Workers, Edge.
 */
export { openaiCompletions } from './lib/openai-completions.ts';
