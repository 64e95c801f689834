/** Calls and targets for the router's tests. */

import type { End } from '@wintergate/core';
import {
  compose,
  type GatewayEvent,
  type Middleware,
  type TargetName,
  toHandler,
} from '@wintergate/core';
import { openaiCompatible, type Plan, type Provider, planKey } from '@wintergate/providers';

export function provider(name: string): Provider {
  return openaiCompatible({ name, baseUrl: `https://${name}.test/v1`, apiKey: 'k' });
}

export interface Ask {
  readonly model?: string;
  readonly text?: string;
  readonly body?: Record<string, unknown>;
  readonly headers?: Record<string, string>;
  readonly url?: string;
}

export function chat({
  model = 'm',
  text = 'Hi',
  body = {},
  headers = {},
  url,
}: Ask = {}): Request {
  return new Request(url ?? 'http://g.test/v1/chat/completions', {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ model, messages: [{ role: 'user', content: text }], ...body }),
  });
}

export const nameOf = ({ provider, model }: { provider: string; model?: string | undefined }) =>
  `${provider}:${model ?? '-'}`;

/** The plan that a router makes of a request. `before` stands outside of it, `end` answers. */
export async function planOf(
  router: Middleware,
  request: Request,
  { before = [], end }: { before?: Middleware[]; end?: End } = {},
) {
  const events: GatewayEvent[] = [];
  let plan: Plan | undefined;
  const handler = toHandler(
    compose(...before, router),
    (given, context) => {
      plan = context?.get(planKey);
      return end?.(given, context) ?? Response.json({ id: 'x' });
    },
    { onEvent: (event) => events.push(event) },
  );
  const response = await handler(request);
  const candidates = plan?.candidates.map(nameOf);
  return { response, plan, candidates, events };
}

/** Tells the router of an attempt, as `upstream()` and `failover()` do. */
export function attempt(target: TargetName, ok: boolean, failure?: string) {
  return [
    { type: 'attempt-start', attempt: 1, target },
    { type: 'attempt-end', attempt: 1, target, ok, failure, durationMs: 0 },
  ] as const;
}
