/** The options of `rateLimit`, and what they come down to. */
import {
  type Context,
  checkOptions,
  type Duration,
  type OptionKind,
  parseDuration,
} from '@wintergate/core';
import { memoryStore } from './memory-store.ts';
import { serializeItem } from './structured-fields.ts';
import type { LimitAlgorithm, LimitRule, RateLimitStore } from './types.ts';

/** What a callback of the limiter is handed. */
export interface LimitState {
  readonly request: Request;
  readonly context: Context;
}

/** Whom a limit counts; see `LimitOptions.key`. */
export type LimitKey = 'caller' | 'tenant' | 'credential' | 'address' | 'all';

export interface LimitOptions {
  /** Short and stable, such as `rpm`: it is in headers, events and store keys. Letters, digits, `. _ -`. */
  readonly name: string;
  /** Requests per window. 0 refuses everybody the limit applies to, with 403. */
  readonly quota: number;
  /** Milliseconds, or text such as `'1 m'`. At least 1 ms. */
  readonly window: Duration;
  /**
   * `fixed-window` counts in windows aligned to the clock, `sliding-window` weighs the last window
   * into the current one, `token-bucket` refills evenly. Ignored by a store that has an algorithm
   * of its own (Upstash).
   *
   * @default 'sliding-window'
   */
  readonly algorithm?: LimitAlgorithm | undefined;
  /** Capacity of a token bucket: what can be taken at once after a pause. @default the quota */
  readonly burst?: number | undefined;
  /**
   * Who is counted. `caller`: the tenant that auth set, else the credential sent and the address
   * that the host vouches for, each in a bucket of its own: the request is refused when either is
   * full, so that invented credentials do not help. `tenant`, `credential`, `address`: only that. `all`: everybody
   * together. Or a function that names the caller; it is awaited. Who has no such identity, or for
   * whom the function answers nothing or throws, shares one bucket with all others like that.
   *
   * @default the limiter's `key`
   */
  readonly key?:
    | LimitKey
    | ((state: LimitState) => string | undefined | Promise<string | undefined>)
    | undefined;
  /** Whether the limit applies to this request. One that throws, or answers a promise, applies. @default to every request */
  readonly applies?: ((state: LimitState) => boolean) | undefined;
  /** How many requests this one counts for: rounded up, at least 1. One that throws, or answers a promise, counts 1. @default 1 */
  readonly cost?: ((state: LimitState) => number) | undefined;
  /** `shadow` counts and reports in events, but never refuses and shows no header. @default the limiter's `mode` */
  readonly mode?: 'enforce' | 'shadow' | undefined;
  /**
   * When the store fails or is too slow: `open` counts in this process alone, by the same rule,
   * until the store is back; `closed` answers 503.
   *
   * @default 'open'
   */
  readonly failure?: 'open' | 'closed' | undefined;
  /** Counts this limit. @default the limiter's `store` */
  readonly store?: RateLimitStore | undefined;
}

export interface RateLimitOptions {
  /** At least one. A request passes when all of them let it; otherwise none counts it. */
  readonly limits: readonly LimitOptions[];
  /** Who is counted by limits that do not say. @default 'caller' */
  readonly key?: LimitOptions['key'] | undefined;
  /** @default 'enforce' */
  readonly mode?: 'enforce' | 'shadow' | undefined;
  /** Where limits that do not say are counted. @default memoryStore() */
  readonly store?: RateLimitStore | undefined;
  /**
   * Key of the HMAC that callers' identities are digested with, at least 16 characters, the same
   * for all processes. Required when a store is shared.
   *
   * @default random for this process
   */
  readonly secret?: string | undefined;
  /** First part of every store key. @default 'wintergate' */
  readonly prefix?: string | undefined;
  /**
   * How many proxies of yours stand in front. The address is then the entry of `x-forwarded-for`
   * that many places from the right; without it, or with 0, the header is ignored. Count exactly:
   * one too many and callers choose their own address.
   *
   * @default 0
   */
  readonly trustProxy?: number | undefined;
  /** Longest wait for a store. Over it, the limits answer as their `failure` says. @default '200 ms' */
  readonly timeout?: Duration | undefined;
  /** Response header fields to send. */
  readonly headers?:
    | {
        /** `RateLimit` and `RateLimit-Policy` of the IETF draft. @default true */
        readonly ietf?: boolean | undefined;
        /** `x-ratelimit-limit-requests`, `-remaining-requests` and `-reset-requests`, as OpenAI sends. @default false */
        readonly openai?: boolean | undefined;
      }
    | undefined;
  /** Milliseconds since the epoch. @default Date.now */
  readonly now?: (() => number) | undefined;
}

/** One limit, resolved. */
export interface Limit {
  readonly rule: LimitRule;
  readonly keyPrefix: string;
  readonly key: NonNullable<LimitOptions['key']>;
  readonly applies: LimitOptions['applies'] | undefined;
  readonly cost: LimitOptions['cost'] | undefined;
  readonly enforced: boolean;
  readonly failure: 'open' | 'closed';
  readonly store: RateLimitStore;
  /** Its item of `RateLimit-Policy`. */
  readonly policy: string;
  /** Its item of `RateLimit`, without parameters. */
  readonly item: string;
}

export interface Settings {
  readonly limits: readonly Limit[];
  readonly secret: string | undefined;
  readonly trustProxy: number;
  readonly timeoutMs: number;
  readonly ietf: boolean;
  readonly openai: boolean;
  readonly now: () => number;
}

const known: Record<keyof RateLimitOptions, OptionKind> = {
  limits: 1,
  key: 1,
  mode: 1,
  store: 1,
  secret: 1,
  prefix: 'string',
  trustProxy: 1,
  timeout: 1,
  headers: 1,
  now: 'function',
};
const knownOfLimit: Record<keyof LimitOptions, OptionKind> = {
  name: 1,
  quota: 1,
  window: 1,
  algorithm: 1,
  burst: 1,
  key: 1,
  applies: 'function',
  cost: 'function',
  mode: 1,
  failure: 1,
  store: 1,
};
const keys: readonly unknown[] = ['caller', 'tenant', 'credential', 'address', 'all'];
const algorithmNames: readonly unknown[] = ['fixed-window', 'sliding-window', 'token-bucket'];
const defaultTimeoutMs = 200;

/** @throws {TypeError | RangeError} naming the option. */
export function resolveOptions(options: RateLimitOptions): Settings {
  checkOptions(options, known, 'rateLimit()');
  checkOptions(options.headers ?? {}, { ietf: 'boolean', openai: 'boolean' }, '"headers"');
  const { limits, secret, trustProxy = 0 } = options;
  if (!Array.isArray(limits) || limits.length === 0) {
    throw new TypeError('Expected "limits" to be a list of at least one limit');
  }
  if (!Number.isSafeInteger(trustProxy) || trustProxy < 0 || trustProxy > 32) {
    throw new RangeError(
      `Expected "trustProxy" to be a whole number from 0 to 32: ${String(trustProxy)}`,
    );
  }
  if (secret !== undefined && (typeof secret !== 'string' || secret.length < 16)) {
    throw new TypeError('Expected "secret" to be a string of at least 16 characters');
  }
  const store = checkStore(options.store ?? memoryStore(), 'store');
  const resolved = limits.map((limit: LimitOptions, index) =>
    resolveLimit(limit, `limits[${index}]`, options, store),
  );
  const names = resolved.map(({ rule }) => rule.name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new TypeError(`Give every limit a name of its own: "${twice}"`);
  const shared = resolved.find((limit) => limit.store.shared);
  if (shared !== undefined && secret === undefined) {
    throw new TypeError(
      `Set "secret": the store "${shared.store.name}" is shared by several processes`,
    );
  }
  return {
    limits: resolved,
    secret,
    trustProxy,
    timeoutMs: parseDuration(options.timeout ?? defaultTimeoutMs, 'timeout'),
    ietf: options.headers?.ietf ?? true,
    openai: options.headers?.openai ?? false,
    now: options.now ?? Date.now,
  };
}

function resolveLimit(
  limit: LimitOptions,
  at: string,
  options: RateLimitOptions,
  store: RateLimitStore,
): Limit {
  checkOptions(limit, knownOfLimit, `"${at}"`);
  const { name, quota, algorithm = 'sliding-window', mode = options.mode ?? 'enforce' } = limit;
  const key = limit.key ?? options.key ?? 'caller';
  const failure = limit.failure ?? 'open';
  if (typeof name !== 'string' || !/^[\w.-]{1,64}$/.test(name)) {
    throw new TypeError(
      `Expected "${at}.name" to be 1 to 64 of A-Z a-z 0-9 . _ -: ${JSON.stringify(name)}`,
    );
  }
  if (!algorithmNames.includes(algorithm))
    throw unknownValue(`${at}.algorithm`, algorithmNames, algorithm);
  if (typeof key !== 'function' && !keys.includes(key)) throw unknownValue(`${at}.key`, keys, key);
  if (mode !== 'enforce' && mode !== 'shadow')
    throw unknownValue(`${at}.mode`, ['enforce', 'shadow'], mode);
  if (failure !== 'open' && failure !== 'closed')
    throw unknownValue(`${at}.failure`, ['open', 'closed'], failure);
  if (limit.burst !== undefined && algorithm !== 'token-bucket') {
    throw new TypeError(`Remove "${at}.burst": only a token-bucket has one`);
  }
  const windowMs = Math.round(parseDuration(limit.window, `${at}.window`));
  const burst = limit.burst ?? quota;
  wholeNumber(quota, 0, `${at}.quota`);
  wholeNumber(burst, 0, `${at}.burst`);
  if (windowMs < 1)
    throw new RangeError(`Expected "${at}.window" to be at least 1 ms: ${String(limit.window)}`);
  if (Math.max(quota, burst) * windowMs > Number.MAX_SAFE_INTEGER / 2) {
    throw new RangeError(
      `Shorten "${at}.window" or lower its quota: their product is too large to count exactly`,
    );
  }
  return {
    rule: { name, algorithm, quota, windowMs, burst: quota === 0 ? 0 : burst },
    // A changed window or algorithm starts anew instead of misreading what was counted before.
    keyPrefix: `${options.prefix ?? 'wintergate'}:${name}:${algorithm}:${windowMs}:`,
    key,
    applies: limit.applies,
    cost: limit.cost,
    enforced: mode === 'enforce',
    failure,
    store: limit.store === undefined ? store : checkStore(limit.store, `${at}.store`),
    policy: policyItem(name, quota, windowMs),
    item: serializeItem([name, {}]),
  };
}

/** `"rpm";q=60;w=60`: the draft counts in whole seconds. */
export function policyItem(name: string, quota: number, windowMs: number): string {
  return serializeItem([name, { q: quota, w: Math.ceil(windowMs / 1000) }]);
}

/** Clients look like stores, and each of their calls would fail: then this process would count alone. */
function checkStore(store: RateLimitStore, name: string): RateLimitStore {
  if (typeof store?.take === 'function' && typeof store.refund === 'function') return store;
  throw new TypeError(
    `Expected "${name}" to have "take" and "refund": wrap a client, as upstashLimiter() does`,
  );
}

function wholeNumber(value: number, least: number, name: string): void {
  if (!Number.isSafeInteger(value) || value < least) {
    throw new RangeError(
      `Expected "${name}" to be a whole number of at least ${least}: ${String(value)}`,
    );
  }
}

function unknownValue(name: string, known: readonly unknown[], value: unknown): TypeError {
  return new TypeError(
    `Expected "${name}" to be one of ${known.join(', ')}: ${JSON.stringify(value)}`,
  );
}
