/**
 * The three ways to count, as integer arithmetic over one small counter. All products stay below
 * 2^53 because `rateLimit` refuses rules where `burst * windowMs` or `quota * windowMs` does not.
 */
import type { LimitAlgorithm, LimitRule, TakeResult } from './types.ts';

/** The state of one key. One shape for all algorithms keeps the call sites monomorphic. */
export interface Counter {
  /** When it was last rolled forward, in whole milliseconds. */
  time: number;
  /** Windows: requests of the current window. Bucket: level in 1/windowMs of a request. */
  current: number;
  /** Sliding window: requests of the window before. */
  previous: number;
}

interface Algorithm {
  create(rule: LimitRule, now: number): Counter;
  /** Brings the counter to `now`. */
  roll(counter: Counter, rule: LimitRule, now: number): void;
  /** How a take of `cost` would go. The counter has been rolled. */
  check(counter: Counter, rule: LimitRule, cost: number): TakeResult;
  /** Counts `cost`; a negative one gives back what was taken at `at`. */
  add(counter: Counter, rule: LimitRule, cost: number, at: number): void;
  /** From when on the counter is no different from a new one. */
  idleAt(counter: Counter, rule: LimitRule): number;
}

/** Counts within windows aligned to the epoch. Up to twice the quota can pass around a boundary. */
const fixedWindow: Algorithm = {
  create: (_rule, now) => ({ time: now, current: 0, previous: 0 }),
  roll: rollWindows,
  check(counter, rule, cost) {
    const left = rule.quota - counter.current;
    const untilEnd = rule.windowMs - (counter.time % rule.windowMs);
    const allowed = cost <= left;
    return windowResult(counter, left, allowed ? cost : 0, untilEnd, allowed ? 0 : untilEnd);
  },
  add: addToWindow,
  idleAt: (counter, rule) => counter.time - (counter.time % rule.windowMs) + rule.windowMs,
};

/**
 * Counts the current window and that share of the one before which still lies inside the last
 * `windowMs`, as if its requests had come evenly. Cheap, and close for even traffic; a burst at
 * the end of one window lets less than twice the quota pass in some span of that length.
 */
const slidingWindow: Algorithm = {
  create: (_rule, now) => ({ time: now, current: 0, previous: 0 }),
  roll: rollWindows,
  check(counter, rule, cost) {
    const window = rule.windowMs;
    const untilEnd = window - (counter.time % window);
    const free = rule.quota * window - counter.previous * untilEnd;
    const left = Math.floor(free / window) - counter.current;
    if (cost <= left) return windowResult(counter, left, cost, untilEnd, 0);
    return windowResult(counter, left, 0, untilEnd, slidingRetry(counter, rule, cost, untilEnd));
  },
  add: addToWindow,
  idleAt(counter, rule) {
    const end = counter.time - (counter.time % rule.windowMs) + rule.windowMs;
    return counter.current > 0 ? end + rule.windowMs : end;
  },
};

/** Refills `quota` a window, evenly, up to `burst`. */
const tokenBucket: Algorithm = {
  create: (rule, now) => ({ time: now, current: rule.burst * rule.windowMs, previous: 0 }),
  roll(counter, rule, now) {
    const time = clampTime(counter, rule, now);
    const elapsed = Math.max(0, time - counter.time);
    const full = rule.burst * rule.windowMs;
    // Compared before multiplying: the product of a long absence would leave the safe integers.
    const enough = elapsed >= Math.ceil((full - counter.current) / rule.quota);
    counter.current = enough ? full : counter.current + elapsed * rule.quota;
    counter.time = time;
  },
  check(counter, rule, cost) {
    const need = cost * rule.windowMs;
    const allowed = counter.current >= need;
    const level = allowed ? counter.current - need : counter.current;
    const missing =
      level >= rule.burst * rule.windowMs ? 0 : rule.windowMs - (level % rule.windowMs);
    return {
      allowed,
      remaining: Math.floor(level / rule.windowMs),
      resetMs: Math.ceil(missing / rule.quota),
      retryMs: allowed ? 0 : Math.ceil((need - counter.current) / rule.quota),
      at: counter.time,
    };
  },
  add(counter, rule, cost) {
    const level = counter.current - cost * rule.windowMs;
    counter.current = Math.min(rule.burst * rule.windowMs, Math.max(0, level));
  },
  idleAt: (counter, rule) =>
    counter.time + Math.ceil((rule.burst * rule.windowMs - counter.current) / rule.quota),
};

export const algorithms: Readonly<Record<LimitAlgorithm, Algorithm>> = {
  'fixed-window': fixedWindow,
  'sliding-window': slidingWindow,
  'token-bucket': tokenBucket,
};

/**
 * A clock that goes back a little stands still, so that no window is counted twice. One that goes
 * back by more than a window was wrong before: the counter follows it, so that nobody waits for
 * a time that may be years away.
 */
function clampTime(counter: Counter, rule: LimitRule, now: number): number {
  return now < counter.time && counter.time - now <= rule.windowMs ? counter.time : now;
}

function rollWindows(counter: Counter, rule: LimitRule, now: number): void {
  const time = clampTime(counter, rule, now);
  const passed = Math.floor(time / rule.windowMs) - Math.floor(counter.time / rule.windowMs);
  if (passed > 0) {
    counter.previous = passed === 1 ? counter.current : 0;
    counter.current = 0;
  }
  counter.time = time;
}

function addToWindow(counter: Counter, rule: LimitRule, cost: number, at: number): void {
  const passed = Math.floor(counter.time / rule.windowMs) - Math.floor(at / rule.windowMs);
  if (passed === 0) counter.current = Math.max(0, counter.current + cost);
  else if (passed === 1) counter.previous = Math.max(0, counter.previous + cost);
}

function windowResult(
  counter: Counter,
  left: number,
  taken: number,
  resetMs: number,
  retryMs: number,
): TakeResult {
  return {
    allowed: taken > 0,
    remaining: Math.max(0, left - taken),
    resetMs,
    retryMs,
    at: counter.time,
  };
}

/** How long until `cost`, refused now, fits: still in this window, or in the next one. */
function slidingRetry(counter: Counter, rule: LimitRule, cost: number, untilEnd: number): number {
  const window = rule.windowMs;
  const room = rule.quota - cost - counter.current;
  if (room >= 0) return untilEnd - Math.floor((room * window) / counter.previous);
  return untilEnd + window - Math.floor(((rule.quota - cost) * window) / counter.current);
}
