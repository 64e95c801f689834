/** Where a request goes: the target's base URL and the caller's path. */

import { parseUrl } from '@wintergate/core';
import { removeKeyParameter } from './credential.ts';
import { hasOwnCredential, type Target } from './types.ts';

const versionSegment = /\/v\d+(?:alpha|beta)?\d*(?=\/|$)/;

/**
 * The upstream URL: the target's base URL, then the caller's path after its version segment (a
 * mount path before it falls away), then the query. Host and port come from the target alone.
 *
 * @param keepsKey whether a credential in the query goes along.
 */
export function upstreamUrl(
  target: Target,
  requestUrl: string,
  keepsKey = !hasOwnCredential(target),
): string {
  const { pathname, search } = parseUrl(requestUrl);
  const query = keepsKey ? search : removeKeyParameter(search);
  // `new URL` has resolved `..` and `%2e%2e` in the caller's path already, and what follows the
  // version segment begins with a slash, so it can not reach into the authority.
  const path = pathname.slice(baseLength(pathname));
  return target.baseUrl + (target.pathFor?.(path) ?? path) + query;
}

/** The base URL of a request that is meant for its own URL. */
export function ownBaseUrl(requestUrl: string): string {
  const { origin, pathname } = new URL(requestUrl);
  return origin + pathname.slice(0, baseLength(pathname));
}

/** Where the path after the version segment begins; 0 when there is no such segment. */
function baseLength(pathname: string): number {
  const match = versionSegment.exec(pathname);
  return match === null ? 0 : match.index + match[0].length;
}
