/** Targets that speak OpenAI's API: OpenAI itself and everything compatible. */
import { checkOptions, type OptionKind, type Transport } from '@wintergate/core';
import { openaiChat, openaiEmbeddings, type TargetDialect } from '@wintergate/wire';
import { openaiCompletions } from '@wintergate/wire/openai-completions';
import { openaiResponses } from '@wintergate/wire/openai-responses';
import type { ChatQuirks } from './chat-quirks.ts';
import { rotating, setCredential } from './credential.ts';
import type { Credential, Provider, Target } from './types.ts';

export interface OpenAICompatibleOptions {
  /**
   * Base URL with its version segment, such as `http://127.0.0.1:11434/v1`. `http:` or `https:`,
   * without credentials, query or fragment.
   */
  readonly baseUrl: string;
  /** Name for logs, events and prices. @default the host of `baseUrl` */
  readonly name?: string | undefined;
  /**
   * Sent as `authorization: Bearer …`. A function is asked at each attempt (rotation); when it
   * throws, the attempt fails as unauthorised. Several take turns, attempt by attempt. Absent: the
   * caller's own credential goes on.
   */
  readonly apiKey?: Credential | readonly Credential[] | undefined;
  /** Extra headers on each request. They win over the caller's. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Models known without asking, for `GET /v1/models`. @default [] */
  readonly models?: readonly string[] | undefined;
  /** Whether usage may be asked for in streams (`stream_options.include_usage`). @default true */
  readonly streamUsage?: boolean | undefined;
  /**
   * Formats that the server speaks beside chat and embeddings, such as `openaiResponses` and
   * `openaiCompletions`: calls in them go on as they are, all others are written as chat.
   *
   * @default []
   */
  readonly dialects?: readonly TargetDialect[] | undefined;
  /** How the server departs from OpenAI's chat format. @default not at all */
  readonly quirks?: ChatQuirks | undefined;
  /** Takes the place of the host's transport and of the global `fetch`. */
  readonly transport?: Transport | undefined;
}

/** Their names, for `checkOptions()`. */
export const compatibleNames: Record<keyof OpenAICompatibleOptions, OptionKind> = {
  baseUrl: 'string',
  name: 'string',
  apiKey: 1,
  headers: 'object',
  models: 'string[]',
  streamUsage: 'boolean',
  dialects: 1,
  quirks: 'object',
  transport: 'function',
};

/** Options of a known host: `baseUrl` and `name` have defaults, quirks of your own are added to the host's. */
export interface HostOptions extends Omit<OpenAICompatibleOptions, 'baseUrl'> {
  /** @default the host's */
  readonly baseUrl?: string | undefined;
}

export interface OpenAIOptions extends HostOptions {
  /** Sent as `openai-organization`. */
  readonly organization?: string | undefined;
  /** Sent as `openai-project`. */
  readonly project?: string | undefined;
}

/**
 * Creates the OpenAI provider.
 *
 * @throws {TypeError} when an option is not usable.
 * @example
 * const provider = openai({ apiKey: process.env.OPENAI_API_KEY });
 * const handler = toHandler(failover(), upstream({ provider }));
 */
export function openai(options: OpenAIOptions = {}): Provider {
  checkOptions(
    options,
    { ...compatibleNames, organization: 'string', project: 'string' },
    'openai()',
  );
  const { organization, project, headers, ...rest } = options;
  return openaiCompatible({
    ...rest,
    baseUrl: rest.baseUrl ?? 'https://api.openai.com/v1',
    name: rest.name ?? 'openai',
    dialects: [openaiResponses, openaiCompletions, ...checkDialects(rest.dialects)],
    headers: {
      ...(organization !== undefined && { 'openai-organization': organization }),
      ...(project !== undefined && { 'openai-project': project }),
      ...headers,
    },
  });
}

/**
 * Creates a provider for any server that speaks OpenAI's API.
 *
 * @throws {TypeError} when an option is not usable.
 * @example
 * const local = openaiCompatible({ name: 'ollama', baseUrl: 'http://127.0.0.1:11434/v1', models: ['llama3.2'] });
 */
export function openaiCompatible(options: OpenAICompatibleOptions): Provider {
  checkOptions(options, compatibleNames, 'openaiCompatible()');
  const baseUrl = checkBaseUrl(options.baseUrl);
  if (options.apiKey === '') throw new TypeError('Expected "apiKey" to be left out or not empty');
  const apiKey = options.apiKey === undefined ? undefined : rotating(options.apiKey);
  const name = options.name ?? new URL(baseUrl).host;
  const headers = checkHeaders(options.headers);
  const shared = {
    provider: name,
    baseUrl,
    headers,
    streamUsage: options.streamUsage,
    quirks: options.quirks,
    transport: options.transport,
    dialects: [openaiChat, openaiEmbeddings, ...checkDialects(options.dialects)],
    authorize:
      apiKey === undefined
        ? undefined
        : (target: Headers) => setCredential(target, 'authorization', apiKey, 'Bearer '),
  } satisfies Target;
  return {
    name,
    baseUrl,
    models: [...(options.models ?? [])],
    target: (model, extra) => ({ ...shared, model, weight: extra?.weight }),
  };
}

/** The dialects of an option that may be left out. */
export function checkDialects(given: readonly TargetDialect[] = []): readonly TargetDialect[] {
  if (Array.isArray(given) && given.every((one) => typeof one?.writeCall === 'function'))
    return given;
  throw new TypeError('Expected "dialects" to be a list of dialects, such as [anthropicMessages]');
}

/** The base URL without a slash at its end. */
export function checkBaseUrl(value: string): string {
  let url: URL;
  try {
    url = new URL(value);
  } catch {
    throw new TypeError(`Expected "baseUrl" to be an absolute URL: got "${value}"`);
  }
  if (url.protocol !== 'https:' && url.protocol !== 'http:') {
    throw new TypeError(
      `Expected "baseUrl" to start with "https://" or "http://": got "${url.protocol}"`,
    );
  }
  if (url.username || url.password) {
    throw new TypeError('Remove the credentials from "baseUrl" and pass them as "apiKey"');
  }
  if (url.search || url.hash) {
    throw new TypeError(`Remove the query and fragment from "baseUrl": got "${value}"`);
  }
  const [path] =
    /\/(?:chat\/completions|completions|responses|embeddings|messages)\/?$/.exec(url.pathname) ??
    [];
  if (path !== undefined)
    throw new TypeError(`Remove "${path}" from "baseUrl": the paths of calls are added to it`);
  return url.origin + url.pathname.replace(/\/$/, '');
}

/** The headers once checked; `undefined` for none. */
export function checkHeaders(
  headers: Readonly<Record<string, string>> | undefined,
): Record<string, string> | undefined {
  const entries = headers instanceof Headers ? [...headers] : Object.entries(headers ?? {});
  if (entries.length === 0) return undefined;
  for (const [name, value] of entries) {
    try {
      if (typeof value !== 'string') throw new TypeError();
      new Headers([[name, value]]);
    } catch {
      throw new TypeError(`Expected header "${name}" in "headers" to have a valid name and value`);
    }
  }
  return Object.fromEntries(entries);
}
