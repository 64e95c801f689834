/**
 * @module The dialect of Google generateContent (Gemini API, Vertex AI), for callers and for targets.
 *
 * @example
 * import { compose } from '@wintergate/core';
 * import { dialects, openaiChat } from '@wintergate/wire';
 * import { googleGenerate } from '@wintergate/wire/google';
 * const chain = compose(dialects(openaiChat, googleGenerate));
 *
 * Runs on: Node, Bun, Deno, Workers, Edge.
 */
export { googleGenerate } from './lib/google-generate.ts';
