/** Retries, and the way from one target to the next. */
import { defineMiddleware, type Middleware } from '@wintergate/core';
import { hasOwnCredential, planKey, type Target, wait } from '@wintergate/providers';
import { type FailureClass, readCall } from '@wintergate/wire';
import { type Exchange, type FailedAttempt, makeAttempt } from './attempt.ts';
import { createCandidates, firstCandidate, nextStep } from './candidates.ts';
import { type Cooldowns, createCooldowns } from './cooldown.ts';
import { finalAnswer } from './final-answer.ts';
import { checkOptions, type FailoverOptions, type FailoverSettings } from './options.ts';

/**
 * Walks the router's plan until a target answers; without a plan it retries the one upstream there
 * is. A stream is held back until its first token, so that every failure before it stays invisible.
 * When all attempts fail, the caller gets the most useful of their answers. A request that is no AI
 * traffic passes untouched.
 *
 * @throws {TypeError | RangeError} when an option is not usable.
 * @example
 * const handler = toHandler(compose(modelRouter({ … }), failover({ attempts: 3 })), upstream());
 */
export function failover(options: FailoverOptions = {}): Middleware {
  const settings = checkOptions(options);
  const cooldowns = createCooldowns(settings.now);

  return defineMiddleware('failover', async function failover(request, next, context) {
    const call = await readCall(request, context);
    if (call === undefined) return next(request, context);
    const { model } = call;
    const targets = context.get(planKey)?.candidates ?? [undefined];
    const candidates = createCandidates(targets, model, cooldowns);
    const deadline = settings.now() + settings.totalTimeout;
    const exchange: Exchange = { request, call, next, context, settings, deadline };
    const { attempts, perTarget } = budget(request, settings);
    const failures: FailedAttempt[] = [];
    let candidate = firstCandidate(candidates);
    while (candidate !== undefined) {
      const { target } = candidate;
      candidate.tries++;
      const result = await makeAttempt(exchange, target, failures.length + 1);
      if (result.ok) {
        if (target !== undefined) cooldowns.clear(target, model);
        context.adopt(result.fork);
        return result.response;
      }
      failures.push(result);
      rest(result, model, cooldowns, settings);
      if (failures.length >= attempts || !context.replayable(request)) break;
      const step = nextStep(candidates, candidate, result, perTarget, deadline, settings);
      if (step === undefined) break;
      if (step.wait > 0) await wait(step.wait, settings.schedule, context.signal);
      candidate = step.candidate;
    }
    return finalAnswer(failures, candidates.length, model, context);
  });
}

/** How often to try. An SDK that retries by itself says so; what it has spent is taken off ours. */
function budget(
  request: Request,
  settings: FailoverSettings,
): { attempts: number; perTarget: number } {
  const header = request.headers.get('x-stainless-retry-count') ?? '';
  const spent = /^\d{1,3}$/.test(header) ? Number(header) : 0;
  return {
    attempts: Math.max(1, settings.attempts - spent),
    perTarget: Math.max(1, settings.attemptsPerTarget - spent),
  };
}

/** Failures that are the account's: they last, and calling again only costs time. */
const lasting = /* @__PURE__ */ new Set<FailureClass>(['auth', 'money', 'not-found']);

/** Lets a target rest that asked for it, or that no caller will get an answer from for a while. */
function rest(
  { target, failure, retryAfter }: FailedAttempt,
  model: string | undefined,
  cooldowns: Cooldowns,
  settings: FailoverSettings,
): void {
  if (target === undefined || !isOurs(target)) return;
  const { cooldown, maxCooldown, now } = settings;
  if (lasting.has(failure)) {
    cooldowns.set(target, model, now() + maxCooldown);
  } else if (failure === 'rate-limit' || (failure === 'overload' && retryAfter !== undefined)) {
    cooldowns.set(target, model, now() + Math.min(retryAfter ?? cooldown, maxCooldown));
  }
}

/** With the caller's own credential a limit is that caller's too, and says nothing to the others. */
function isOurs(target: Target): boolean {
  return hasOwnCredential(target);
}
