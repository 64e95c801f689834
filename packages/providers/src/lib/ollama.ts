/** An Ollama server as a provider, over its own API. */
import { checkOptions } from '@wintergate/core';
import { ollamaChat, ollamaEmbeddings } from '@wintergate/wire/ollama';
import { createProvider, type SharedOptions, sharedNames } from './create-provider.ts';
import { rotating, setCredential } from './credential.ts';
import { checkBaseUrl } from './openai-compatible.ts';
import type { Credential, Provider } from './types.ts';

export interface OllamaOptions extends SharedOptions {
  /** The server's URL, without `/api`. @default 'http://127.0.0.1:11434' */
  readonly baseUrl?: string | undefined;
  /** Sent as `authorization: Bearer …`; for Ollama's cloud and servers behind a proxy. @default none */
  readonly apiKey?: Credential | readonly Credential[] | undefined;
}

/**
 * Creates the provider of an Ollama server. A caller's credential never goes there.
 *
 * @throws {TypeError} when an option is not usable.
 * @example
 * const local = ollama({ models: ['llama3.2'] });
 */
export function ollama(options: OllamaOptions = {}): Provider {
  checkOptions(options, { ...sharedNames, apiKey: 1, baseUrl: 'string' }, 'ollama()');
  const apiKey = options.apiKey === undefined ? undefined : rotating(options.apiKey);
  return createProvider('ollama', options, {
    baseUrl: `${checkBaseUrl(options.baseUrl ?? 'http://127.0.0.1:11434')}/api`,
    dialects: [ollamaChat, ollamaEmbeddings],
    // Present even without a key: it keeps the caller's away from a server that asks for none.
    authorize: (headers) =>
      apiKey === undefined ? undefined : setCredential(headers, 'authorization', apiKey, 'Bearer '),
  });
}
