/** Whether a reply is what was asked for, found out before anything of it reaches the caller. */
import {
  type AbortSource,
  type Context,
  cancelReply,
  errorResponse,
  holdReply,
  rewriteReply,
  updateOutcome,
} from '@wintergate/core';
import { completenessKey } from '@wintergate/providers';
import {
  classifyFailure,
  type FailureClass,
  isMeaningful,
  isWhole,
  type JsonObject,
  type ModelCall,
  type ReplyError,
} from '@wintergate/wire';
import { readErrorBody } from './error-body.ts';
import type { FailoverSettings } from './options.ts';

export interface JudgeState {
  readonly call: ModelCall;
  readonly fork: Context;
  readonly abort: AbortSource;
  readonly settings: FailoverSettings;
  /** When the attempt began, and when the whole exchange is over; milliseconds since the epoch. */
  readonly started: number;
  readonly deadline: number;
}

export interface Verdict {
  /** The reply to go on with, or the answer to give for the failure. */
  readonly response: Response;
  readonly failure?: FailureClass | undefined;
  /** A stream that goes on. */
  readonly stream: boolean;
  /** Something of the answer has been seen. */
  readonly meaningful: boolean;
  /** A stream that was held as long as it may, and goes on without having shown anything. */
  readonly waiting?: boolean;
}

/** Judges by status, by a JSON body, or by the beginning of a stream. */
export async function judgeReply(response: Response, state: JudgeState): Promise<Verdict> {
  const { call, fork } = state;
  if (response.status >= 400) {
    const { body, reply } = await readErrorBody(response, state.abort.signal, fork);
    const error = call.dialect.readError(response.status, body);
    return failed(classifyFailure({ status: response.status, error }), reply);
  }
  const type = response.headers.get('content-type') ?? '';
  if (/^\s*text\/event-stream\s*(?:;|$)/i.test(type)) return judgeStream(response, state);
  if (fork.get(completenessKey) === true || !/^[^;]*[/+]json\b/i.test(type))
    return passed(response);
  return judgeJson(response, state);
}

/** A JSON answer of an end that has not looked itself: whole, valid, and no error under a 200. */
async function judgeJson(response: Response, { call, fork, abort }: JudgeState): Promise<Verdict> {
  let body: unknown;
  const release = abort.onAbort(() => cancelReply(response, abort.reason));
  try {
    body = await fork.json(response);
  } catch {
    if (abort.aborted) throw abort.reason;
    return failed('server', brokenAnswer(fork));
  } finally {
    release();
  }
  if (typeof body !== 'object' || body === null) return failed('server', brokenAnswer(fork));
  const reply = call.dialect.readReply(body as JsonObject, call);
  const { error, usage } = reply;
  if (error === undefined) {
    const complete = isWhole(reply, call);
    updateOutcome(fork, { source: 'upstream', complete, ...(usage !== undefined && { usage }) });
    // The platform's own Response is spent now; this one holds what was read.
    return passed(rewriteReply(response, {}, fork));
  }
  return failed(classifyFailure({ error }), errorAnswer(error, fork));
}

/** Holds a stream until it shows something of the answer, an error, or its end. */
async function judgeStream(response: Response, state: JudgeState): Promise<Verdict> {
  const { call, fork, abort, settings } = state;
  const decoder = call.dialect.createDecoder(call);
  let reported: ReplyError | undefined;
  let meaningful = false;
  const now = settings.now();
  const patience = firstTokenLimit(state) - now;
  const held = await holdReply(
    response,
    {
      decide(event) {
        for (const delta of decoder.push(event)) {
          if (delta.type === 'error') {
            reported = delta.error;
            return 'fail';
          }
          if (isMeaningful(delta)) meaningful = true;
          // An answer may be empty: it is one all the same.
          if (meaningful || delta.type === 'finish') return 'commit';
        }
        return 'hold';
      },
      maxBytes: settings.maxHoldBytes,
      maxMs: Math.max(1, Math.min(settings.maxHold, patience)),
      signal: abort,
      setTimeout: (callback, milliseconds) => settings.schedule(callback, milliseconds),
      clearTimeout: (cancel: () => void) => cancel(),
    },
    fork,
  );
  if (held.decision === 'commit') return { response: held.response, stream: true, meaningful };
  const isLetGo = held.decision === 'timeout' && patience > settings.maxHold;
  if (held.decision === 'overflow' || isLetGo) {
    return { response: held.response, stream: true, meaningful, waiting: true };
  }
  cancelReply(held.response);
  if (held.decision === 'timeout') return failed('timeout', lateAnswer(fork));
  if (reported !== undefined)
    return failed(classifyFailure({ error: reported }), errorAnswer(reported, fork));
  return failed(
    held.error === undefined ? 'server' : classifyFailure({ thrown: held.error }),
    brokenAnswer(fork),
  );
}

/** When the first token must have come, in milliseconds since the epoch. */
export function firstTokenLimit(
  state: Pick<JudgeState, 'call' | 'settings' | 'started' | 'deadline'>,
): number {
  const effort = state.call.parameters.reasoningEffort;
  const slow = effort === 'high' || effort === 'xhigh' || effort === 'max';
  const limit = Math.max(state.settings.firstTokenTimeout, slow ? slowFirstToken : 0);
  return Math.min(state.started + limit, state.deadline);
}

/** Models that think hard say nothing for minutes. */
const slowFirstToken = 300_000;

function passed(response: Response): Verdict {
  return { response, stream: false, meaningful: true };
}

function failed(failure: FailureClass, response: Response): Verdict {
  return { response, failure, stream: false, meaningful: false };
}

/** The error of a reply that began with status 200. */
function errorAnswer(
  { status = 502, message, type = 'server_error', code, param }: ReplyError,
  context: Context,
): Response {
  return errorResponse({ status, message, type, code, param }, context);
}

function brokenAnswer(context: Context): Response {
  const message = 'The upstream ended its answer before it was complete';
  return errorResponse(
    { status: 502, type: 'server_error', code: 'upstream_malformed', message },
    context,
  );
}

function lateAnswer(context: Context): Response {
  const message = 'The upstream did not begin its answer in time';
  return errorResponse(
    { status: 504, type: 'server_error', code: 'upstream_timeout', message },
    context,
  );
}
