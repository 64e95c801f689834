/** `GET /v1/models` from what is known without asking anybody. */
import { createReply, RequestError } from '@wintergate/core';
import type { Plan, Provider } from './types.ts';

/** Where models are known from: a provider, a plan, or a bare name such as a router's alias. */
export type ModelSource = Provider | Plan | string;

export interface ModelsResponseOptions {
  /** Owner of bare names. @default 'wintergate' */
  readonly ownedBy?: string | undefined;
  /**
   * The caller's: below `/v1beta/` the answer has Google's form, with an `anthropic-version` header
   * Anthropic's, and a name behind `/models/` asks for that one. @default the whole list, in OpenAI's form
   */
  readonly request?: Request | undefined;
}

/**
 * Answers a list of models, or one of them, in the form that the caller's SDK reads. Each name stands
 * once; the first source to name it owns it.
 *
 * @throws {RequestError} 404 when `request` asks for a model that is not among them.
 * @example
 * if (new URL(request.url).pathname === '/v1/models') return modelsResponse([provider, 'fast']);
 */
export function modelsResponse(
  sources: readonly ModelSource[],
  { ownedBy = 'wintergate', request }: ModelsResponseOptions = {},
): Response {
  const owners = ownersOf(sources, ownedBy);
  const form = forms[formOf(request)];
  const asked = nameIn(request);
  if (asked === undefined) return jsonReply(form.list([...owners].map(form.model)));
  const owner = owners.get(asked);
  if (owner === undefined) {
    throw new RequestError({
      status: 404,
      type: 'invalid_request_error',
      code: 'model_not_found',
      param: 'model',
      message: `The model "${asked.slice(0, 100)}" does not exist here: GET /v1/models lists those that do`,
    });
  }
  return jsonReply(form.model([asked, owner]));
}

function ownersOf(sources: readonly ModelSource[], ownedBy: string): Map<string, string> {
  const owners = new Map<string, string>();
  function add(model: string | undefined, owner: string): void {
    if (model !== undefined && !owners.has(model)) owners.set(model, owner);
  }
  for (const source of sources) {
    if (typeof source === 'string') add(source, ownedBy);
    else if ('candidates' in source)
      for (const target of source.candidates) add(target.model, target.provider);
    else for (const model of source.models) add(model, source.name);
  }
  return owners;
}

type Named = readonly [id: string, owner: string];
interface Form {
  model(named: Named): object;
  list(models: readonly object[]): object;
}

/** When a model was made is not known: the beginning of time stands for it where a time is demanded. */
const forms: Readonly<Record<'openai' | 'anthropic' | 'google', Form>> = {
  openai: {
    model: ([id, owner]) => ({ id, object: 'model', created: 0, owned_by: owner }),
    list: (data) => ({ object: 'list', data }),
  },
  anthropic: {
    model: ([id]) => ({
      type: 'model',
      id,
      display_name: id,
      created_at: '1970-01-01T00:00:00Z',
    }),
    list: (data) => ({
      data,
      has_more: false,
      first_id: idOf(data.at(0)),
      last_id: idOf(data.at(-1)),
    }),
  },
  google: {
    model: ([id]) => ({
      name: `models/${id}`,
      displayName: id,
      supportedGenerationMethods: ['generateContent', 'streamGenerateContent'],
    }),
    list: (models) => ({ models }),
  },
};

function idOf(model: object | undefined): string | null {
  return (model as { id?: string } | undefined)?.id ?? null;
}

function formOf(request: Request | undefined): keyof typeof forms {
  if (request === undefined) return 'openai';
  if (new URL(request.url).pathname.startsWith('/v1beta/')) return 'google';
  return request.headers.has('anthropic-version') ? 'anthropic' : 'openai';
}

/** The model that is asked for. Names may hold slashes, escaped or not. */
function nameIn(request: Request | undefined): string | undefined {
  const [, name] = /\/models\/(.+)$/.exec(request === undefined ? '' : pathOf(request)) ?? [];
  return name;
}

function pathOf({ url }: Request): string {
  const { pathname } = new URL(url);
  try {
    return decodeURIComponent(pathname);
  } catch {
    return pathname;
  }
}

function jsonReply(body: object): Response {
  return createReply({
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
}
