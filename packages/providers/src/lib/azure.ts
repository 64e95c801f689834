/** Azure OpenAI as a provider: the v1 API, and the dated one with a deployment in each URL. */
import { checkOptions } from '@wintergate/core';
import { openaiChat, openaiEmbeddings } from '@wintergate/wire';
import { openaiCompletions } from '@wintergate/wire/openai-completions';
import { openaiResponses } from '@wintergate/wire/openai-responses';
import { createProvider, type SharedOptions, sharedNames } from './create-provider.ts';
import { rotating, setCredential } from './credential.ts';
import { checkBaseUrl } from './openai-compatible.ts';
import type { Credential, Provider, Target } from './types.ts';

export interface AzureOpenAIOptions extends SharedOptions {
  /** Name of the resource: the first part of its host. Give this or `baseUrl`. */
  readonly resource?: string | undefined;
  /** The resource's URL without `/openai`, for private endpoints and other clouds. */
  readonly baseUrl?: string | undefined;
  /**
   * Sent as `api-key`. A function is asked at each attempt (rotation); several take turns. Give this
   * or `accessToken`.
   */
  readonly apiKey?: Credential | readonly Credential[] | undefined;
  /** A token of Microsoft Entra ID, sent as `authorization: Bearer …`. Tokens last an hour: give a function. */
  readonly accessToken?: Credential | undefined;
  /**
   * Such as `2024-10-21`: calls go to the dated API, the deployment in the path. Absent: to the v1 API,
   * the deployment in the body.
   */
  readonly apiVersion?: string | undefined;
}

/**
 * Creates the provider of models on Azure OpenAI. A model's name is the name of its deployment.
 * Facts: Microsoft, Azure OpenAI API lifecycle of 2026.
 *
 * @throws {TypeError} when an option is not usable, or not exactly one credential is given.
 * @example
 * const azure = azureOpenAI({ resource: 'my-resource', apiKey: process.env.AZURE_OPENAI_API_KEY });
 */
export function azureOpenAI(options: AzureOpenAIOptions): Provider {
  checkOptions(
    options,
    {
      ...sharedNames,
      resource: 'string',
      baseUrl: 'string',
      apiKey: 1,
      accessToken: 1,
      apiVersion: 'string',
    },
    'azureOpenAI()',
  );
  const { resource, apiVersion } = options;
  if ((resource === undefined) === (options.baseUrl === undefined))
    throw new TypeError('Give azureOpenAI() either "resource" or "baseUrl"');
  if (resource !== undefined && !/^[a-z0-9][a-z0-9-]{0,62}$/i.test(resource))
    throw new TypeError(
      `Expected "resource" to be a name such as "my-resource": got "${resource}"`,
    );
  if (apiVersion !== undefined && !/^\d{4}-\d\d-\d\d(?:-preview)?$/.test(apiVersion))
    throw new TypeError(`Expected "apiVersion" to be such as "2024-10-21": got "${apiVersion}"`);
  const root = checkBaseUrl(options.baseUrl ?? `https://${resource}.openai.azure.com`);
  const isDated = apiVersion !== undefined;
  const baseUrl = `${root}/openai${isDated ? '' : '/v1'}`;
  return createProvider('azure', options, {
    baseUrl,
    authorize: authorizeBy(options),
    // The dated API has no deployment in the path of a response: its callers are served over chat.
    dialects: [
      openaiChat,
      openaiEmbeddings,
      openaiCompletions,
      ...(isDated ? [] : [openaiResponses]),
    ],
    ...(isDated && { pathFor: deploymentPath(apiVersion) }),
  });
}

function deploymentPath(apiVersion: string): NonNullable<Target['pathFor']> {
  return (path, model) => {
    const deployment = model === undefined ? '' : `/deployments/${encodeURIComponent(model)}`;
    return `${deployment}${path}?api-version=${apiVersion}`;
  };
}

function authorizeBy({
  apiKey,
  accessToken,
}: AzureOpenAIOptions): NonNullable<Target['authorize']> {
  if ((apiKey === undefined) === (accessToken === undefined))
    throw new TypeError('Give azureOpenAI() either "apiKey" or "accessToken"');
  if (apiKey !== undefined) {
    const key = rotating(apiKey);
    return (headers) => setCredential(headers, 'api-key', key);
  }
  const token = rotating(accessToken as Credential, 'accessToken');
  return (headers) => setCredential(headers, 'authorization', token, 'Bearer ');
}
