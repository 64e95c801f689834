/** A Model2Vec folder, read from wherever it lies. */
import type { Embedder } from '../embedder.ts';
import { type StaticEmbedderOptions, staticEmbedder } from './static-embedder.ts';

export interface LoadOptions extends Pick<StaticEmbedderOptions, 'id' | 'maxTokens' | 'threshold'> {
  /** Takes the place of the global `fetch`, for folders over HTTP. */
  readonly fetch?: typeof fetch | undefined;
}

/** Reads a file of the folder by its name. */
export type ReadFile = (name: string) => Promise<Uint8Array>;

/**
 * Loads `model.safetensors`, `tokenizer.json` and `config.json` of a folder.
 *
 * @param folder what reads a file by its name, or an `https:` URL such as
 *   `https://huggingface.co/minishlab/potion-base-8M/resolve/main/`.
 * @throws {Error} naming the file that could not be read, and what to do; {TypeError} for files that are no such model.
 * @example
 * import { readFile } from 'node:fs/promises';
 * const embedder = await loadStaticEmbedder((name) => readFile(`./models/potion-base-8M/${name}`));
 */
export async function loadStaticEmbedder(
  folder: ReadFile | string | URL,
  { fetch: call = fetch, ...options }: LoadOptions = {},
): Promise<Embedder> {
  const read = typeof folder === 'function' ? folder : overHttp(String(folder), call);
  const [weights, tokenizer, config] = await Promise.all([
    readWith(read, 'model.safetensors'),
    readWith(read, 'tokenizer.json').then(parseJson),
    readWith(read, 'config.json').then(parseJson),
  ]);
  return staticEmbedder({ weights, tokenizer, config, ...options });
}

async function readWith(read: ReadFile, name: string): Promise<Uint8Array> {
  try {
    return await read(name);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new Error(
      `Cannot read "${name}" of the model (${why}): download a Model2Vec folder, such as minishlab/potion-base-8M, with its three files`,
      { cause },
    );
  }
}

/** @throws {TypeError} for what is no URL that can be fetched. */
function overHttp(folder: string, call: typeof fetch): ReadFile {
  if (!/^https?:\/\//.test(folder)) {
    throw new TypeError(
      `Expected a URL with "https:", or a function that reads a file by its name: got "${folder}"`,
    );
  }
  const base = folder.endsWith('/') ? folder : `${folder}/`;
  return async (name) => {
    const response = await call(new URL(name, base));
    if (!response.ok) throw new Error(`status ${response.status} from ${base}`);
    return new Uint8Array(await response.arrayBuffer());
  };
}

function parseJson(bytes: Uint8Array): unknown {
  return JSON.parse(new TextDecoder().decode(bytes));
}
