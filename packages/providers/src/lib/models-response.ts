/** `GET /v1/models` from what is known without asking anybody. */
import { createReply } from '@wintergate/core';
import type { Plan, Provider } from './types.ts';

/** Where models are known from: a provider, a plan, or a bare name such as a router's alias. */
export type ModelSource = Provider | Plan | string;

/**
 * Answers a model list in OpenAI's form. Each name stands once; the first source to name it owns it.
 *
 * @param options.ownedBy owner of bare names. @default 'wintergate'
 * @example
 * if (new URL(request.url).pathname === '/v1/models') return modelsResponse([provider, 'fast']);
 */
export function modelsResponse(
  sources: readonly ModelSource[],
  options: { ownedBy?: string } = {},
): Response {
  const owners = new Map<string, string>();
  function add(model: string | undefined, owner: string): void {
    if (model !== undefined && !owners.has(model)) owners.set(model, owner);
  }
  for (const source of sources) {
    if (typeof source === 'string') add(source, options.ownedBy ?? 'wintergate');
    else if ('candidates' in source)
      for (const target of source.candidates) add(target.model, target.provider);
    else for (const model of source.models) add(model, source.name);
  }
  const data = [...owners].map(([id, owner]) => ({
    id,
    object: 'model',
    created: 0,
    owned_by: owner,
  }));
  return createReply({
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ object: 'list', data }),
  });
}
