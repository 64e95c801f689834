/** Which target answers, and whether the caller's own credential may go there. */
import { type Context, parseUrl } from '@wintergate/core';
import { hasOwnCredential, type Provider, planKey, type Target, targetKey } from './types.ts';
import { ownBaseUrl } from './upstream-url.ts';

/**
 * The target that the options name, if any.
 *
 * @throws {TypeError} when they name two, or none that can be called.
 */
export function configuredTarget({
  provider,
  target,
}: {
  readonly provider?: Provider | undefined;
  readonly target?: Target | undefined;
}): Target | undefined {
  if (provider !== undefined && target !== undefined) {
    throw new TypeError('Give either "provider" or "target" to upstream(), not both');
  }
  if (provider !== undefined && typeof provider?.target !== 'function')
    throw new TypeError('Expected "provider" of upstream() to be one, such as openai()');
  if (target !== undefined && typeof target?.provider !== 'string')
    throw new TypeError(
      'Expected "target" of upstream() to be one, such as openai().target("gpt-5")',
    );
  return target ?? provider?.target();
}

/**
 * The target of this attempt: failover's choice, else the plan's first candidate, else the
 * configured one. No field of the request has a say.
 */
export function findTarget(context: Context, configured: Target | undefined): Target | undefined {
  return context.get(targetKey) ?? context.get(planKey)?.candidates[0] ?? configured;
}

/** The request's own URL as a target; only where the caller's own code wrote that URL. */
export function implicitTarget(requestUrl: string): Target {
  const baseUrl = ownBaseUrl(requestUrl);
  return { provider: new URL(baseUrl).host, baseUrl };
}

/**
 * Whether the caller's authentication may go to this target. Not when the target has credentials,
 * and not when it was written for another host, or for this gateway: it is the upstream's only where
 * the plan's first candidate has none, and then goes to that candidate's host alone.
 */
export function mayForwardAuthentication(target: Target, context: Context): boolean {
  if (hasOwnCredential(target)) return false;
  const first = context.get(planKey)?.candidates[0];
  if (first === undefined) return true;
  if (hasOwnCredential(first)) return false;
  return parseUrl(first.baseUrl).host === parseUrl(target.baseUrl).host;
}
