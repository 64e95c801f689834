/**
 * @module An embedder that knows which words of an English request matter, with weights of 10 kB, and the guard
 * that goes with it.
 *
 * @example
 * import { lightGuards, semanticCache } from '@wintergate/semantic-cache';
 * import { rareWordGuard, wordEmbedder } from '@wintergate/semantic-cache/words';
 * const guards = [...lightGuards(), rareWordGuard()];
 * const cache = semanticCache({ semantic: { embedder: wordEmbedder(), guards } });
 *
 * Runs on: Node, Bun, Deno, Workers, Edge.
 */
export type { WordWeights } from './lib/embedders/weigh.ts';
export { type WordEmbedderOptions, wordEmbedder } from './lib/embedders/word-embedder.ts';
export { type RareWordGuardOptions, rareWordGuard } from './lib/guard-rare-words.ts';
