/** The answers of a limiter that lets nobody through. */
import { type Context, errorResponse, updateOutcome } from '@wintergate/core';
import { ietfFields, type LimitReport, openaiFields, quotaOf, shortDuration } from './fields.ts';
import type { Limit, Settings } from './options.ts';

/** Above this SDKs do not wait for `Retry-After` but come again at once: they are told not to. */
const longestRetryMs = 60_000;

/** 429: come back later. Every enforced limit is in the policy, the refusing ones in the state. */
export function tooMany(
  reports: readonly LimitReport[],
  refused: readonly LimitReport[],
  settings: Settings,
  context: Context,
): Response {
  const worst = refused.reduce((a, b) => (b.result.retryMs > a.result.retryMs ? b : a));
  const { retryMs } = worst.result;
  const { name, windowMs } = worst.limit.rule;
  updateOutcome(context, { source: 'limit' });
  return errorResponse(
    {
      status: 429,
      type: 'rate_limit_error',
      code: 'rate_limit_exceeded',
      message: `Wait ${shortDuration(retryMs)}: the limit "${name}" of ${quotaOf(worst)} requests in ${shortDuration(windowMs)} is used up`,
      retry: retryMs <= longestRetryMs,
      headers: {
        'retry-after': String(Math.max(1, Math.ceil(retryMs / 1000))),
        ...(settings.ietf ? ietfFields(reports, refused) : {}),
        ...(settings.openai ? openaiFields(refused) : {}),
      },
    },
    context,
  );
}

/** Waiting would not help: the quota is nothing, less than the request counts for, or denied to this caller. */
export function never(limit: Limit, cost: number | undefined, context: Context): Response {
  updateOutcome(context, { source: 'limit' });
  const { name, burst } = limit.rule;
  if (cost === undefined || burst === 0) {
    const message = `Limit "${name}" allows this caller no requests`;
    return errorResponse(
      { status: 403, type: 'permission_error', code: 'quota_denied', message, retry: false },
      context,
    );
  }
  return errorResponse(
    {
      status: 400,
      type: 'invalid_request_error',
      code: 'quota_too_small',
      message: `Make a smaller request: it counts for ${cost}, and limit "${name}" allows ${burst} at most`,
      retry: false,
    },
    context,
  );
}

/** 503: the store is out of reach, and the limit is to fail closed. */
export function unavailable(context: Context): Response {
  updateOutcome(context, { source: 'limit' });
  return errorResponse(
    {
      status: 503,
      type: 'server_error',
      code: 'rate_limit_unavailable',
      message: 'Try again: the rate limit can not be checked at the moment',
      headers: { 'retry-after': '1' },
    },
    context,
  );
}
