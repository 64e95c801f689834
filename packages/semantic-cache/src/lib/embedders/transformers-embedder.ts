/** An embedder that runs a sentence model in the process, by Transformers.js. */
import { checkOptions, type OptionKind } from '@wintergate/core';
import type { Embedder } from '../embedder.ts';

/** A feature-extraction pipeline of `@huggingface/transformers` or `@xenova/transformers`. */
export type FeatureExtraction = (
  texts: string[],
  options: { pooling: 'mean' | 'cls'; normalize: boolean },
) => Promise<{ readonly data: ArrayLike<number>; readonly dims: readonly number[] }>;

export interface TransformersEmbedderOptions {
  /** @default 'Xenova/all-MiniLM-L6-v2' */
  readonly model?: string | undefined;
  /** Length of the model's vectors. @default 384 */
  readonly dimensions?: number | undefined;
  /** How the vectors of tokens become one; as the model was trained. @default 'mean' */
  readonly pooling?: 'mean' | 'cls' | undefined;
  /**
   * The pipeline, or what makes it; called once, by the first text.
   *
   * @default loads the model with `@huggingface/transformers`, or with `@xenova/transformers` where that is installed
   */
  readonly pipeline?:
    | FeatureExtraction
    | (() => FeatureExtraction | Promise<FeatureExtraction>)
    | undefined;
  /** Loads the model when the embedder is made, instead of with the first text. @default false */
  readonly warmUp?: boolean | undefined;
  /** Similarity from which `fixedThreshold()` hits when it is not told. @default none: give a policy */
  readonly threshold?: number | undefined;
  /** Takes the place of `import()`, for tests and bundlers. */
  readonly load?: ((name: string) => Promise<unknown>) | undefined;
}

const known: Record<keyof TransformersEmbedderOptions, OptionKind> = {
  model: 'string',
  dimensions: 1,
  pooling: 1,
  pipeline: 1,
  warmUp: 'boolean',
  threshold: 1,
  load: 'function',
};
const libraries = ['@huggingface/transformers', '@xenova/transformers'];

/**
 * Creates an embedder by Transformers.js. The model is loaded once for all; while it loads, and when it
 * can not be, calls go without the semantic tier.
 *
 * @example
 * const embedder = transformersEmbedder({ model: 'Xenova/bge-small-en-v1.5', pooling: 'cls', warmUp: true });
 * semanticCache({ semantic: { embedder, policy: fixedThreshold(0.92) } });
 */
export function transformersEmbedder(options: TransformersEmbedderOptions = {}): Embedder {
  checkOptions(options, known, 'transformersEmbedder()');
  const {
    model = 'Xenova/all-MiniLM-L6-v2',
    dimensions = 384,
    pooling = 'mean',
    threshold,
  } = options;
  const { pipeline, load = (name) => import(/* @vite-ignore */ name) } = options;
  let loading: Promise<FeatureExtraction> | undefined;

  async function create(): Promise<FeatureExtraction> {
    if (pipeline === undefined) return loadPipeline(model, load);
    // Pipelines are functions too: what makes one takes nothing.
    return isPipeline(pipeline) ? pipeline : pipeline();
  }

  /** One load for all who ask. One that failed is tried again by the next. */
  function ready(): Promise<FeatureExtraction> {
    loading ??= create().catch((error) => {
      loading = undefined;
      throw error;
    });
    return loading;
  }

  if (options.warmUp === true) ready().catch(() => {});
  return {
    id: `transformers:${model}:${pooling}`,
    dimensions,
    threshold,
    async embed(texts) {
      if (texts.length === 0) return [];
      const extract = await ready();
      const { data, dims } = await extract([...texts], { pooling, normalize: true });
      const [rows, length] = dims;
      if (rows !== texts.length || length !== dimensions)
        throw new Error(
          `The model "${model}" gives vectors of ${length} numbers: set "dimensions" to that`,
        );
      return texts.map((_, at) => {
        const vector = new Float32Array(dimensions);
        for (let place = 0; place < dimensions; place++)
          vector[place] = data[at * dimensions + place] as number;
        return vector;
      });
    },
  };
}

function isPipeline(
  given: NonNullable<TransformersEmbedderOptions['pipeline']>,
): given is FeatureExtraction {
  return given.length > 0 || 'tokenizer' in given;
}

async function loadPipeline(
  model: string,
  load: (name: string) => Promise<unknown>,
): Promise<FeatureExtraction> {
  const failures: unknown[] = [];
  for (const name of libraries) {
    let library: { pipeline?: (task: string, model: string) => Promise<FeatureExtraction> };
    try {
      library = (await load(name)) as typeof library;
    } catch (error) {
      failures.push(error);
      continue;
    }
    if (typeof library.pipeline !== 'function') continue;
    try {
      return await library.pipeline('feature-extraction', model);
    } catch (cause) {
      throw new Error(
        `Cannot load the model "${model}" with ${name}: check its name, and that this machine may download it or has it in the library's cache`,
        { cause },
      );
    }
  }
  throw new Error(
    `Cannot load Transformers.js: install it (npm install ${libraries[0]}), or give transformersEmbedder() a "pipeline"`,
    { cause: failures[0] },
  );
}
