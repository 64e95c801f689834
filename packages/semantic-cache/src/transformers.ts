/**
 * @module An embedder of the semantic cache by Transformers.js.
 *
 * @example
 * import { fixedThreshold, semanticCache } from '@wintergate/semantic-cache';
 * import { transformersEmbedder } from '@wintergate/semantic-cache/transformers';
 * const embedder = transformersEmbedder({ warmUp: true });
 * const cache = semanticCache({ semantic: { embedder, policy: fixedThreshold(0.92) } });
 *
 * Runs on: where Transformers.js runs: Node, Bun, Deno.
 */
export {
  type FeatureExtraction,
  type TransformersEmbedderOptions,
  transformersEmbedder,
} from './lib/embedders/transformers-embedder.ts';
