/** Where a request goes: the target's base URL and the caller's path. */

import { parseUrl } from '@wintergate/core';
import { removeKeyParameter, removeParameter } from './credential.ts';
import { hasOwnCredential, type Target } from './types.ts';

const versionSegment = /\/v\d+(?:alpha|beta)?\d*(?=\/|$)/;
/** Azure's clients name the deployment in the path, and no version. */
const deploymentSegment = /\/openai\/deployments\/[^/]+(?=\/)/;

/**
 * The upstream URL: the target's base URL, then the caller's path after its version segment (a
 * mount path before it falls away), then the query. Host and port come from the target alone.
 *
 * @param keepsKey whether a credential in the query goes along.
 * @param model the one that is asked for; some hosts name it in the path.
 */
export function upstreamUrl(
  target: Target,
  requestUrl: string,
  keepsKey = !hasOwnCredential(target),
  model = target.model,
): string {
  const { pathname, search } = parseUrl(requestUrl);
  const own = keepsKey ? search : removeKeyParameter(search);
  const query = deploymentSegment.test(pathname) ? removeParameter(own, 'api-version') : own;
  // `new URL` has resolved `..` and `%2e%2e` in the caller's path already, and what follows the
  // version segment begins with a slash, so it can not reach into the authority.
  const path = pathname.slice(baseLength(pathname));
  return joinUrl(target, path, query, model);
}

/** A URL below the target's base, whose own path may have a query already. */
export function joinUrl(target: Target, path: string, query = '', model = target.model): string {
  const own = target.baseUrl + (target.pathFor?.(path, model) ?? path);
  return own + (own.includes('?') ? query.replace(/^\?/, '&') : query);
}

/** The base URL of a request that is meant for its own URL. */
export function ownBaseUrl(requestUrl: string): string {
  const { origin, pathname } = new URL(requestUrl);
  return origin + pathname.slice(0, baseLength(pathname));
}

/** Where the path after the version segment begins; 0 when there is no such segment. */
function baseLength(pathname: string): number {
  const match = deploymentSegment.exec(pathname) ?? versionSegment.exec(pathname);
  return match === null ? 0 : match.index + match[0].length;
}
