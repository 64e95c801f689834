/**
 * @module An embedder of the semantic cache behind OpenAI's embeddings API, or one that copies it.
 *
 * @example
 * import { fixedThreshold, semanticCache } from '@wintergate/semantic-cache';
 * import { openaiEmbedder } from '@wintergate/semantic-cache/openai';
 * const embedder = openaiEmbedder({ model: 'text-embedding-3-small', dimensions: 512, apiKey });
 * const cache = semanticCache({ semantic: { embedder, policy: fixedThreshold(0.9) } });
 *
 * Runs on: Node, Bun, Deno, Workers, Edge.
 */
export { type OpenAIEmbedderOptions, openaiEmbedder } from './lib/embedders/openai-embedder.ts';
