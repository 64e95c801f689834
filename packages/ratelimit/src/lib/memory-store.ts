/** Counters in this process: the default store, and what stands in when another one fails. */
import { createRecencyMap } from '@wintergate/core';
import { algorithms, type Counter } from './algorithms.ts';
import type { LimitRule, RateLimitStore, Take, TakeResult } from './types.ts';

export interface MemoryStoreOptions {
  /**
   * Most keys remembered at once. Over it the one used longest ago is forgotten, and its caller
   * starts anew. About 200 bytes each.
   *
   * @default 100_000
   */
  readonly maxKeys?: number | undefined;
}

interface Entry {
  readonly counter: Counter;
  readonly rule: LimitRule;
}

/**
 * Creates a store that counts in this process, synchronously and without timers. Several
 * processes (or isolates) each have their own: every one of them then allows the whole quota.
 *
 * @throws {RangeError} when `maxKeys` is not a positive whole number.
 * @example
 * rateLimit({ store: memoryStore({ maxKeys: 10_000 }), limits: [{ name: 'rpm', quota: 60, window: '1 m' }] });
 */
export function memoryStore(options: MemoryStoreOptions = {}): RateLimitStore & {
  /** Keys remembered now. */
  readonly size: number;
} {
  const maxKeys = options.maxKeys ?? 100_000;
  if (!Number.isSafeInteger(maxKeys) || maxKeys < 1) {
    throw new RangeError(`Expected "maxKeys" to be a positive whole number: ${String(maxKeys)}`);
  }
  const entries = createRecencyMap<string, Entry>();

  function touch(take: Take, now: number): Counter {
    const known = entries.use(take.key);
    if (known !== undefined) {
      algorithms[take.rule.algorithm].roll(known.counter, take.rule, now);
      return known.counter;
    }
    forget(now);
    const counter = algorithms[take.rule.algorithm].create(take.rule, now);
    entries.set(take.key, { counter, rule: take.rule });
    return counter;
  }

  /** Makes room, and drops up to two idle keys, so that a quiet store shrinks without a timer. */
  function forget(now: number): void {
    for (let dropped = 0; ; dropped++) {
      const oldest = entries.oldest();
      if (oldest === undefined) return;
      const { counter, rule } = oldest.value;
      const idle = algorithms[rule.algorithm].idleAt(counter, rule) <= now;
      if (entries.size < maxKeys && (!idle || dropped >= 2)) return;
      entries.delete(oldest.key);
    }
  }

  return {
    name: 'memory',
    shared: false,
    get size() {
      return entries.size;
    },
    take(takes, state) {
      const now = Math.floor(state.now);
      const counters = takes.map((take) => touch(take, now));
      const results = takes.map((take, index) =>
        algorithms[take.rule.algorithm].check(counters[index]!, take.rule, take.cost),
      );
      const refused = results.some((result, index) => !result.allowed && takes[index]!.enforced);
      if (refused) return results.map((result, index) => uncounted(result, takes[index]!));
      takes.forEach(({ rule, cost }, index) => {
        const { allowed, at } = results[index]!;
        if (allowed) algorithms[rule.algorithm].add(counters[index]!, rule, cost, at);
      });
      return results;
    },
    refund(takes, results, state) {
      const now = Math.floor(state.now);
      for (const [index, take] of takes.entries()) {
        const result = results[index];
        if (!result?.allowed || entries.get(take.key) === undefined) continue;
        algorithms[take.rule.algorithm].add(touch(take, now), take.rule, -take.cost, result.at);
      }
    },
  };
}

/** What a caller sees of a take that would have been allowed, had not another one been refused. */
function uncounted(result: TakeResult, take: Take): TakeResult {
  return result.allowed ? { ...result, remaining: result.remaining + take.cost } : result;
}
