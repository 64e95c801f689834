/**
 * @module An embedder that knows which words of an English request matter, with weights of 10 kB.
 *
 * @example
 * import { lightGuards, semanticCache } from '@wintergate/semantic-cache';
 * import { wordEmbedder } from '@wintergate/semantic-cache/words';
 * const cache = semanticCache({ semantic: { embedder: wordEmbedder(), guards: lightGuards() } });
 *
 * Runs on: Node, Bun, Deno, Workers, Edge.
 */
export { type WordEmbedderOptions, wordEmbedder } from './lib/embedders/word-embedder.ts';
