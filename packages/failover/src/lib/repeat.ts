/** Requests that are no calls (files, batches, images, audio, reranking): repeated where nothing can happen twice. */
import { type Context, cancelReply, type Next } from '@wintergate/core';
import { attemptKey, planKey, targetKey, wait } from '@wintergate/providers';
import { classifyFailure, type FailureClass, isRetryable } from '@wintergate/wire';
import { startReport } from './attempt.ts';
import { budget } from './budget.ts';
import { createCandidates, firstCandidate, nextStep } from './candidates.ts';
import type { Cooldowns } from './cooldown.ts';
import type { FailoverSettings } from './options.ts';
import { readRetryAfter } from './retry-after.ts';

/** A JSON body up to here is kept, so that it can be sent again; all others stream through. */
const maxKeptBytes = 256 * 1024;
/** Endpoints that keep nothing: what one account answers, another may. */
const keepsNothing = /\/(?:moderations|rerank|images\/generations|audio\/speech)$/;

/**
 * A GET or HEAD is sent again after every failure that may pass (RFC 9110, section 9.2.1: they change
 * nothing); another method only after a refusal, 429 or 503, because nothing was done then, and only
 * when its body is still there. Ids mean nothing to another account: the first target is kept, but for
 * endpoints that keep nothing. Without a plan the request passes untouched.
 */
export async function repeatWhereSafe(
  request: Request,
  next: Next,
  context: Context,
  settings: FailoverSettings,
  cooldowns: Cooldowns,
): Promise<Response> {
  const targets = context.get(planKey)?.candidates ?? [];
  if (targets.length === 0 || !(await keepBody(request, context))) return next(request, context);
  const isRead = request.method === 'GET' || request.method === 'HEAD';
  const choice = keepsNothing.test(new URL(request.url).pathname) ? targets : targets.slice(0, 1);
  const candidates = createCandidates(choice, undefined, cooldowns);
  const deadline = settings.now() + settings.totalTimeout;
  const { attempts, perTarget } = budget(request, settings);
  const reported = { request, context, settings, model: undefined };
  let candidate = firstCandidate(candidates);
  for (let attempt = 1; candidate !== undefined; attempt++) {
    const { target } = candidate;
    candidate.tries++;
    const fork = context.fork();
    fork.set(attemptKey, attempt);
    if (target !== undefined) fork.set(targetKey, target);
    const end = startReport(reported, target, attempt, settings.now());
    let response: Response;
    try {
      response = await next(request, fork);
    } catch (error) {
      end(499, context.signal.aborted ? 'cancelled' : classifyFailure({ thrown: error }));
      throw error;
    }
    const { status, headers } = response;
    const failure = status >= 400 ? classifyFailure({ status }) : undefined;
    end(status, failure);
    if (failure === undefined && target !== undefined) cooldowns.clear(target, undefined);
    if (failure === undefined || !isSafe(failure, isRead)) return won(fork, response);
    const retryAfter = readRetryAfter(headers, settings.now());
    const hopeless = headers.get('x-should-retry') === 'false';
    const failed = { target, failure, retryAfter, hopeless, unsuitable: false };
    cooldowns.rest(failed, undefined, settings);
    const step =
      attempt < attempts
        ? nextStep(candidates, candidate, failed, perTarget, deadline, settings)
        : undefined;
    if (step === undefined) return won(fork, response);
    cancelReply(response);
    if (step.wait > 0) await wait(step.wait, settings.schedule, context.signal);
    candidate = step.candidate;
  }
  return next(request, context);

  function won(fork: Context, response: Response): Response {
    context.adopt(fork);
    return response;
  }
}

function isSafe(failure: FailureClass, isRead: boolean): boolean {
  return isRead ? isRetryable(failure) : failure === 'rate-limit' || failure === 'overload';
}

/** Whether the body can be sent more than once, after reading it where it is short JSON. */
async function keepBody(request: Request, context: Context): Promise<boolean> {
  if (context.replayable(request)) return true;
  const length = Number(request.headers.get('content-length') ?? Number.POSITIVE_INFINITY);
  const type = request.headers.get('content-type') ?? '';
  if (length > maxKeptBytes || !/^application\/json\b/i.test(type)) return false;
  await context.bytes(request);
  return true;
}
