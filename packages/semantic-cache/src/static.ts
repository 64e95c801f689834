/**
 * @module Embedders of Model2Vec models: tables of vectors, without a runtime for neural networks.
 *
 * @example
 * import { fixedThreshold, semanticCache } from '@wintergate/semantic-cache';
 * import { loadStaticEmbedder } from '@wintergate/semantic-cache/static';
 * const embedder = await loadStaticEmbedder((name) => readFile(`./models/potion-base-8M/${name}`));
 * const cache = semanticCache({ semantic: { embedder, policy: fixedThreshold(0.9) } });
 *
 * Runs on: Node, Bun, Deno, Workers, Edge.
 */
export {
  type LoadOptions,
  loadStaticEmbedder,
  type ReadFile,
} from './lib/embedders/load-static.ts';
export {
  type StaticEmbedderOptions,
  type StaticModelFiles,
  staticEmbedder,
} from './lib/embedders/static-embedder.ts';
