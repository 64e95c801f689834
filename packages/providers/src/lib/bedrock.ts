/** Amazon Bedrock as a provider: its Converse API, for the models of all makers. */
import { checkOptions } from '@wintergate/core';
import { bedrockConverse } from '@wintergate/wire/bedrock';
import { createProvider, type SharedOptions, sharedNames } from './create-provider.ts';
import { rotating, setCredential } from './credential.ts';
import { checkBaseUrl } from './openai-compatible.ts';
import { type AwsCredentials, signV4 } from './sigv4.ts';
import type { Credential, Provider, Target } from './types.ts';

export interface BedrockOptions extends SharedOptions {
  /** Such as `eu-central-1`. */
  readonly region: string;
  /** A Bedrock API key, sent as `authorization: Bearer …`; several take turns. Give this or `credentials`. */
  readonly apiKey?: Credential | readonly Credential[] | undefined;
  /** Sign each request. A function is asked at each attempt, for temporary credentials. */
  readonly credentials?:
    | AwsCredentials
    | (() => AwsCredentials | Promise<AwsCredentials>)
    | undefined;
  /** Takes the place of the region's endpoint: a private one, an emulator. */
  readonly baseUrl?: string | undefined;
  /** The time, for signatures. @default the host's clock */
  readonly now?: (() => number) | undefined;
}

/**
 * Creates the provider of models on Amazon Bedrock. Callers go on speaking their own format.
 *
 * @throws {TypeError} when an option is not usable, or not exactly one credential is given.
 * @example
 * const nova = bedrock({ region: 'us-east-1', credentials: fromEnvironment });
 * const router = modelRouter({ routes: { 'amazon.*': nova, 'anthropic.*': nova } });
 */
export function bedrock(options: BedrockOptions): Provider {
  checkOptions(
    options,
    {
      ...sharedNames,
      region: 'string',
      apiKey: 1,
      credentials: 1,
      baseUrl: 'string',
      now: 'function',
    },
    'bedrock()',
  );
  const { region, credentials, now = Date.now } = options;
  if (!/^[a-z]{2}(?:-[a-z]+){1,3}-\d$/.test(region))
    throw new TypeError(`Expected "region" to be one of AWS such as "us-east-1": got "${region}"`);
  const apiKey = options.apiKey === undefined ? undefined : rotating(options.apiKey);
  if ((apiKey === undefined) === (credentials === undefined))
    throw new TypeError('Give bedrock() either "apiKey" or "credentials"');
  const baseUrl = checkBaseUrl(
    options.baseUrl ?? `https://bedrock-runtime.${region}.amazonaws.com`,
  );
  const access: Pick<Target, 'authorize' | 'sign'> =
    apiKey !== undefined
      ? { authorize: (headers) => setCredential(headers, 'authorization', apiKey, 'Bearer ') }
      : {
          async sign(request) {
            const own = await (typeof credentials === 'function' ? credentials() : credentials);
            if (!own?.accessKeyId || !own.secretAccessKey)
              throw new TypeError('Expected "accessKeyId" and "secretAccessKey" in "credentials"');
            await signV4(request, {
              credentials: own,
              region,
              service: 'bedrock',
              now: new Date(now()),
              // A proxy may change the others.
              signs: (name) => name === 'content-type' || name.startsWith('x-amz-'),
            });
          },
        };
  return createProvider('bedrock', options, { baseUrl, dialects: [bedrockConverse], ...access });
}
