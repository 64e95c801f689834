/** Cohere as a provider. */
import { checkOptions } from '@wintergate/core';
import { cohereChat, cohereEmbeddings } from '@wintergate/wire/cohere';
import { createProvider, type SharedOptions, sharedNames } from './create-provider.ts';
import { rotating, setCredential } from './credential.ts';
import { checkBaseUrl } from './openai-compatible.ts';
import type { Credential, Provider } from './types.ts';

export interface CohereOptions extends SharedOptions {
  /**
   * Sent as `authorization: Bearer …`. A function is asked at each attempt (rotation); several take
   * turns, attempt by attempt.
   */
  readonly apiKey: Credential | readonly Credential[];
  /** Base URL with its version segment. @default 'https://api.cohere.com/v2' */
  readonly baseUrl?: string | undefined;
}

/**
 * Creates the Cohere provider. Callers go on speaking their own format.
 *
 * @throws {TypeError} when an option is not usable.
 * @example
 * const command = cohere({ apiKey: () => process.env.COHERE_API_KEY ?? '' });
 */
export function cohere(options: CohereOptions): Provider {
  checkOptions(options, { ...sharedNames, apiKey: 1, baseUrl: 'string' }, 'cohere()');
  if (!options.apiKey) throw new TypeError('Give cohere() an "apiKey"');
  const apiKey = rotating(options.apiKey);
  return createProvider('cohere', options, {
    baseUrl: checkBaseUrl(options.baseUrl ?? 'https://api.cohere.com/v2'),
    dialects: [cohereChat, cohereEmbeddings],
    authorize: (headers) => setCredential(headers, 'authorization', apiKey, 'Bearer '),
  });
}
