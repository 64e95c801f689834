/** The limiter: who is it, how often have they come, and what does that mean. */
import {
  atOnce,
  type Context,
  createContextKey,
  defineMiddleware,
  isPromise,
  type Middleware,
  outcomeKey,
  rewriteReply,
} from '@wintergate/core';
import { ietfFields, type LimitReport, openaiFields, quotaOf, waitOf } from './fields.ts';
import { createGuardedStore, type GuardedStore, type Taken } from './guarded-store.ts';
import { createIdentifier } from './identity.ts';
import {
  type Limit,
  type LimitState,
  type RateLimitOptions,
  resolveOptions,
  type Settings,
} from './options.ts';
import { never, tooMany, unavailable } from './refusal.ts';
import type { RateLimitStore, Take, TakeResult } from './types.ts';

/** A limit that applies to this request. */
interface Check {
  readonly limit: Limit;
  readonly take: Take;
  /** What events call the caller: the beginning of the digest. */
  readonly shortKey: string;
}

/** Of all limiters around this point of the chain, so that the outermost shows them all. */
const reportsKey = /* @__PURE__ */ createContextKey<readonly LimitReport[]>(
  '@wintergate/ratelimit/reports',
);

/** Characters of the caller's digest in events: enough to tell callers apart in a log. */
const shortKeyLength = 12;
const nothing: TakeResult = { allowed: false, remaining: 0, resetMs: 0, retryMs: 0, at: 0 };

/**
 * Creates the limiter. A request passes when every limit that applies lets it, and is then counted
 * by all of them, whatever becomes of it; otherwise it is counted by none and answered 429 with
 * `Retry-After`. When the store fails, limits fail open by default: this process counts alone by
 * the same rules; those with `failure: 'closed'` answer 503.
 *
 * @throws {TypeError | RangeError} when an option is wrong, naming it.
 * @example
 * const limiter = rateLimit({
 *   limits: [
 *     { name: 'burst', quota: 10, window: '1 s', algorithm: 'token-bucket' },
 *     { name: 'daily', quota: 5000, window: '1 d', key: 'tenant' },
 *   ],
 * });
 */
export function rateLimit(options: RateLimitOptions): Middleware {
  const settings = resolveOptions(options);
  const identify = createIdentifier(settings);
  const stores = guardStores(settings);

  return defineMiddleware('rateLimit', async function rateLimit(request, next, context) {
    const checks: Check[] = [];
    const callers: LimitState = { request, context };
    for (const limit of settings.limits) {
      if (!appliesTo(limit, callers)) continue;
      const named = identify(limit.key, callers);
      for (const caller of isPromise(named) ? await named : named)
        checks.push(createCheck(limit, caller, callers));
    }
    if (checks.length === 0) return next();

    const refusal = await refuse(checks, stores, settings, context);
    if (refusal !== undefined) return refusal;
    let response: Response;
    try {
      response = await next();
    } finally {
      settle(checks, context);
    }
    // A limiter further in has answered: its fields say why.
    if (context.get(outcomeKey)?.source === 'limit') return response;
    const reports = context.get(reportsKey) ?? [];
    if (reports.length === 0 || !(settings.ietf || settings.openai)) return response;
    const headers = {
      ...(settings.ietf ? ietfFields(reports) : {}),
      ...(settings.openai ? openaiFields(reports) : {}),
    };
    return rewriteReply(response, { headers }, context);
  });
}

/** Counts the request, or says why not. */
async function refuse(
  checks: readonly Check[],
  stores: ReadonlyMap<RateLimitStore, GuardedStore>,
  settings: Settings,
  context: Context,
): Promise<Response | undefined> {
  let hopeless: Check | undefined;
  for (const check of checks) {
    if (check.take.cost <= check.limit.rule.burst) continue;
    emitCheck(check, nothing, undefined, context);
    if (check.limit.enforced) hopeless ??= check;
  }
  if (hopeless !== undefined) return never(hopeless.limit, hopeless.take.cost, context);

  const state = {
    now: settings.now(),
    waitUntil: (work: Promise<unknown>) => context.waitUntil(work),
  };
  const done: Taken[] = [];
  const reports: LimitReport[] = [];
  for (const [store, guarded] of stores) {
    const own = checks.filter(
      ({ limit, take }) => limit.store === store && take.cost <= limit.rule.burst,
    );
    if (own.length === 0) continue;
    const answer = guarded.take(
      own.map(({ take }) => take),
      state,
    );
    const taken = isPromise(answer) ? await answer : answer;
    done.push(taken);
    const refused: LimitReport[] = [];
    let closed = false;
    for (let index = 0; index < own.length; index++) {
      const check = own[index] as Check;
      const { limit } = check;
      const result = taken.results[index] as TakeResult;
      emitCheck(check, result, taken.failure, context);
      if (!limit.enforced) continue;
      reportTightest(reports, { limit, result });
      if (!result.allowed) reportTightest(refused, { limit, result });
      closed ||= taken.failure !== undefined && limit.failure === 'closed';
    }
    if (!closed && refused.length === 0) continue;
    for (const one of done) one.undo();
    if (closed) return unavailable(context);
    const denied = refused.find(({ result }) => result.denied === true);
    if (denied !== undefined) return never(denied.limit, undefined, context);
    return tooMany([...(context.get(reportsKey) ?? []), ...reports], refused, settings, context);
  }
  if (reports.length > 0) context.set(reportsKey, [...(context.get(reportsKey) ?? []), ...reports]);
  return undefined;
}

/** Of the buckets that one limit counts a caller in, the one that is closest to its end is shown. */
function reportTightest(reports: LimitReport[], report: LimitReport): void {
  const at = reports.findIndex(({ limit }) => limit === report.limit);
  const shown = reports[at];
  if (shown === undefined) reports.push(report);
  else if (isTighter(report.result, shown.result)) reports[at] = report;
}

function isTighter(one: TakeResult, other: TakeResult): boolean {
  if (one.denied !== other.denied) return one.denied === true;
  if (one.allowed !== other.allowed) return !one.allowed;
  return one.allowed ? one.remaining < other.remaining : one.retryMs > other.retryMs;
}

function guardStores(settings: Settings): Map<RateLimitStore, GuardedStore> {
  const stores = new Map<RateLimitStore, GuardedStore>();
  for (const { store } of settings.limits) {
    if (!stores.has(store)) stores.set(store, createGuardedStore(store, settings));
  }
  return stores;
}

function createCheck(limit: Limit, caller: string, state: LimitState): Check {
  const { rule, enforced, keyPrefix } = limit;
  return {
    limit,
    take: { rule, key: keyPrefix + caller, cost: costOf(limit, state), enforced },
    shortKey: caller.slice(0, shortKeyLength),
  };
}

function appliesTo(limit: Limit, state: LimitState): boolean {
  if (limit.applies === undefined) return true;
  try {
    return atOnce(limit.applies(state), 'applies');
  } catch (error) {
    return reportFailure(
      state.context,
      `Limit "${limit.rule.name}" failed in "applies": ${String(error)}`,
      true,
    );
  }
}

function costOf(limit: Limit, state: LimitState): number {
  if (limit.cost === undefined) return 1;
  try {
    const cost = Math.ceil(atOnce(limit.cost(state), 'cost'));
    return Number.isNaN(cost) ? 1 : Math.max(1, cost);
  } catch (error) {
    return reportFailure(
      state.context,
      `Limit "${limit.rule.name}" failed in "cost": ${String(error)}`,
      1,
    );
  }
}

function reportFailure<T>(context: Context, message: string, instead: T): T {
  context.emit({ type: 'background-error', message });
  return instead;
}

function emitCheck(
  check: Check,
  result: TakeResult,
  failure: string | undefined,
  context: Context,
): void {
  const { limit, shortKey } = check;
  const report = { limit, result };
  context.emit({
    type: 'limit-check',
    limit: limit.rule.name,
    key: shortKey,
    allowed: result.allowed,
    enforced: limit.enforced,
    quota: quotaOf(report),
    remaining: result.remaining,
    resetMs: waitOf(report),
    failure: failure === undefined ? undefined : limit.failure,
  });
}

/** A request counts in full, whatever came of it: what was reserved is what is settled. */
function settle(checks: readonly Check[], context: Context): void {
  for (const { limit, take, shortKey } of checks) {
    if (!limit.enforced) continue;
    const { name } = limit.rule;
    context.emit({
      type: 'limit-settle',
      limit: name,
      key: shortKey,
      reserved: take.cost,
      settled: take.cost,
    });
  }
}
