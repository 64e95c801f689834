/** Retries, and the way from one target to the next. */
import { defineMiddleware, type Middleware } from '@wintergate/core';
import { planKey, wait } from '@wintergate/providers';
import { readCall } from '@wintergate/wire';
import { type Exchange, type FailedAttempt, makeAttempt } from './attempt.ts';
import { budget } from './budget.ts';
import { createCandidates, firstCandidate, nextStep } from './candidates.ts';
import { createCooldowns } from './cooldown.ts';
import { finalAnswer } from './final-answer.ts';
import { type FailoverOptions, resolveOptions } from './options.ts';
import { repeatWhereSafe } from './repeat.ts';

/**
 * Walks the router's plan until a target answers; without a plan it retries the one upstream there
 * is. A stream is held back until its first token, so that every failure before it stays invisible.
 * When all attempts fail, the caller gets the most useful of their answers. A request that is no call
 * and has a plan (files, images, …) is repeated where nothing can happen twice; without one it passes
 * untouched.
 *
 * @throws {TypeError | RangeError} when an option is not usable.
 * @example
 * const handler = toHandler(compose(modelRouter({ … }), failover({ attempts: 3 })), upstream());
 */
export function failover(options: FailoverOptions = {}): Middleware {
  const settings = resolveOptions(options);
  const cooldowns = createCooldowns(settings.now);

  return defineMiddleware('failover', async function failover(request, next, context) {
    const call = await readCall(request, context);
    if (call === undefined) return repeatWhereSafe(request, next, context, settings, cooldowns);
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
      cooldowns.rest(result, model, settings);
      if (failures.length >= attempts || !context.replayable(request)) break;
      const step = nextStep(candidates, candidate, result, perTarget, deadline, settings);
      if (step === undefined) break;
      if (step.wait > 0) await wait(step.wait, settings.schedule, context.signal);
      candidate = step.candidate;
    }
    return finalAnswer(failures, candidates.length, model, context);
  });
}
