/** Google's generateContent as a provider: the Gemini API, and the same on Vertex AI. */
import { checkOptions } from '@wintergate/core';
import { googleGenerate } from '@wintergate/wire/google';
import { googleEmbeddings } from '@wintergate/wire/google-embeddings';
import { createProvider, type SharedOptions, sharedNames } from './create-provider.ts';
import { rotating, setCredential } from './credential.ts';
import { checkBaseUrl } from './openai-compatible.ts';
import type { Credential, Provider } from './types.ts';

export interface GoogleOptions extends SharedOptions {
  /**
   * Sent as `x-goog-api-key`. A function is asked at each attempt (rotation); several take turns,
   * attempt by attempt.
   */
  readonly apiKey: Credential | readonly Credential[];
  /** Base URL with its version segment. @default 'https://generativelanguage.googleapis.com/v1beta' */
  readonly baseUrl?: string | undefined;
}

export interface VertexOptions extends SharedOptions {
  readonly project: string;
  /** A region such as `europe-west4`, a multi-region (`us`, `eu`), or `global`. @default 'global' */
  readonly location?: string | undefined;
  /** An OAuth token of the scope cloud-platform; tokens last an hour, so give a function. */
  readonly accessToken: Credential;
  /** Takes the place of the host: an emulator, a private endpoint. */
  readonly baseUrl?: string | undefined;
}

/**
 * Creates the provider of the Gemini API. Callers go on speaking their own dialect.
 *
 * @throws {TypeError} when an option is not usable.
 * @example
 * const gemini = google({ apiKey: () => process.env.GEMINI_API_KEY ?? '' });
 */
export function google(options: GoogleOptions): Provider {
  checkOptions(options, { ...sharedNames, apiKey: 1, baseUrl: 'string' }, 'google()');
  if (!options.apiKey) throw new TypeError('Give google() an "apiKey"');
  const apiKey = rotating(options.apiKey);
  const baseUrl = checkBaseUrl(
    options.baseUrl ?? 'https://generativelanguage.googleapis.com/v1beta',
  );
  return createProvider('google', options, {
    baseUrl,
    dialects: [googleGenerate, googleEmbeddings],
    pathFor,
    authorize: (headers) => setCredential(headers, 'x-goog-api-key', apiKey),
  });
}

/**
 * Creates the provider of Gemini models on Vertex AI.
 *
 * @throws {TypeError} when an option is not usable.
 * @example
 * const gemini = vertex({ project: 'my-project', location: 'europe-west4', accessToken: freshToken });
 */
export function vertex(options: VertexOptions): Provider {
  checkOptions(
    options,
    { ...sharedNames, project: 'string', location: 'string', accessToken: 1, baseUrl: 'string' },
    'vertex()',
  );
  const { project, location = 'global' } = options;
  if (!options.accessToken) throw new TypeError('Give vertex() an "accessToken"');
  const accessToken = rotating(options.accessToken, 'accessToken');
  for (const [name, value] of Object.entries({ project, location })) {
    if (!/^[a-z0-9][a-z0-9:.-]{0,62}$/.test(value ?? ''))
      throw new TypeError(`Expected "${name}" to be a name such as "my-project": got "${value}"`);
  }
  const root = checkBaseUrl(options.baseUrl ?? `https://${hostOf(location)}/v1`);
  const baseUrl = `${root}/projects/${project}/locations/${location}/publishers/google`;
  return createProvider('vertex', options, {
    baseUrl,
    // Embeddings are another API there (`:predict`).
    dialects: [googleGenerate],
    pathFor,
    authorize: (headers) => setCredential(headers, 'authorization', accessToken, 'Bearer '),
  });
}

function hostOf(location: string): string {
  if (location === 'global') return 'aiplatform.googleapis.com';
  return /^(?:us|eu)$/.test(location)
    ? `aiplatform.${location}.rep.googleapis.com`
    : `${location}-aiplatform.googleapis.com`;
}

/** A caller's path without the project and location that their client was written for: ours count. */
function pathFor(path: string): string {
  return path.replace(
    /^(?:\/projects\/[^/]+\/locations\/[^/]+)?(?:\/publishers\/[^/]+)?(?=\/)/,
    '',
  );
}
