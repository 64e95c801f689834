/** Anthropic's Messages API as a provider. */
import type { Transport } from '@wintergate/core';
import { anthropicMessages } from '@wintergate/wire/anthropic';
import { setCredential } from './credential.ts';
import { checkBaseUrl, checkHeaders } from './openai-compatible.ts';
import type { Credential, Provider, Target } from './types.ts';

export interface AnthropicOptions {
  /** Sent as `x-api-key`. A function is asked at each attempt (rotation). Give this or `accessToken`. */
  readonly apiKey?: Credential | undefined;
  /** An OAuth or workload token, sent as `authorization: Bearer …`. */
  readonly accessToken?: Credential | undefined;
  /** Base URL with its version segment. @default 'https://api.anthropic.com/v1' */
  readonly baseUrl?: string | undefined;
  /** Name for logs, events and prices. @default 'anthropic' */
  readonly name?: string | undefined;
  /** Sent as `anthropic-version`. @default '2023-06-01' */
  readonly version?: string | undefined;
  /** Sent as `anthropic-beta`. @default [] */
  readonly betas?: readonly string[] | undefined;
  /** Extra headers on each request. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Models known without asking, for `GET /v1/models`. @default [] */
  readonly models?: readonly string[] | undefined;
  /** Takes the place of the host's transport and of the global `fetch`. */
  readonly transport?: Transport | undefined;
}

/**
 * Creates the Anthropic provider. Callers go on speaking their own dialect: their calls are written
 * as Messages, and the answers come back in the caller's form.
 *
 * @throws {TypeError} when an option is not usable, or not exactly one credential is given.
 * @example
 * const claude = anthropic({ apiKey: () => process.env.ANTHROPIC_API_KEY ?? '' });
 * const handler = toHandler(failover(), upstream({ target: claude.target('claude-sonnet-4-5') }));
 */
export function anthropic(options: AnthropicOptions): Provider {
  const baseUrl = checkBaseUrl(options.baseUrl ?? 'https://api.anthropic.com/v1');
  const { name = 'anthropic', version = '2023-06-01', betas = [] } = options;
  const headers = checkHeaders({
    'anthropic-version': version,
    ...(betas.length > 0 && { 'anthropic-beta': betas.join(',') }),
    ...options.headers,
  });
  const shared = {
    provider: name,
    baseUrl,
    headers,
    transport: options.transport,
    authorize: authorizeBy(options),
    dialects: [anthropicMessages],
  } satisfies Target;
  return {
    name,
    baseUrl,
    models: [...(options.models ?? [])],
    target: (model, extra) => ({ ...shared, model, weight: extra?.weight }),
  };
}

function authorizeBy({ apiKey, accessToken }: AnthropicOptions): NonNullable<Target['authorize']> {
  if ((apiKey === undefined) === (accessToken === undefined))
    throw new TypeError('Give anthropic() either "apiKey" or "accessToken"');
  if (apiKey === '') throw new TypeError('Expected "apiKey" to be not empty');
  if (accessToken === '') throw new TypeError('Expected "accessToken" to be not empty');
  return apiKey === undefined
    ? (headers) => setCredential(headers, 'authorization', accessToken as Credential, 'Bearer ')
    : (headers) => setCredential(headers, 'x-api-key', apiKey);
}
