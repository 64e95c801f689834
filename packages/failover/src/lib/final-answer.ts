/** The answer when every attempt failed: the one that helps the caller most, not the last. */

import { type Context, errorResponse, updateOutcome } from '@wintergate/core';
import { hasOwnCredential } from '@wintergate/providers';
import type { FailedAttempt } from './attempt.ts';

/** Wait that is suggested when no upstream named one, in seconds. */
const suggestedWait = 1;

/**
 * Chooses among failures, in this order: what the caller can put right; for 429s only, the one that
 * ends first; with a single target, its own last answer; else a 503, or a 504 when all were late.
 *
 * @param failures at least one, in the order of the attempts.
 */
export function finalAnswer(
  failures: readonly FailedAttempt[],
  targets: number,
  requestedModel: string | undefined,
  context: Context,
): Response {
  const chosen =
    failures.find((failed) => isFixable(failed, requestedModel)) ??
    soonestRateLimit(failures) ??
    (targets === 1 ? failures.at(-1) : undefined);
  if (chosen !== undefined) {
    context.adopt(chosen.fork);
    return chosen.response;
  }
  updateOutcome(context, { source: 'none', complete: false });
  const late = failures.every(({ failure }) => failure === 'timeout');
  const useless = failures.every(({ failure }) => !helpsToWait.has(failure));
  const waits = failures.flatMap(({ retryAfter }) =>
    retryAfter === undefined ? [] : [retryAfter],
  );
  const seconds =
    waits.length === 0 ? suggestedWait : Math.max(1, Math.ceil(Math.min(...waits) / 1000));
  return errorResponse(
    {
      status: late ? 504 : 503,
      type: 'server_error',
      code: late ? 'upstream_timeout' : 'all_targets_failed',
      message: late
        ? `None of ${targets} targets answered in time`
        : `All ${targets} targets failed`,
      headers: { 'retry-after': String(seconds) },
      retry: !useless,
    },
    context,
  );
}

const helpsToWait = /* @__PURE__ */ new Set<FailedAttempt['failure']>([
  'rate-limit',
  'overload',
  'server',
  'timeout',
  'network',
]);

/** Whether the caller can do something about it: the request is theirs, and so may the key and the model be. */
function isFixable(
  { failure, target }: FailedAttempt,
  requestedModel: string | undefined,
): boolean {
  switch (failure) {
    case 'bad-request':
    case 'context-length':
    case 'content-policy':
      return true;
    case 'auth':
    case 'money':
      return target === undefined || !hasOwnCredential(target);
    case 'not-found':
      return target?.model === undefined || target.model === requestedModel;
    default:
      return false;
  }
}

function soonestRateLimit(failures: readonly FailedAttempt[]): FailedAttempt | undefined {
  if (!failures.every(({ failure }) => failure === 'rate-limit')) return undefined;
  return failures.reduce((best, failed) =>
    (failed.retryAfter ?? Number.POSITIVE_INFINITY) < (best.retryAfter ?? Number.POSITIVE_INFINITY)
      ? failed
      : best,
  );
}
