/** The `Cache-Status` field (RFC 9211). */

/** What is said about one request. */
export interface CacheStatus {
  readonly hit?: boolean;
  /** Why the request went on: nothing fits, the caller wants it fresh, or the cache is not used. */
  readonly fwd?: 'miss' | 'request' | 'bypass' | 'stale' | undefined;
  /** Seconds of freshness left. */
  readonly ttl?: number | undefined;
  /** The reply will be kept once it has ended well. */
  readonly stored?: boolean;
  /** Several callers share one upstream call, and this one did not make it. */
  readonly collapsed?: boolean;
  readonly detail?: string | undefined;
}

/** Adds our member to those that stand nearer to the origin. */
export function writeCacheStatus(status: CacheStatus, before: string | null = null): string {
  const { hit, fwd, ttl, stored, collapsed, detail } = status;
  let member = 'wintergate';
  if (hit === true) member += '; hit';
  if (fwd !== undefined) member += `; fwd=${fwd}`;
  if (ttl !== undefined) member += `; ttl=${ttl}`;
  if (stored === true) member += '; stored';
  if (collapsed === true) member += '; collapsed';
  if (detail !== undefined) member += `; detail=${detail}`;
  return before === null || before === '' ? member : `${before}, ${member}`;
}
