/** Anthropic's Messages API as a provider. */
import { checkOptions } from '@wintergate/core';
import { anthropicMessages } from '@wintergate/wire/anthropic';
import { createProvider, type SharedOptions, sharedNames } from './create-provider.ts';
import { rotating, setCredential } from './credential.ts';
import { checkBaseUrl } from './openai-compatible.ts';
import type { Credential, Provider, Target } from './types.ts';

export interface AnthropicOptions extends SharedOptions {
  /**
   * Sent as `x-api-key`. A function is asked at each attempt (rotation); several take turns, attempt by
   * attempt. Give this or `accessToken`.
   */
  readonly apiKey?: Credential | readonly Credential[] | undefined;
  /** An OAuth or workload token, sent as `authorization: Bearer …`. */
  readonly accessToken?: Credential | undefined;
  /** Base URL with its version segment. @default 'https://api.anthropic.com/v1' */
  readonly baseUrl?: string | undefined;
  /** Sent as `anthropic-version`. @default '2023-06-01' */
  readonly version?: string | undefined;
  /** Sent as `anthropic-beta`. @default [] */
  readonly betas?: readonly string[] | undefined;
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
  checkOptions(
    options,
    {
      ...sharedNames,
      apiKey: 1,
      accessToken: 1,
      baseUrl: 'string',
      version: 'string',
      betas: 'string[]',
    },
    'anthropic()',
  );
  const baseUrl = checkBaseUrl(options.baseUrl ?? 'https://api.anthropic.com/v1');
  const { version = '2023-06-01', betas = [] } = options;
  const headers = {
    'anthropic-version': version,
    ...(betas.length > 0 && { 'anthropic-beta': betas.join(',') }),
    ...options.headers,
  };
  return createProvider(
    'anthropic',
    { ...options, headers },
    { baseUrl, authorize: authorizeBy(options), dialects: [anthropicMessages] },
  );
}

function authorizeBy({ apiKey, accessToken }: AnthropicOptions): NonNullable<Target['authorize']> {
  if ((apiKey === undefined) === (accessToken === undefined))
    throw new TypeError('Give anthropic() either "apiKey" or "accessToken"');
  if (apiKey === undefined) {
    const token = rotating(accessToken as Credential, 'accessToken');
    return (headers) => setCredential(headers, 'authorization', token, 'Bearer ');
  }
  const key = rotating(apiKey);
  return (headers) => setCredential(headers, 'x-api-key', key);
}
