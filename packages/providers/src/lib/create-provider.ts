/** What all providers have in common. */
import type { OptionKind, Transport } from '@wintergate/core';
import { checkHeaders } from './openai-compatible.ts';
import type { Provider, Target } from './types.ts';

/** Options of every provider. */
export interface SharedOptions {
  /** Name for logs, events and prices. Default: the provider's own, such as `google`. */
  readonly name?: string | undefined;
  /** Extra headers on each request. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Models known without asking, for `GET /v1/models`. @default [] */
  readonly models?: readonly string[] | undefined;
  /** Takes the place of the host's transport and of the global `fetch`. */
  readonly transport?: Transport | undefined;
}

/** Their names, for `checkOptions()`. */
export const sharedNames: Record<keyof SharedOptions, OptionKind> = {
  name: 'string',
  headers: 'object',
  models: 'string[]',
  transport: 'function',
};

/** A provider whose targets differ in nothing but the model. */
export function createProvider(
  kind: string,
  { name = kind, headers, models = [], transport }: SharedOptions,
  own: Omit<Target, 'provider' | 'model' | 'weight' | 'headers' | 'transport'>,
): Provider {
  const shared: Target = { ...own, provider: name, headers: checkHeaders(headers), transport };
  return {
    name,
    baseUrl: own.baseUrl,
    models: [...models],
    target: (model, extra) => ({ ...shared, model, weight: extra?.weight }),
  };
}
