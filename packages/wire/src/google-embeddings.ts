/**
 * @module The dialect of Google embeddings (Gemini API), for callers and for targets.
 *
 * @example
 * import { compose } from '@wintergate/core';
 * import { dialects, openaiEmbeddings } from '@wintergate/wire';
 * import { googleEmbeddings } from '@wintergate/wire/google-embeddings';
 * const chain = compose(dialects(openaiEmbeddings, googleEmbeddings));
 *
 * Runs on: Node, Bun, Deno, Workers, Edge.
 */
export { googleEmbeddings } from './lib/google-embeddings.ts';
