/** One attempt: a fork with a signal of its own, timers, and a verdict on what came back. */
import {
  type AbortSource,
  abortOf,
  type Context,
  cancelReply,
  createAborter,
  errorResponse,
  type Next,
} from '@wintergate/core';
import {
  attemptKey,
  type Target,
  targetKey,
  targetName,
  unsuitableKey,
} from '@wintergate/providers';
import { classifyFailure, type FailureClass, type ModelCall } from '@wintergate/wire';
import { judgeReply } from './judge-reply.ts';
import type { FailoverSettings } from './options.ts';
import { readRetryAfter } from './retry-after.ts';
import { guardStream } from './stream-guard.ts';
import { TimeoutError } from './timeout-error.ts';

/** What every attempt of one exchange shares. */
export interface Exchange {
  readonly request: Request;
  readonly call: ModelCall;
  readonly next: Next;
  readonly context: Context;
  readonly settings: FailoverSettings;
  /** When the total time is over, in milliseconds since the epoch. */
  readonly deadline: number;
}

/** An attempt that failed, with an answer that could be given for it. */
export interface FailedAttempt {
  readonly ok: false;
  readonly target: Target | undefined;
  readonly failure: FailureClass;
  readonly response: Response;
  readonly fork: Context;
  /** What the upstream asked for, in milliseconds. */
  readonly retryAfter: number | undefined;
  /** The upstream said that trying again is no use. */
  readonly hopeless: boolean;
  /** The target can not do what is asked for, and was not called: others may. */
  readonly unsuitable: boolean;
}

export type AttemptResult =
  | FailedAttempt
  | { readonly ok: true; readonly response: Response; readonly fork: Context };

/**
 * Makes one attempt.
 *
 * @throws the caller's reason when the caller left.
 */
export async function makeAttempt(
  exchange: Exchange,
  target: Target | undefined,
  attempt: number,
): Promise<AttemptResult> {
  const { request, call, next, context, settings, deadline } = exchange;
  const { now, schedule } = settings;
  const outer = abortOf(context);
  const own = createAborter(outer);
  const fork = context.fork({ signal: own });
  fork.set(attemptKey, attempt);
  if (target !== undefined) fork.set(targetKey, target);
  const started = now();
  const reported = { context, request, settings, model: call.model };
  const end = startReport(reported, target, attempt, started);
  const limit = call.stream ? settings.headersTimeout : settings.totalTimeout;
  const cancelTimer = schedule(
    () => own.abort(new TimeoutError('The upstream did not answer in time')),
    Math.max(1, Math.min(limit, deadline - started)),
  );

  function fail(failure: FailureClass, response: Response, advice?: Headers): FailedAttempt {
    own.release();
    end(response.status, failure);
    const headers = advice ?? response.headers;
    return {
      ok: false,
      target,
      failure,
      response,
      fork,
      retryAfter: readRetryAfter(headers, now()),
      hopeless: headers.get('x-should-retry') === 'false' && failure !== 'timeout',
      unsuitable: fork.get(unsuitableKey) === true,
    };
  }

  try {
    if (outer.aborted) throw outer.reason;
    const response = await untilAborted(next(request, fork), own);
    // From here on a stream is timed by its own limits.
    if (call.stream) cancelTimer();
    const verdict = await judgeReply(response, {
      call,
      fork,
      abort: own,
      settings,
      started,
      deadline,
    });
    if (verdict.failure !== undefined) {
      own.abort(new TimeoutError('The attempt was given up'));
      return fail(verdict.failure, verdict.response, response.headers);
    }
    const guarded = guardStream(verdict, {
      call,
      fork,
      settings,
      started,
      deadline,
      onTimeout: (error) => own.abort(error),
      onEnd: (failure) => {
        own.release();
        end(verdict.response.status, failure);
      },
    });
    return { ok: true, response: guarded, fork };
  } catch (error) {
    if (outer.aborted) {
      end(499, 'cancelled');
      throw outer.reason;
    }
    if (!(own.reason instanceof TimeoutError)) {
      own.release();
      end(500, classifyFailure({ thrown: error }));
      throw error;
    }
    return fail('timeout', timedOut(fork));
  } finally {
    cancelTimer();
  }
}

/** The answer to an attempt that took too long. */
export function timedOut(context: Context): Response {
  return errorResponse(
    {
      status: 504,
      type: 'server_error',
      code: 'upstream_timeout',
      message: 'The upstream did not answer in time',
    },
    context,
  );
}

/** Settles with the reply, or rejects as soon as the signal aborts; a reply that comes later is released. */
function untilAborted(reply: Promise<Response>, abort: AbortSource): Promise<Response> {
  return new Promise((resolve, reject) => {
    let settled = false;
    function onAbort(): void {
      settled = true;
      reject(abort.reason);
    }
    const release = abort.onAbort(onAbort);
    reply.then(
      (response) => {
        release();
        if (settled) cancelReply(response, abort.reason);
        else resolve(response);
      },
      (error: unknown) => {
        release();
        reject(error);
      },
    );
  });
}

/** Tells of the attempt's start, and answers who tells of its end. Who knows no target leaves it to the end of the chain. */
export function startReport(
  {
    model,
    context,
    request,
    settings,
  }: Pick<Exchange, 'context' | 'request' | 'settings'> & { readonly model: string | undefined },
  target: Target | undefined,
  attempt: number,
  started: number,
): (status: number, failure: FailureClass | undefined) => void {
  if (target === undefined && context.platform.client !== true) return () => {};
  const host = target === undefined ? new URL(request.url).host : '';
  const name = target === undefined ? { provider: host, model, host } : targetName(target, model);
  context.emit({ type: 'attempt-start', attempt, target: name });
  return (status, failure) =>
    context.emit({
      type: 'attempt-end',
      attempt,
      target: name,
      ok: failure === undefined,
      status,
      failure,
      durationMs: settings.now() - started,
    });
}
