import { atOnce, parseDuration } from '@wintergate/core';
import { readUpstreamTtl } from './cache-control.ts';
import { defaultTtl, type Settings } from './settings.ts';
import type { Visit } from './visit.ts';

/**
 * How long an answer to this call may be served, in milliseconds; 0 for not at all. Caller and upstream
 * may only shorten what is configured.
 */
export function ttlOf(
  { call, directives }: Pick<Visit, 'call' | 'directives'>,
  { ttl, upstreamCacheControl }: Pick<Settings, 'ttl' | 'upstreamCacheControl'>,
  headers: Headers,
): number {
  try {
    const own =
      typeof ttl === 'number' ? ttl : parseDuration(atOnce(ttl(call), 'ttl') ?? defaultTtl, 'ttl');
    const asked = directives.ttl === undefined ? own : directives.ttl * 1000;
    const allowed = (upstreamCacheControl ? readUpstreamTtl(headers) : undefined) ?? own;
    return Math.min(own, asked, allowed);
  } catch {
    return 0;
  }
}
