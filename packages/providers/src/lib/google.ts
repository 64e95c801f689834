/** Google's generateContent as a provider: the Gemini API, and the same on Vertex AI. */
import type { Transport } from '@wintergate/core';
import type { TargetDialect } from '@wintergate/wire';
import { googleGenerate } from '@wintergate/wire/google';
import { googleEmbeddings } from '@wintergate/wire/google-embeddings';
import { rotating, setCredential } from './credential.ts';
import { checkBaseUrl, checkHeaders } from './openai-compatible.ts';
import type { Credential, Provider, Target } from './types.ts';

interface SharedOptions {
  /** Name for logs, events and prices. @default 'google' or 'vertex' */
  readonly name?: string | undefined;
  /** Extra headers on each request. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Models known without asking, for `GET /v1/models`. @default [] */
  readonly models?: readonly string[] | undefined;
  /** Takes the place of the host's transport and of the global `fetch`. */
  readonly transport?: Transport | undefined;
}

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
  if (!options.apiKey) throw new TypeError('Give google() an "apiKey"');
  const apiKey = rotating(options.apiKey);
  const baseUrl = checkBaseUrl(
    options.baseUrl ?? 'https://generativelanguage.googleapis.com/v1beta',
  );
  const dialects = [googleGenerate, googleEmbeddings];
  return providerOf('google', baseUrl, options, dialects, (headers) =>
    setCredential(headers, 'x-goog-api-key', apiKey),
  );
}

/**
 * Creates the provider of Gemini models on Vertex AI.
 *
 * @throws {TypeError} when an option is not usable.
 * @example
 * const gemini = vertex({ project: 'my-project', location: 'europe-west4', accessToken: freshToken });
 */
export function vertex(options: VertexOptions): Provider {
  const { project, location = 'global', accessToken } = options;
  if (!accessToken) throw new TypeError('Give vertex() an "accessToken"');
  for (const [name, value] of Object.entries({ project, location })) {
    if (!/^[a-z0-9][a-z0-9:.-]{0,62}$/.test(value))
      throw new TypeError(`Expected "${name}" to be a name such as "my-project": got "${value}"`);
  }
  const root = checkBaseUrl(options.baseUrl ?? `https://${hostOf(location)}/v1`);
  const baseUrl = `${root}/projects/${project}/locations/${location}/publishers/google`;
  // Embeddings are another API there (`:predict`).
  return providerOf('vertex', baseUrl, options, [googleGenerate], (headers) =>
    setCredential(headers, 'authorization', accessToken, 'Bearer '),
  );
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

function providerOf(
  kind: string,
  baseUrl: string,
  options: SharedOptions,
  dialects: readonly TargetDialect[],
  authorize: NonNullable<Target['authorize']>,
): Provider {
  const { name = kind, models = [], transport } = options;
  const headers = checkHeaders(options.headers);
  const shared = {
    provider: name,
    baseUrl,
    headers,
    transport,
    authorize,
    dialects,
    pathFor,
  } satisfies Target;
  return {
    name,
    baseUrl,
    models: [...models],
    target: (model, extra) => ({ ...shared, model, weight: extra?.weight }),
  };
}
