/** An embedder on Workers AI, through the binding of a Worker. */
import { checkOptions } from '@wintergate/core';
import type { Embedder } from '../embedder.ts';
import { createBatcher } from './batcher.ts';

/** What a Worker is bound to as `AI`, as far as it is used. */
export interface AIBinding {
  run(model: string, input: { text: string[] }): Promise<unknown>;
}

export interface WorkersAIEmbedderOptions {
  /** @default '@cf/baai/bge-small-en-v1.5' */
  readonly model?: string | undefined;
  /** Length of the model's vectors. @default 384 */
  readonly dimensions?: number | undefined;
  /** Similarity from which `fixedThreshold()` hits when it is not told. @default none: give a policy */
  readonly threshold?: number | undefined;
  /** Texts of one call. @default 64 */
  readonly maxBatch?: number | undefined;
}

/**
 * Creates an embedder on Workers AI. A request of a Worker can not wait for another's work, so that
 * only the texts of one call go together.
 *
 * @throws {TypeError} for what is no binding.
 * @example
 * const embedder = workersAIEmbedder(env.AI);
 * semanticCache({ semantic: { embedder, policy: fixedThreshold(0.9) } });
 */
export function workersAIEmbedder(
  binding: AIBinding,
  options: WorkersAIEmbedderOptions = {},
): Embedder {
  checkOptions(
    options,
    { model: 1, dimensions: 1, threshold: 1, maxBatch: 1 },
    'workersAIEmbedder()',
  );
  const {
    model = '@cf/baai/bge-small-en-v1.5',
    dimensions = 384,
    threshold,
    maxBatch = 64,
  } = options;
  if (typeof binding?.run !== 'function')
    throw new TypeError('Expected the AI binding of a Worker, such as env.AI');

  async function ask(texts: readonly string[]): Promise<Float32Array[]> {
    const answer = await binding.run(model, { text: [...texts] });
    const { data } = (answer ?? {}) as { data?: unknown };
    if (!Array.isArray(data) || data.length !== texts.length)
      throw new Error(`Workers AI answered no vectors for "${model}"`);
    return data.map((vector) => Float32Array.from(vector as number[]));
  }

  return {
    id: `workers-ai:${model}`,
    dimensions,
    threshold,
    embed: createBatcher({
      ask,
      prepare: (text) => (text.trim() === '' ? ' ' : text),
      windowMs: 0,
      maxBatch,
      joins: false,
    }),
  };
}
