/** Which target is called next, and how long to wait before. */
import type { Target } from '@wintergate/providers';
import { isRetryable } from '@wintergate/wire';
import type { FailedAttempt } from './attempt.ts';
import { backoffDelay } from './backoff.ts';
import type { Cooldowns } from './cooldown.ts';
import type { FailoverSettings } from './options.ts';

/** A target of this exchange and what became of it so far. `target` is absent without a plan. */
export interface Candidate {
  readonly target: Target | undefined;
  readonly order: number;
  tries: number;
  /** Trying again is no use. */
  dead: boolean;
  /** Before this it rests, in milliseconds since the epoch. */
  readyAt: number;
}

/** What to do next. */
export interface NextStep {
  readonly candidate: Candidate;
  /** Milliseconds to wait before. */
  readonly wait: number;
}

export function createCandidates(
  targets: readonly (Target | undefined)[],
  model: string | undefined,
  cooldowns: Cooldowns,
): Candidate[] {
  return targets.map((target, order) => ({
    target,
    order,
    tries: 0,
    dead: false,
    readyAt: target === undefined ? 0 : cooldowns.until(target, model),
  }));
}

/** The first to call: the first that does not rest; when all rest, the one that wakes first. */
export function firstCandidate(candidates: readonly Candidate[]): Candidate | undefined {
  return [...candidates].sort(soonest)[0];
}

/**
 * Takes note of a failure and chooses the next step; `undefined` when nothing is left to try.
 *
 * @param perTarget attempts per target, after what the caller's SDK has spent.
 */
export function nextStep(
  candidates: readonly Candidate[],
  failed: Candidate,
  {
    failure,
    retryAfter,
    hopeless,
    unsuitable,
  }: Pick<FailedAttempt, 'failure' | 'retryAfter' | 'hopeless' | 'unsuitable'>,
  perTarget: number,
  deadline: number,
  settings: FailoverSettings,
): NextStep | undefined {
  if (failure === 'cancelled' || (failure === 'bad-request' && !unsuitable)) return undefined;
  if (failure === 'content-policy' && !settings.onContentPolicy) return undefined;
  const now = settings.now();
  const again = isRetryable(failure) && !hopeless;
  failed.dead ||= !again;
  const delay = retryAfter ?? backoffDelay(failed.tries - 1, settings.backoff, settings.random);
  failed.readyAt = now + delay;
  // More of the same context does not fit the same model elsewhere.
  if (failure === 'context-length') killModel(candidates, failed.target?.model);
  const rests = failure === 'rate-limit' || retryAfter !== undefined;
  const usable = candidates.filter((candidate) => {
    if (candidate.dead || candidate.tries >= perTarget) return false;
    const wait = waitFor(candidate, now);
    return wait <= settings.maxRetryAfter && now + wait < deadline;
  });
  const chosen = !rests && usable.includes(failed) ? failed : usable.sort(soonest)[0];
  return chosen === undefined ? undefined : { candidate: chosen, wait: waitFor(chosen, now) };
}

/** One that was never called in this exchange is called at once, as a last resort even while it rests. */
function waitFor(candidate: Candidate, now: number): number {
  return candidate.tries === 0 ? 0 : Math.max(0, candidate.readyAt - now);
}

function killModel(candidates: readonly Candidate[], model: string | undefined): void {
  for (const candidate of candidates) if (candidate.target?.model === model) candidate.dead = true;
}

function soonest(a: Candidate, b: Candidate): number {
  return a.readyAt - b.readyAt || a.order - b.order;
}
