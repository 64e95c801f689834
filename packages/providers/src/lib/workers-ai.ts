/** Cloudflare Workers AI as a provider: the binding of a Worker, or the REST API. */
import { checkOptions, type Transport } from '@wintergate/core';
import { workersAIChat, workersAIEmbeddings } from '@wintergate/wire/workers-ai';
import { createProvider, type SharedOptions, sharedNames } from './create-provider.ts';
import { rotating, setCredential } from './credential.ts';
import { checkBaseUrl } from './openai-compatible.ts';
import type { Credential, Provider } from './types.ts';

/** What a Worker is bound to as `AI`, as far as it is used. */
export interface AIBinding {
  run(model: string, input: Record<string, unknown>, options?: object): Promise<unknown>;
}

export interface WorkersAIOptions extends SharedOptions {
  /** `env.AI` of a Worker: no token, no way over the network. Give this or `account` and `apiToken`. */
  readonly binding?: AIBinding | undefined;
  /** The account's id, for REST. */
  readonly account?: string | undefined;
  /** Sent as `authorization: Bearer …`. A function is asked at each attempt (rotation); several take turns. */
  readonly apiToken?: Credential | readonly Credential[] | undefined;
  /** Options of each `run`, such as `{ gateway: { id: 'mine' } }`. Binding only. */
  readonly runOptions?: object | undefined;
  /** For REST. @default 'https://api.cloudflare.com/client/v4' */
  readonly baseUrl?: string | undefined;
}

/**
 * Creates the provider of models on Workers AI over its own format. Over the format that copies
 * OpenAI's there is `cloudflare()` of `@wintergate/providers/hosts`.
 *
 * @throws {TypeError} when an option is not usable.
 * @example
 * const provider = workersAI({ binding: env.AI, models: ['@cf/meta/llama-3.1-8b-instruct'] });
 */
export function workersAI(options: WorkersAIOptions): Provider {
  checkOptions(
    options,
    {
      ...sharedNames,
      binding: 1,
      account: 'string',
      apiToken: 1,
      runOptions: 'object',
      baseUrl: 'string',
    },
    'workersAI()',
  );
  const { binding, account, apiToken, runOptions } = options;
  if ((binding === undefined) === (account === undefined))
    throw new TypeError('Give workersAI() either a "binding" or an "account"');
  const dialects = [workersAIChat, workersAIEmbeddings];
  if (binding !== undefined) {
    if (typeof binding.run !== 'function')
      throw new TypeError('Expected "binding" to be the AI binding of a Worker');
    const transport = options.transport ?? overBinding(binding, runOptions);
    // The host is a name only: nothing goes there. A caller's credential is no business of a binding.
    const own = { baseUrl: 'https://workers-ai.invalid/ai', dialects, authorize: () => {} };
    return createProvider('workers-ai', { ...options, transport }, own);
  }
  if (!apiToken) throw new TypeError('Give workersAI() an "apiToken" for its "account"');
  if (!/^[\w-]{1,64}$/.test(account as string))
    throw new TypeError(`Expected "account" to be an account's id: got "${account}"`);
  const token = rotating(apiToken, 'apiToken');
  const root = checkBaseUrl(options.baseUrl ?? 'https://api.cloudflare.com/client/v4');
  return createProvider('workers-ai', options, {
    baseUrl: `${root}/accounts/${account}/ai`,
    dialects,
    authorize: (headers) => setCredential(headers, 'authorization', token, 'Bearer '),
  });
}

/** A call of the binding as a request: the model stands in the path, its input in the body. */
function overBinding(binding: AIBinding, options: object | undefined): Transport {
  return async ({ url, body, signal }) => {
    const path = new URL(url).pathname;
    const model = decodeURIComponent(path.slice(path.indexOf('/run/') + '/run/'.length));
    if (!path.includes('/run/') || !(body instanceof Uint8Array))
      return failed(400, 'The binding of Workers AI takes chat and embeddings only');
    const input = JSON.parse(new TextDecoder().decode(body)) as Record<string, unknown>;
    try {
      const result = await binding.run(model, input, options);
      signal.throwIfAborted();
      if (result instanceof Response) return result;
      if (result instanceof ReadableStream)
        return new Response(result, { headers: { 'content-type': 'text/event-stream' } });
      return Response.json(result);
    } catch (error) {
      signal.throwIfAborted();
      const message = error instanceof Error ? error.message : String(error);
      return failed(statusOf(message), message);
    }
  };
}

/** By the code in the text of what is thrown. Fact: Cloudflare, Workers AI, errors, July 2026. */
const statuses: Readonly<Record<string, number>> = {
  3003: 400,
  3006: 413,
  3007: 408,
  3008: 408,
  3023: 403,
  3036: 429,
  3039: 400,
  3040: 429,
  3041: 403,
  3042: 404,
  5004: 400,
  5005: 405,
  // Called 400 there; what helps is another model.
  5007: 404,
  5016: 403,
  5018: 403,
  5019: 405,
};

function statusOf(message: string): number {
  const [code = ''] = /\b[35]\d{3}\b/.exec(message) ?? [];
  return statuses[code] ?? 500;
}

function failed(status: number, message: string): Response {
  return Response.json({ success: false, errors: [{ message }] }, { status });
}
