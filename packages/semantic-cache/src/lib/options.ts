import type { Duration } from '@wintergate/core';
import type { ModelCall } from '@wintergate/wire';
import type { CacheStore } from './cache-store.ts';
import type { Embedder } from './embedder.ts';
import type { Guard } from './guard.ts';
import type { Judge } from './judge.ts';
import type { ScopeOption } from './own-scope.ts';
import type { CachePolicy } from './policy.ts';
import type { TenantOption } from './tenant.ts';
import type { VectorIndex } from './vector-index.ts';

/** Options of the semantic tier. */
export interface SemanticOptions {
  /**
   * Makes vectors of texts. One that fails leaves the tier out for that request.
   *
   * @default lexicalEmbedder()
   */
  embedder?: Embedder | undefined;
  /**
   * Decides whether the most similar entry may answer.
   *
   * @default fixedThreshold() at the embedder's own threshold; required when it has none
   */
  policy?: CachePolicy | undefined;
  /**
   * Vetoes on a hit; `[]` for none, which trusts similarity alone. One that throws refuses.
   *
   * @default defaultGuards()
   */
  guards?: readonly Guard[] | undefined;
  /**
   * Says whether a stored answer would have been right, for policies that audit. Asked in the
   * background, once the upstream's own answer is there. One that throws says no.
   *
   * @default sameAnswer: equal but for case, space and punctuation
   */
  judge?: Judge | undefined;
  /** Finds neighbours. One that fails leaves the tier out for that request. @default flatIndex() */
  index?: VectorIndex | undefined;
  /** Neighbours that policy and guards look at, the nearest first. @default 4 */
  candidates?: number | undefined;
  /**
   * How many of the user's last turns, with the answers between them, are compared by likeness. All
   * before them, and with 1 all but the last message, must be the very same.
   *
   * @default 1
   */
  turns?: number | undefined;
  /** What the similarity must reach, besides what the policy says, where several turns are compared. @default 0 */
  turnsThreshold?: number | undefined;
  /** Longer last user messages are looked up exactly only, in UTF-16 units. @default 2000 */
  maxTextLength?: number | undefined;
  /** Time for embedder and index each; then the tier is left out. @default '250 ms' */
  timeout?: Duration | undefined;
}

/** Options of single-flight. */
export interface SingleFlightOptions {
  /**
   * When the last caller has left before the reply was whole: `cancel` the upstream call, or
   * `drain` it, so that a caller who comes in the meantime may still join.
   *
   * @default 'cancel'
   */
  abandoned?: 'cancel' | 'drain' | undefined;
  /**
   * How long a caller who reads slowly may keep the others waiting, once it lies `maxEntryBytes`
   * behind; then its reply ends with the dialect's error event.
   *
   * @default '5 s'
   */
  slowReaderTimeout?: Duration | undefined;
  /**
   * How long a call waits for the answer to an identical one that another instance has sent upstream; then
   * it goes itself. It gets that answer once it is whole and stored, streamed or not. Needs a store that
   * knows `claim`: Redis, Upstash, PostgreSQL, libSQL, Durable Objects, or your own. 0 for no waiting.
   *
   * @default 0
   */
  across?: Duration | undefined;
}

/** Options of {@link semanticCache}. */
export interface SemanticCacheOptions {
  /**
   * Whose entries these are. `'shared'`, or any other fixed text, lets all callers share; a
   * function reads it from the request, and when it answers nothing or throws nothing is cached.
   *
   * @default the identity set by auth, else a digest of the caller's own credential, else nobody
   */
  tenant?: TenantOption | undefined;
  /**
   * Widens or narrows which calls of one tenant may have one answer. When it throws, answers a
   * promise or anything else, or wants what is asked ignored, the call is not cached (`detail=scope`).
   *
   * @default everything that can change the answer counts
   */
  scope?: ScopeOption | undefined;
  /** Whether callers of one tenant share only within the same end-user field of the call. @default true */
  endUser?: boolean | undefined;
  /**
   * Keys the digests of credentials, and of keys in a store outside the process, 16 characters or
   * more. Must be the same wherever that store is used; required for such a store.
   *
   * @default random for each instance
   */
  secret?: string | undefined;
  /** Where answers are kept. A failing, slow or lying one is a miss. @default memoryStore() */
  store?: CacheStore | undefined;
  /** Time for the store to answer; then it is a miss. @default '100 ms' */
  storeTimeout?: Duration | undefined;
  /**
   * How long an answer may be served: a duration, or a function of the call; `undefined` for the
   * default, 0 for not at all. One that throws, or answers a promise, keeps nothing.
   *
   * @default '1 h'
   */
  ttl?: Duration | ((call: ModelCall) => Duration | undefined) | undefined;
  /**
   * How long after its time an answer is still served when the upstream fails (a status of 500 and
   * more), to identical calls (RFC 5861, section 4).
   *
   * @default 0
   */
  staleIfError?: Duration | undefined;
  /**
   * How long after its time an answer is still served at once to identical calls, while a new one is
   * asked for in the background (RFC 5861, section 3).
   *
   * @default 0
   */
  staleWhileRevalidate?: Duration | undefined;
  /**
   * From which share of its time on an answer that is asked for is renewed in the background, so that
   * what is in use never grows stale: 0.8 renews in the last fifth. 1 for never.
   *
   * @default 1
   */
  refreshAhead?: number | undefined;
  /** Calls a minute that the cache makes by itself, for the two above. What is over is not made. @default 60 */
  maxRefreshesPerMinute?: number | undefined;
  /**
   * Whether the upstream's `Cache-Control` is obeyed (RFC 9111, section 5.2.2): `no-store`, `no-cache` and
   * `private` keep the answer out, `s-maxage` and `max-age` may shorten its time.
   *
   * @default false: providers of models say what suits browsers
   */
  upstreamCacheControl?: boolean | undefined;
  /** What usage a hit reports: that of the call that made the answer, or none, since nothing was bought. @default 'original' */
  hitUsage?: 'original' | 'zero' | undefined;
  /**
   * In which events a stored stream is sent again: its texts in the pieces in which the upstream sent them, or each whole,
   * which is less work for everybody. A stored JSON reply is always sent whole, since it had no pieces.
   *
   * @default 'original'
   */
  replayFraming?: 'original' | 'whole' | undefined;
  /** Pause between the events of a stream that is answered from the cache; 0 sends all at once. @default 0 */
  replayPace?: Duration | undefined;
  /** Larger replies are not kept, and their beginning is not shared, in bytes. @default 1048576 (1 MiB) */
  maxEntryBytes?: number | undefined;
  /** The semantic tier; `false` for exact matches only. @default {} */
  semantic?: SemanticOptions | false | undefined;
  /** One upstream call for identical calls at the same time, where the host allows it; `false` for none. @default {} */
  singleFlight?: SingleFlightOptions | false | undefined;
  /** Calls above this temperature are not cached: they ask for variety. @default 1 */
  maxTemperature?: number | undefined;
  /**
   * Has the last word on calls that would be cached: `false` for not at all, `'exact'` for the
   * exact tier only. Called once a request; when it throws, or answers anything else, the call is not cached.
   *
   * @default () => true
   */
  cacheable?: ((call: ModelCall) => boolean | 'exact') | undefined;
  /** Whether to keep replies that a fallback of another model gave. @default false */
  storeFallbacks?: boolean | undefined;
  /** Whether the caller's `Cache-Control`, and Cloudflare's `cf-aig-…` headers, are obeyed. @default true */
  cacheControl?: boolean | undefined;
  /**
   * Names for what is stored, by which `manageCache()` finds and removes it: a document, a customer, a
   * version of a prompt. At most 32 of 200 characters; when it throws, or answers a promise, the answer is not kept.
   *
   * @default () => []
   */
  tags?: ((call: ModelCall, request: Request) => readonly string[] | undefined) | undefined;
  /** Names of further request headers that change the answer. @default [] */
  keyHeaders?: readonly string[] | undefined;
  /** Part of every key: change it to leave all entries behind. @default '' */
  version?: string | undefined;
  /** Milliseconds since the epoch. @default Date.now */
  now?: (() => number) | undefined;
}
