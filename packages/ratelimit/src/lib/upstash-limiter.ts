/** `@upstash/ratelimit` as a store. */
import { isRefused } from './guarded-store.ts';
import type { LimitRule, RateLimitStore, StoreState, Take, TakeResult } from './types.ts';

/** What we use of a `Ratelimit` of `@upstash/ratelimit` 2, single or multi region. */
export interface UpstashRatelimit {
  limit(identifier: string, options?: { rate?: number }): Promise<UpstashResult>;
}

export interface UpstashResult {
  readonly success: boolean;
  readonly limit: number;
  readonly remaining: number;
  /** Milliseconds since the epoch. */
  readonly reset: number;
  /** Analytics and the syncing of regions: goes on after the answer. */
  readonly pending: Promise<unknown>;
  readonly reason?: string | undefined;
}

/**
 * Creates a store that counts with `@upstash/ratelimit`. Give it a function that makes the
 * `Ratelimit` for a limit, so that quota and window are said once; or a `Ratelimit` that you have,
 * for limits with the same quota and window. Its `pending` work is handed to `waitUntil`; its own
 * time limit (`timeout`, which lets everybody through) counts as a failure of the store, so that
 * the limit's `failure` decides.
 *
 * Several limits are asked at once, and what was taken is given back when one of them refuses.
 *
 * @example
 * const store = upstashLimiter(({ quota, windowMs }) =>
 *   new Ratelimit({ redis, limiter: Ratelimit.slidingWindow(quota, `${windowMs} ms`) }));
 * rateLimit({ store, secret, limits: [{ name: 'rpm', quota: 60, window: '1 m' }] });
 */
export function upstashLimiter(
  ratelimit: UpstashRatelimit | ((rule: LimitRule) => UpstashRatelimit),
): RateLimitStore {
  const made = new WeakMap<LimitRule, UpstashRatelimit>();

  function limiterOf(rule: LimitRule): UpstashRatelimit {
    if (typeof ratelimit !== 'function') return ratelimit;
    let limiter = made.get(rule);
    if (limiter === undefined) made.set(rule, (limiter = ratelimit(rule)));
    return limiter;
  }

  async function ask(take: Take, rate: number, state: StoreState): Promise<UpstashResult> {
    const result = await limiterOf(take.rule).limit(take.key, { rate });
    if (result.reason === 'timeout') throw new Error('Upstash did not answer in time');
    state.waitUntil(result.pending);
    return result;
  }

  async function refund(
    takes: readonly Take[],
    results: readonly (TakeResult | undefined)[],
    state: StoreState,
  ): Promise<void> {
    const back = takes.filter((_take, index) => results[index]?.allowed === true);
    await Promise.all(back.map((take) => ask(take, -take.cost, state)));
  }

  return {
    name: 'upstash',
    shared: true,
    async take(takes, state) {
      const answers = await Promise.allSettled(takes.map((take) => ask(take, take.cost, state)));
      const results = answers.map((answer) =>
        answer.status === 'fulfilled' ? toTakeResult(answer.value, state.now) : undefined,
      );
      const complete = results.filter((result) => result !== undefined);
      if (complete.length < takes.length || isRefused(takes, complete))
        state.waitUntil(refund(takes, results, state));
      for (const answer of answers) if (answer.status === 'rejected') throw answer.reason;
      return complete;
    },
    refund,
  };
}

function toTakeResult(result: UpstashResult, now: number): TakeResult {
  const untilReset = Math.max(0, result.reset - now);
  return {
    allowed: result.success,
    remaining: Math.max(0, result.remaining),
    resetMs: untilReset,
    // In the very millisecond of the reset its local cache of blocked callers still blocks.
    retryMs: result.success ? 0 : untilReset + 1,
    at: now,
    // A deny list and a blocked caller answered from the local cache say no quota.
    ...(result.limit > 0 ? { quota: result.limit } : {}),
    ...(result.reason === 'denyList' ? { denied: true } : {}),
  };
}
