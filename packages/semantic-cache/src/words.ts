/**
 * @module An embedder that knows which words of an English request matter, with weights of 10 kB, and the guards
 * that go with it.
 *
 * @example
 * import { semanticCache } from '@wintergate/semantic-cache';
 * import { wordEmbedder, wordGuards } from '@wintergate/semantic-cache/words';
 * const cache = semanticCache({ semantic: { embedder: wordEmbedder(), guards: wordGuards() } });
 *
 * Runs on: Node, Bun, Deno, Workers, Edge.
 */
export type { WordWeights } from './lib/embedders/weigh.ts';
export { type WordEmbedderOptions, wordEmbedder } from './lib/embedders/word-embedder.ts';
export { arrangementGuard } from './lib/guard-arrangement.ts';
export { particleGuard } from './lib/guard-particles.ts';
export { quantityGuard } from './lib/guard-quantities.ts';
export { type RareWordGuardOptions, rareWordGuard } from './lib/guard-rare-words.ts';
export { requestGuard } from './lib/guard-requests.ts';
export { roleGuard } from './lib/guard-roles.ts';
export { tenseGuard } from './lib/guard-tense.ts';
export { wordGuards } from './lib/word-guards.ts';
