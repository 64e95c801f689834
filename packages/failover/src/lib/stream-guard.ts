/** A stream after it was let go: it may not fall silent, and it never ends cleanly when it was cut. */
import {
  addReplyStage,
  type Context,
  type ReplyEnding,
  type ReplyStage,
  type SseEvent,
  type StageOutput,
  updateOutcome,
} from '@wintergate/core';
import { completenessKey, endingStage } from '@wintergate/providers';
import {
  type FailureClass,
  isMeaningful,
  type ModelCall,
  type StreamDecoder,
} from '@wintergate/wire';
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

/** Two stages with one timer: events are seen by one, and all bytes, comments among them, by the other. */
function addSilenceStages(
  response: Response,
  meaningful: boolean,
  options: GuardOptions,
): Response {
  const silence = new SilenceStage(meaningful, options);
  const content = { name: 'failover-content', event: (event: SseEvent) => silence.saw(event) };
  const withEvents = addReplyStage(response, content, options.fork);
  return addReplyStage(withEvents, silence, options.fork);
}

/**
 * Its timer is not set anew for each event but looks, when it fires, how long the silence has lasted.
 * While the reader itself rests, nothing counts as silence.
 */
class SilenceStage implements ReplyStage {
  readonly name = 'failover-silence';
  readonly #options: GuardOptions;
  readonly #firstToken: number;
  #decoder: StreamDecoder | undefined;
  #output: StageOutput | undefined;
  #cancelTimer: (() => void) | undefined;
  #firesAt = Number.POSITIVE_INFINITY;
  #lastByte: number;
  #lastEvent: number;
  #restsSince: number | undefined;
  #timedOut = false;
  #isTimed = false;

  /** @param meaningful something of the answer has been seen. */
  constructor(meaningful: boolean, options: GuardOptions) {
    const { call, settings } = options;
    this.#options = options;
    this.#firstToken = firstTokenLimit(options);
    this.#decoder = meaningful ? undefined : call.dialect.createDecoder(call);
    this.#lastByte = this.#lastEvent = settings.now();
  }

  start(out: StageOutput): void {
    this.#output = out;
    this.#lastByte = this.#lastEvent = this.#now();
    this.#arm();
  }

  saw(event: SseEvent): void {
    this.#lastByte = this.#lastEvent = this.#now();
    this.#isTimed = true;
    if (this.#decoder?.push(event).some(isMeaningful) !== true) return;
    this.#decoder = undefined;
    this.#arm();
  }

  bytes(): void {
    // The clock was looked at for the event that they are.
    if (!this.#isTimed) this.#lastByte = this.#now();
    this.#isTimed = false;
  }

  pause(): void {
    this.#restsSince ??= this.#now();
  }

  resume(): void {
    if (this.#restsSince === undefined) return;
    const rested = this.#now() - this.#restsSince;
    this.#restsSince = undefined;
    this.#lastByte += rested;
    this.#lastEvent += rested;
    this.#arm();
  }

  close({ ended }: ReplyEnding): void {
    this.#cancelTimer?.();
    this.#options.onEnd(this.#timedOut ? 'timeout' : failureOf[ended]);
  }

  #now(): number {
    return this.#options.settings.now();
  }

  /** When the patience ends, as far as is known now. */
  #limit(): number {
    const { deadline, settings } = this.#options;
    if (this.#restsSince !== undefined) return deadline;
    if (this.#decoder !== undefined) return Math.min(this.#firstToken, deadline);
    const { idleTimeout, contentTimeout } = settings;
    return Math.min(this.#lastByte + idleTimeout, this.#lastEvent + contentTimeout, deadline);
  }

  /** Sets the timer, unless it fires early enough as it is. */
  #arm(): void {
    const at = this.#limit();
    if (at >= this.#firesAt) return;
    this.#cancelTimer?.();
    this.#firesAt = at;
    const wait = Math.max(1, at - this.#now());
    this.#cancelTimer = this.#options.settings.schedule(() => this.#look(), wait);
  }

  #look(): void {
    this.#firesAt = Number.POSITIVE_INFINITY;
    const now = this.#now();
    if (this.#limit() > now) {
      this.#arm();
      return;
    }
    const { call, deadline, onTimeout } = this.#options;
    this.#timedOut = true;
    const message = now >= deadline ? 'The upstream took too long' : 'The upstream fell silent';
    const details = { status: 504, type: 'server_error', code: 'upstream_timeout', message };
    // A blank line first: half of an event may stand before it.
    this.#output?.bytes(encoder.encode(`\n\n${call.dialect.errorFormat.streamEvent(details)}`));
    this.#output?.end('failed');
    onTimeout(new TimeoutError(message));
  }
}

const failureOf = { completed: undefined, failed: 'server', cancelled: 'cancelled' } as const;
