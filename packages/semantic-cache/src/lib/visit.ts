/** One request on its way through the cache, and what is told about it. */
import {
  type Context,
  errorResponse,
  type Next,
  rewriteReply,
  type TargetName,
  type Usage,
} from '@wintergate/core';
import type { CallIdentity, ModelCall } from '@wintergate/wire';
import type { RequestDirectives } from './cache-control.ts';
import { type CacheStatus, writeCacheStatus } from './cache-status.ts';
import type { CacheKey } from './cache-store.ts';
import type { Reach } from './reply-rules.ts';

/** A request that may be cached. */
export interface Visit {
  readonly request: Request;
  readonly next: Next;
  readonly context: Context;
  readonly call: ModelCall;
  readonly directives: RequestDirectives;
  readonly key: CacheKey;
  /** Gone once the place is known: a stream would keep it for as long as it lasts. */
  identified: Identified | undefined;
  place: CallPlace | undefined;
  readonly reach: Reach;
  readonly tenant: string;
  /** By `performance.now()`. */
  readonly started: number;
  /** Of its own way upstream, once it is on it. */
  fork: Context | undefined;
}

/** What a call's place in the semantic tier is made of. */
export interface Identified {
  /** What both keys begin with. */
  readonly head: string;
  readonly identity: CallIdentity;
  /** The identity's scope in canonical form. */
  readonly scope: string;
}

/** Where in the semantic tier a call belongs. */
export interface CallPlace {
  readonly scope: string;
  readonly text: string;
  /** Similarity below which nothing answers it, whatever the policy says. */
  readonly least: number;
}

/** Why a request goes on. */
export interface Why {
  readonly fwd: NonNullable<CacheStatus['fwd']>;
  readonly detail?: string | undefined;
}

/** What a lookup came to, for the `cache-lookup` event. */
export interface LookupFacts {
  readonly result: 'hit' | 'miss' | 'bypass' | 'stale' | 'flight';
  readonly tier?: 'exact' | 'semantic';
  readonly detail?: string | undefined;
  readonly similarity?: number | undefined;
  readonly age?: number;
  readonly saved?: { readonly usage: Usage; readonly target?: TargetName | undefined } | undefined;
}

/** What a key is called where people read it: its hash of 53 bits as fourteen hexadecimal digits. */
export function shortId({ hash }: CacheKey): string {
  // `toString(16)` is ten times as slow (V8).
  const [high, low] = [Math.floor(hash / 0x100000000), hash >>> 0];
  const digits = (bits: number, shift: number) => hexDigits[(bits >>> shift) & 255]!;
  return (
    digits(high, 16) +
    digits(high, 8) +
    digits(high, 0) +
    digits(low, 24) +
    digits(low, 16) +
    digits(low, 8) +
    digits(low, 0)
  );
}

/** Of each byte. */
const hexDigits = /* @__PURE__ */ Array.from({ length: 256 }, (_, byte) =>
  byte.toString(16).padStart(2, '0'),
);

/** Emits `cache-lookup`, with the key as a short digest. */
export function tellLookup({ context, key, started }: Visit, facts: LookupFacts): void {
  const { result, tier, detail, similarity, age, saved } = facts;
  const durationMs = performance.now() - started;
  const id = shortId(key);
  context.emit({
    type: 'cache-lookup',
    result,
    tier,
    detail,
    similarity,
    age,
    saved,
    key: id,
    durationMs,
  });
}

/** Oldest entry that will do for this caller, in milliseconds. */
export function maxAgeOf({ maxAge }: RequestDirectives): number {
  return maxAge === undefined ? Number.POSITIVE_INFINITY : maxAge * 1000;
}

/** Adds our `Cache-Status` to a reply that passes through. */
export function withStatus(response: Response, status: CacheStatus, context: Context): Response {
  const value = writeCacheStatus(status, response.headers.get('cache-status'));
  return rewriteReply(response, { headers: { 'cache-status': value } }, context);
}

/** The caller wanted a stored answer or none (RFC 9111, section 5.2.1.7). */
export function notCached(context: Context, detail: string | undefined): Response {
  return errorResponse(
    {
      status: 504,
      type: 'invalid_request_error',
      code: 'only_if_cached',
      message: 'Leave out "only-if-cached" to have this call answered: there is no stored answer',
      retry: false,
      headers: { 'cache-status': writeCacheStatus({ detail: detail ?? 'only-if-cached' }) },
    },
    context,
  );
}
