/** A stream after it was let go: it may not fall silent, and it never ends cleanly when it was cut. */
import { addReplyStage, type Context, type StageOutput, updateOutcome } from '@wintergate/core';
import { completenessKey, endingStage } from '@wintergate/providers';
import { type FailureClass, isMeaningful, type ModelCall } from '@wintergate/wire';
import { firstTokenLimit, type Verdict } from './judge-reply.ts';
import { addKeepAlive } from './keep-alive.ts';
import type { FailoverSettings } from './options.ts';
import { TimeoutError } from './timeout-error.ts';

export interface GuardOptions {
  readonly call: ModelCall;
  readonly fork: Context;
  readonly settings: FailoverSettings;
  readonly started: number;
  readonly deadline: number;
  /** A limit was reached; the reply has ended in an error event. */
  onTimeout(error: Error): void;
  /** The attempt is over, with the reply's end. */
  onEnd(failure: FailureClass | undefined): void;
}

const encoder = /* @__PURE__ */ new TextEncoder();

/** Watches the rest of a stream. A reply that is no stream is over at once. */
export function guardStream(verdict: Verdict, options: GuardOptions): Response {
  const { call, fork, onEnd } = options;
  if (!verdict.stream) {
    onEnd(undefined);
    return verdict.response;
  }
  let response = verdict.response;
  if (fork.get(completenessKey) !== true) {
    const stage = endingStage(call, false, fork, ({ complete, usage }) =>
      updateOutcome(fork, { source: 'upstream', complete, ...(usage !== undefined && { usage }) }),
    );
    response = addReplyStage(response, stage, fork);
  }
  if (verdict.waiting) response = addKeepAlive(response, call, fork, options.settings);
  return addSilenceStages(response, verdict.meaningful, options);
}

/**
 * Two stages with one timer, which is not set anew for each event but looks, when it fires, how
 * long the silence has lasted. While the reader itself rests, nothing counts as silence.
 */
function addSilenceStages(
  response: Response,
  meaningful: boolean,
  options: GuardOptions,
): Response {
  const { call, fork, settings, deadline, onTimeout, onEnd } = options;
  const { now, schedule, idleTimeout, contentTimeout } = settings;
  const firstToken = firstTokenLimit(options);
  let decoder = meaningful ? undefined : call.dialect.createDecoder(call);
  let output: StageOutput | undefined;
  let cancelTimer: (() => void) | undefined;
  let firesAt = Number.POSITIVE_INFINITY;
  let lastByte = now();
  let lastEvent = lastByte;
  let restsSince: number | undefined;
  let timedOut = false;

  /** When the patience ends, as far as is known now. */
  function limit(): number {
    if (restsSince !== undefined) return deadline;
    if (decoder !== undefined) return Math.min(firstToken, deadline);
    return Math.min(lastByte + idleTimeout, lastEvent + contentTimeout, deadline);
  }

  /** Sets the timer, unless it fires early enough as it is. */
  function arm(): void {
    const at = limit();
    if (at >= firesAt) return;
    cancelTimer?.();
    firesAt = at;
    cancelTimer = schedule(look, Math.max(1, at - now()));
  }

  function look(): void {
    firesAt = Number.POSITIVE_INFINITY;
    if (limit() > now()) {
      arm();
      return;
    }
    timedOut = true;
    const message = now() >= deadline ? 'The upstream took too long' : 'The upstream fell silent';
    const details = { status: 504, type: 'server_error', code: 'upstream_timeout', message };
    // A blank line first: half of an event may stand before it.
    output?.bytes(encoder.encode(`\n\n${call.dialect.errorFormat.streamEvent(details)}`));
    output?.end('failed');
    onTimeout(new TimeoutError(message));
  }

  const withEvents = addReplyStage(
    response,
    {
      name: 'failover-content',
      event(event) {
        lastEvent = now();
        if (decoder?.push(event).some(isMeaningful)) {
          decoder = undefined;
          arm();
        }
      },
    },
    fork,
  );
  return addReplyStage(
    withEvents,
    {
      name: 'failover-silence',
      start(out) {
        output = out;
        lastByte = lastEvent = now();
        arm();
      },
      bytes() {
        lastByte = now();
      },
      pause() {
        restsSince ??= now();
      },
      resume() {
        if (restsSince === undefined) return;
        const rested = now() - restsSince;
        restsSince = undefined;
        lastByte += rested;
        lastEvent += rested;
        arm();
      },
      close({ ended }) {
        cancelTimer?.();
        onEnd(
          timedOut
            ? 'timeout'
            : ended === 'completed'
              ? undefined
              : ended === 'failed'
                ? 'server'
                : 'cancelled',
        );
      },
    },
    fork,
  );
}
