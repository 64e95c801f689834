/** How busy and how fast each target is, as far as this process sees it. */
import type { Context, GatewayEvent, TargetName } from '@wintergate/core';

export interface Load {
  /** Calls that were begun and have not ended. */
  readonly inFlight: number;
  /** Peak EWMA of the time to the first token of streams, in milliseconds; `undefined`: none seen. */
  readonly firstTokenMs: number | undefined;
  /** Peak EWMA of the time of each output token after it, in milliseconds. */
  readonly msPerToken: number | undefined;
  /** Peak EWMA of whole calls, in milliseconds. */
  readonly totalMs: number | undefined;
}

export interface LoadTracker {
  of(name: TargetName): Load;
  /** Follows the attempts of one exchange. `stream`: whether its first token can be told apart. */
  follow(context: Context, stream: boolean): void;
}

interface Average {
  value: number;
  at: number;
}

interface Tracked {
  inFlight: number;
  firstToken?: Average;
  perToken?: Average;
  total?: Average;
}

/** After so long without a sample, two thirds of an average are forgotten. */
const decayMs = 10_000;
/** A failed call counts as one that took at least so long: a target that fails fast is not fast. */
const failureMs = 5_000;
/** Names may be callers': so many are remembered. */
const maxTargets = 1024;

const idle: Load = {
  inFlight: 0,
  firstTokenMs: undefined,
  msPerToken: undefined,
  totalMs: undefined,
};

/** Creates the counters, by a clock in milliseconds. They move at `attempt-start`; what a cache answered touches none. */
export function createLoadTracker(now: () => number): LoadTracker {
  const targets = new Map<string, Tracked>();

  function tracked(name: TargetName): Tracked {
    const key = idOf(name);
    let found = targets.get(key);
    if (found === undefined) {
      if (targets.size >= maxTargets) forgetOne(targets);
      found = { inFlight: 0 };
      targets.set(key, found);
    }
    return found;
  }

  return {
    of(name) {
      const found = targets.get(idOf(name));
      if (found === undefined) return idle;
      const { inFlight, firstToken, perToken, total } = found;
      return {
        inFlight,
        firstTokenMs: firstToken?.value,
        msPerToken: perToken?.value,
        totalMs: total?.value,
      };
    },
    follow: (context, stream) => follow(context, stream, tracked, now),
  };
}

function follow(
  context: Context,
  stream: boolean,
  tracked: (name: TargetName) => Tracked,
  now: () => number,
): void {
  /** By attempt: hedged attempts run side by side. */
  const running = new Map<number, { target: Tracked; started: number }>();
  let answering: { target: Tracked; started: number } | undefined;
  let firstToken: number | undefined;
  let outputTokens: number | undefined;

  function finish(attempt: { target: Tracked }): void {
    attempt.target.inFlight--;
  }

  const unsubscribe = context.subscribe((event: GatewayEvent) => {
    switch (event.type) {
      case 'attempt-start': {
        const target = tracked(event.target);
        target.inFlight++;
        running.set(event.attempt, { target, started: now() });
        return;
      }
      case 'attempt-end': {
        const attempt = running.get(event.attempt);
        if (attempt === undefined) return;
        running.delete(event.attempt);
        if (event.ok && answering === undefined) {
          answering = attempt;
          // `failover()` holds a stream until its first token; without it these are its headers.
          if (stream) firstToken ??= now();
          return;
        }
        finish(attempt);
        if (!event.ok && isOfTarget(event.failure)) fail(attempt, now());
        return;
      }
      case 'first-token':
        firstToken = now();
        return;
      case 'usage-report':
        outputTokens = event.usage.outputTokens;
        return;
      case 'response-end':
      case 'exchange-end':
        unsubscribe();
        for (const attempt of running.values()) finish(attempt);
        running.clear();
        if (answering === undefined) return;
        finish(answering);
        if (event.outcome.ended === 'completed')
          observe(answering, now(), firstToken, outputTokens ?? event.outcome.usage?.outputTokens);
        else if (event.outcome.ended === 'failed') fail(answering, now());
        answering = undefined;
    }
  });
}

/** Neither a caller's mistake nor a caller's leaving tells of the target. */
function isOfTarget(failure: string | undefined): boolean {
  return !['bad-request', 'context-length', 'content-policy', 'cancelled'].includes(failure ?? '');
}

function fail({ target, started }: { target: Tracked; started: number }, time: number): void {
  const took = Math.max(failureMs, time - started);
  target.total = peak(target.total, took, time);
  target.firstToken = peak(target.firstToken, took, time);
}

function observe(
  { target, started }: { target: Tracked; started: number },
  time: number,
  firstToken: number | undefined,
  tokens: number | undefined,
): void {
  target.total = peak(target.total, time - started, time);
  const begun = firstToken ?? started;
  if (firstToken !== undefined) target.firstToken = peak(target.firstToken, begun - started, time);
  if (tokens !== undefined && tokens > 0)
    target.perToken = peak(target.perToken, (time - begun) / tokens, time);
}

/** Goes up at once and down slowly (peak EWMA, as in Finagle's load balancer). */
function peak(average: Average | undefined, sample: number, at: number): Average {
  if (average === undefined || sample >= average.value) return { value: sample, at };
  const kept = Math.exp(-Math.max(0, at - average.at) / decayMs);
  return { value: average.value * kept + sample * (1 - kept), at };
}

function forgetOne(targets: Map<string, Tracked>): void {
  for (const [key, { inFlight }] of targets) {
    if (inFlight > 0) continue;
    targets.delete(key);
    return;
  }
}

/** What tells targets apart in events. */
export function idOf({ provider, host, model }: TargetName): string {
  return `${provider}\n${host ?? ''}\n${model ?? ''}`;
}
