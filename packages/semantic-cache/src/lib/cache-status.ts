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
  /** Of a similar call's answer, 0 to 1. */
  readonly similarity?: number | undefined;
  /** Who let it answer. */
  readonly policy?: string | undefined;
  /** Of the entry that answers: what `purge({ id })` takes. */
  readonly key?: string | undefined;
}

/** Adds our member to those that stand nearer to the origin. */
export function writeCacheStatus(status: CacheStatus, before: string | null = null): string {
  const { hit, fwd, ttl, stored, collapsed, detail, similarity, policy, key } = status;
  let member = 'wintergate';
  if (hit === true) member += '; hit';
  if (fwd !== undefined) member += `; fwd=${fwd}`;
  if (ttl !== undefined) member += `; ttl=${ttl}`;
  if (stored === true) member += '; stored';
  if (collapsed === true) member += '; collapsed';
  if (detail !== undefined) member += `; detail=${detail}`;
  // Parameters of our own (RFC 9211, section 2), as structured fields: a decimal and a string.
  if (similarity !== undefined) member += `; similarity=${similarity.toFixed(3)}`;
  if (policy !== undefined)
    member += `; policy="${policy.replace(/[^ !#-[\]-~]/g, '_').slice(0, 64)}"`;
  if (key !== undefined) member += `; key="${key}"`;
  return before === null || before === '' ? member : `${before}, ${member}`;
}
