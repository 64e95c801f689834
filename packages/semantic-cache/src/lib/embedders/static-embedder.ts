/** An embedder of a table: each token has its vector, a text is their mean (Model2Vec). */
import { type Embedder, normalizeVector } from '../embedder.ts';
import { createNormalizer } from './normalizer.ts';
import { createSplit } from './pre-tokenizer.ts';
import { readSafetensors, type Tensor } from './safetensors.ts';
import { describedBy } from './tokenizer-json.ts';
import { createTokenModel } from './word-pieces.ts';

/** The files of a Model2Vec folder. */
export interface StaticModelFiles {
  /** `model.safetensors`: float32, float16, bfloat16 or int8; with a quantised vocabulary too. */
  readonly weights: Uint8Array;
  /** `tokenizer.json`, parsed: WordPiece or Unigram. */
  readonly tokenizer: unknown;
  /** `config.json`, parsed; for `normalize`. */
  readonly config?: unknown;
}

export interface StaticEmbedderOptions extends StaticModelFiles {
  /** Names the model; part of cache scopes. @default made of the weights' size and a digest of theirs */
  readonly id?: string | undefined;
  /** Tokens of a text that count; what follows does not. @default 512 */
  readonly maxTokens?: number | undefined;
  /** Similarity from which `fixedThreshold()` hits when it is not told. @default none: give a policy */
  readonly threshold?: number | undefined;
}

/**
 * Creates an embedder of a Model2Vec model, such as `minishlab/potion-base-8M`: no network, no runtime
 * for neural networks, some microseconds a text. Source: Model2Vec (MinishLab, 2024).
 *
 * @throws {TypeError} naming what is wrong, for files that do not belong together or are no such model.
 * @example
 * const embedder = staticEmbedder({ weights, tokenizer: JSON.parse(tokenizerJson), config: JSON.parse(configJson) });
 * semanticCache({ semantic: { embedder, policy: fixedThreshold(0.9) } });
 */
export function staticEmbedder(options: StaticEmbedderOptions): Embedder {
  const { tokenizer, config, maxTokens = 512, threshold } = options;
  const tensors = readSafetensors(options.weights);
  const table = tensors.get('embeddings') ?? tensors.get('embedding.weight');
  const [rows = 0, dimensions = 0] = table?.shape ?? [];
  if (table === undefined || table.shape.length !== 2 || dimensions === 0)
    throw new TypeError('Expected the weights to hold a table "embeddings"');
  if (!(maxTokens > 0))
    throw new TypeError(`Expected "maxTokens" to be positive: got ${maxTokens}`);
  const { values } = table;
  const mapping = listOf(tensors, 'mapping');
  const weights = listOf(tensors, 'weights');
  const parts = (tokenizer ?? {}) as Record<string, unknown>;
  const normalize = createNormalizer(parts['normalizer']);
  const split = createSplit(parts['pre_tokenizer']);
  const model = createTokenModel(describedBy(parts['model'], 'model'));
  const scales = (config as { normalize?: unknown } | undefined)?.normalize !== false;

  function tokensOf(text: string): number[] {
    const tokens: number[] = [];
    // Characters that make more tokens than count are not looked at.
    for (const word of split(normalize(text.slice(0, maxTokens * charactersPerToken)))) {
      model.push(word, tokens);
      if (tokens.length >= maxTokens * 2) break;
    }
    return tokens.filter((token) => token !== model.unknown).slice(0, maxTokens);
  }

  function embed(text: string): Float32Array {
    const sums = new Float64Array(dimensions);
    const tokens = tokensOf(text);
    for (const token of tokens) {
      const row = mapping === undefined ? token : (mapping[token] ?? -1);
      if (row < 0 || row >= rows) continue;
      const weight = weights?.[token] ?? 1;
      const start = row * dimensions;
      for (let at = 0; at < dimensions; at++)
        sums[at] = (sums[at] as number) + weight * (values[start + at] as number);
    }
    const mean = Float32Array.from(sums, (sum) => sum / (tokens.length || 1));
    return scales ? (normalizeVector(mean, dimensions) ?? mean) : mean;
  }

  return {
    id: options.id ?? `static:${rows}x${dimensions}:${fingerprint(values)}`,
    dimensions,
    threshold,
    embed: (texts) => texts.map(embed),
  };
}

/** The longest words are about that long; a text of nothing else is cut early. */
const charactersPerToken = 20;

function listOf(tensors: ReadonlyMap<string, Tensor>, name: string): Tensor['values'] | undefined {
  const tensor = tensors.get(name);
  if (tensor !== undefined && tensor.shape.length !== 1)
    throw new TypeError(`Expected "${name}" in the weights to be a list`);
  return tensor?.values;
}

/** Tells two models of one size apart. */
function fingerprint(values: Tensor['values']): string {
  let hash = 0x811c9dc5;
  const step = Math.max(1, Math.floor(values.length / 4096));
  const bits = new DataView(new ArrayBuffer(4));
  for (let at = 0; at < values.length; at += step) {
    bits.setFloat32(0, values[at] as number);
    hash = Math.imul(hash ^ bits.getInt32(0), 0x01000193);
  }
  return (hash >>> 0).toString(16);
}
