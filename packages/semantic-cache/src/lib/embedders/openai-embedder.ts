/** An embedder behind OpenAI's embeddings API, which many servers copy. */
import { checkOptions, type Duration, type OptionKind, parseDuration } from '@wintergate/core';
import { fromBase64 } from '../base64.ts';
import type { Embedder } from '../embedder.ts';
import { createBatcher, requestsShareWork } from './batcher.ts';

export interface OpenAIEmbedderOptions {
  /** Such as `text-embedding-3-small`. */
  readonly model: string;
  /** Length of the vectors; asked for where `sendDimensions` says so. */
  readonly dimensions: number;
  /** Sent as `authorization: Bearer …`; a function is asked each time. @default none */
  readonly apiKey?: string | (() => string | Promise<string>) | undefined;
  /** With its version segment. @default 'https://api.openai.com/v1' */
  readonly baseUrl?: string | undefined;
  /** Whether the length is part of the call; only newer models take it. @default true for `text-embedding-3-…` */
  readonly sendDimensions?: boolean | undefined;
  /** Extra headers. @default {} */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Similarity from which `fixedThreshold()` hits when it is not told. @default none: give a policy */
  readonly threshold?: number | undefined;
  /** How long a text waits for others to be sent with. @default '2 ms' */
  readonly batchWindow?: Duration | undefined;
  /** Texts of one call. @default 64 */
  readonly maxBatch?: number | undefined;
  /** Takes the place of the global `fetch`. */
  readonly fetch?: typeof fetch | undefined;
}

const known: Record<keyof OpenAIEmbedderOptions, OptionKind> = {
  model: 'string',
  dimensions: 1,
  apiKey: 1,
  baseUrl: 'string',
  sendDimensions: 'boolean',
  headers: 'object',
  threshold: 1,
  batchWindow: 1,
  maxBatch: 1,
  fetch: 'function',
};

/**
 * Creates an embedder that asks an API. Texts that come at the same time go in one call (on Cloudflare
 * Workers only those of one request, which may not wait for another's work); the vectors
 * come as base64 where the server knows how. How long it may take is the cache's `semantic.timeout`.
 *
 * @throws {TypeError | RangeError} when an option is not usable. What the API answers wrong rejects, and is a miss.
 * @example
 * const embedder = openaiEmbedder({ model: 'text-embedding-3-small', dimensions: 512, apiKey });
 * semanticCache({ semantic: { embedder, policy: fixedThreshold(0.9), timeout: '1 s' } });
 */
export function openaiEmbedder(options: OpenAIEmbedderOptions): Embedder {
  checkOptions(options, known, 'openaiEmbedder()');
  const { model, dimensions, apiKey, headers = {}, threshold, fetch: call = fetch } = options;
  const baseUrl = (options.baseUrl ?? 'https://api.openai.com/v1').replace(/\/$/, '');
  if (!URL.canParse(baseUrl))
    throw new TypeError(`Expected "baseUrl" to be a URL: got "${baseUrl}"`);
  if (model === '') throw new TypeError('Expected "model" to be a name');
  if (!Number.isInteger(dimensions) || dimensions < 1)
    throw new RangeError(`Expected "dimensions" to be a positive number: got "${dimensions}"`);
  const sends = options.sendDimensions ?? model.startsWith('text-embedding-3');

  async function ask(texts: readonly string[], signal: AbortSignal): Promise<Float32Array[]> {
    const key = typeof apiKey === 'function' ? await apiKey() : apiKey;
    const response = await call(`${baseUrl}/embeddings`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
        ...headers,
      },
      body: JSON.stringify({
        model,
        input: texts,
        encoding_format: 'base64',
        ...(sends ? { dimensions } : {}),
      }),
      signal,
    });
    if (!response.ok) {
      await response.body?.cancel();
      throw new Error(`The embeddings API of ${new URL(baseUrl).host} answered ${response.status}`);
    }
    return vectorsOf(await response.json(), texts.length);
  }

  const batcher = createBatcher({
    ask,
    // Services refuse a text of nothing.
    prepare: (text) => (text.trim() === '' ? ' ' : text),
    windowMs: parseDuration(options.batchWindow ?? 2, 'batchWindow'),
    maxBatch: options.maxBatch ?? 64,
    joins: requestsShareWork(),
  });
  return { id: `openai:${model}`, dimensions, threshold, embed: batcher };
}

function vectorsOf(body: unknown, count: number): Float32Array[] {
  const { data } = (body ?? {}) as { data?: unknown };
  if (!Array.isArray(data) || data.length !== count)
    throw new Error('The embeddings API answered another number of vectors');
  const vectors: Float32Array[] = [];
  for (const [at, item] of data.entries()) {
    const { index, embedding } = item as { index?: unknown; embedding?: unknown };
    vectors[typeof index === 'number' ? index : at] = vectorOf(embedding);
  }
  return vectors;
}

/** Base64 of little-endian float32, or numbers: compatible servers know no other form. */
function vectorOf(embedding: unknown): Float32Array {
  if (Array.isArray(embedding)) return Float32Array.from(embedding as number[]);
  if (typeof embedding !== 'string') throw new Error('The embeddings API answered no vector');
  const bytes = fromBase64(embedding);
  const view = new DataView(bytes.buffer);
  return Float32Array.from({ length: bytes.length >> 2 }, (_, at) => view.getFloat32(at * 4, true));
}
