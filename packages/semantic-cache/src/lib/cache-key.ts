/** The canonical text of a call: everything that the right answer depends on. */
import { type Context, type ContextKey, createContextKey } from '@wintergate/core';
import type { ModelCall } from '@wintergate/wire';
import { entryVersion } from './cache-entry.ts';
import type { CanonicalCall } from './canonical-call.ts';

/** What this package reads of the router's plan. */
export interface PlanScope {
  readonly cacheScope: string;
  readonly candidates?: readonly { readonly model?: string | undefined }[] | undefined;
}

/** Set by the router; its full type stands in `@wintergate/providers`. */
export const planScopeKey: ContextKey<PlanScope> = /* @__PURE__ */ createContextKey<PlanScope>(
  '@wintergate/providers/plan',
);

/** Request headers that change what a provider answers. */
export const defaultKeyHeaders: readonly string[] = [
  'openai-organization',
  'openai-project',
  'openai-beta',
  'anthropic-version',
  'anthropic-beta',
  'x-goog-user-project',
];

/** What a key is made of, besides the call itself. */
export interface KeyParts {
  readonly tenant: string;
  readonly endUser: boolean;
  readonly headers: readonly string[];
  readonly version: string;
  /** What the user adds. */
  readonly add: string;
}

/** Everything but the messages, the same for both tiers. Its last character is the only line break. */
export function keyHead(
  request: Request,
  context: Context,
  call: ModelCall,
  parts: KeyParts,
): string {
  const { headers } = request;
  const plan = context.get(planScopeKey);
  const url = call.dialect.answerUrl?.(request.url) ?? request.url;
  return `${JSON.stringify([
    entryVersion,
    parts.version,
    parts.tenant,
    parts.endUser ? (call.endUser ?? null) : null,
    call.dialect.id,
    call.operation,
    // With a plan the address is ours and says nothing; without one it is the upstream's.
    plan === undefined
      ? ['url', addressOf(url, true)]
      : ['plan', plan.cacheScope, addressOf(url, false)],
    parts.headers.map((name) => headers.get(name)),
    ...(parts.add === '' ? [] : [parts.add]),
  ])}\n`;
}

/**
 * The key of the exact tier. JSON holds no line feed: a call whose last message stands in a line of its own is like
 * no other.
 *
 * @param own the caller's, in the place of the call: a list, which no call is.
 */
export function exactKey(head: string, { scope, last }: CanonicalCall, own?: string): string {
  if (own !== undefined) return head + JSON.stringify([own]);
  return last === undefined ? head + scope : `${head}${scope}\n${last}`;
}

/**
 * The scope of the semantic tier: the call without its last user message, and who compares how.
 *
 * @param scope the call's, in canonical form.
 * @param comparer of {@link comparerOf}
 */
export function semanticScope(head: string, scope: string, comparer: string): string {
  return `${head}${comparer}\n${scope}`;
}

/** Who compares texts, and who decides: what one lets answer says nothing to another. */
export function comparerOf(
  { id, dimensions }: { readonly id: string; readonly dimensions: number },
  policy: string,
): string {
  return JSON.stringify([`${id}:${dimensions}`, policy]);
}

/** Path and query, with or without the origin; a credential in the query belongs to the tenant. */
function addressOf(url: string, origin: boolean): string {
  // A path there always is, and begins behind "http://" or "https://".
  if (!url.includes('?')) return origin ? url : url.slice(url.indexOf('/', 8));
  const parsed = new URL(url);
  parsed.searchParams.delete('key');
  return `${origin ? parsed.origin : ''}${parsed.pathname}${parsed.search}`;
}
