/** From an upstream's answer to the reply that goes inward: checked, stripped, and told about. */
import {
  abortOf,
  addReplyStage,
  type Context,
  cancelReply,
  createReply,
  errorResponse,
  forwardedReplyHeaders,
  RequestError,
  rewriteReply,
  type Usage,
  updateOutcome,
} from '@wintergate/core';
import {
  classifyFailure,
  type FailureClass,
  isRetryable,
  isWhole,
  type JsonObject,
  type ModelCall,
  reframeReply,
  type TargetDialect,
  translatingStage,
} from '@wintergate/wire';
import { hideSecrets, secretHeaders, secretsIn } from './hide-credential.ts';
import { completenessKey, hasOwnCredential, type Target, targetName } from './types.ts';
import {
  accountAnswer,
  credentialAnswer,
  errorAnswer,
  isAboutAccount,
  isAboutCredential,
  malformed,
  thrownAnswer,
  type UpstreamFailure,
} from './upstream-failure.ts';
import { endingStage } from './upstream-stream.ts';

/** How an attempt ended, for its report. */
export interface AttemptResult {
  readonly status: number;
  readonly failure?: FailureClass | undefined;
}

/** What is known of the exchange when the answer arrives. */
export interface ReplyState {
  /** As it was sent; `undefined` for what is not AI traffic. */
  readonly call: ModelCall | undefined;
  /** As the caller wrote it. */
  readonly asked: ModelCall | undefined;
  readonly target: Target;
  readonly context: Context;
  /** The dialect of the answer, where that is not the caller's. */
  readonly from: TargetDialect | undefined;
  /** The headers that went to the upstream, once they have. */
  sent: Headers | undefined;
  /** Called once, when the attempt is over: at once, or when its stream has ended. */
  onEnd(result: AttemptResult): void;
}

/** Turns the upstream's answer into ours. */
export async function takeReply(answer: Response, state: ReplyState): Promise<Response> {
  const { call, context, from, onEnd } = state;
  const { status } = answer;
  const withheld = hasOwnCredential(state.target) ? accountHeaders : internalHeaders;
  const headers = forwardedReplyHeaders(answer.headers, withheld);
  const plain = rewriteReply(answer, { headers }, context);
  // Only a stream has a framing: Google's content type does not tell one from a whole answer.
  const reply =
    call?.stream === true && status < 400 ? reframeReply(plain, from ?? call.dialect) : plain;
  if (status < 200 || status > 599 || (status >= 300 && status < 400 && status !== 304)) {
    if (call === undefined && status >= 300 && status < 400) return passRedirect(reply, state);
    cancelReply(reply);
    return endFailed(malformed(status === 0 ? 'a redirect' : `status ${status}`, context), state);
  }
  if (status >= 400) return takeError(reply, state);
  if (call === undefined) {
    tellOutcome(state, undefined, true);
    onEnd({ status });
    return reply;
  }
  if (isEventStream(reply)) {
    if (call.stream) return watchStream(reply, call, state);
    cancelReply(reply);
    return endFailed(malformed('a stream that was not asked for', context), state);
  }
  return takeJson(reply, call, state);
}

/** A redirect of what is no AI call, such as a download: the caller's to follow, with no credential of ours. */
function passRedirect(reply: Response, state: ReplyState): Response {
  tellOutcome(state, undefined, true);
  state.onEnd({ status: reply.status });
  return rewriteReply(reply, { headers: secretHeaders(reply.headers, secretsOf(state) ?? []) });
}

/** The answer of an attempt that failed. */
function endFailed({ response, failure }: UpstreamFailure, state: ReplyState): Response {
  tellOutcome(state, undefined, false);
  state.onEnd({ status: response.status, failure });
  return response;
}

/** An error status. Of what is no AI call the body goes on unseen, unless it is about our credential. */
async function takeError(reply: Response, state: ReplyState): Promise<Response> {
  const { call, context, onEnd } = state;
  const { status } = reply;
  const secrets = secretsOf(state);
  const safe = rewriteReply(reply, { headers: secretHeaders(reply.headers, secrets ?? []) });
  if (call !== undefined)
    return endFailed(await errorAnswer(safe, call, secrets, context, state.from), state);
  const failure = classifyFailure({ status });
  if (secrets !== undefined && isAboutCredential(status, failure)) {
    cancelReply(safe);
    return endFailed({ response: credentialAnswer(safe, context), failure }, state);
  }
  if (secrets !== undefined && isAboutAccount(status, failure)) {
    cancelReply(safe);
    return endFailed({ response: accountAnswer(status, safe, failure, context), failure }, state);
  }
  tellOutcome(state, undefined, false);
  onEnd({ status, failure });
  return safe;
}

/** `undefined` where the credential is the caller's own, who may hear of it. */
function secretsOf({ target, sent }: ReplyState): readonly string[] | undefined {
  if (!hasOwnCredential(target)) return undefined;
  return sent === undefined ? [] : secretsIn(sent);
}

function watchStream(reply: Response, call: ModelCall, state: ReplyState): Response {
  const { context, asked, onEnd } = state;
  tellOutcome(state, undefined, false);
  context.set(completenessKey, true);
  const hideUsage = call.streamUsage && asked?.streamUsage === false;
  const stage = endingStage(
    call,
    hideUsage,
    context,
    ({ ended, error, complete, usage, reported }) => {
      tellOutcome(state, usage, complete);
      const failure =
        ended === 'cancelled'
          ? 'cancelled'
          : reported !== undefined
            ? classifyFailure({ error: reported })
            : ended === 'failed'
              ? classifyFailure({ thrown: error })
              : undefined;
      onEnd({ status: reply.status, failure });
    },
    () => secretsOf(state),
  );
  const { from } = state;
  const told =
    from === undefined ? reply : addReplyStage(reply, translatingStage(from, call), context);
  return addReplyStage(told, stage, context);
}

/** A JSON answer is read whole before it goes on: what is no JSON must not leave as a success. */
async function takeJson(reply: Response, call: ModelCall, state: ReplyState): Promise<Response> {
  const { context, onEnd } = state;
  const abort = abortOf(context);
  // Whatever comes out of here is whole and checked: nobody outside needs to look again.
  context.set(completenessKey, true);
  let body: unknown;
  let failed: UpstreamFailure | undefined;
  const release = abort.onAbort(() => cancelReply(reply, abort.reason));
  try {
    body = await context.json(reply);
  } catch (error) {
    if (abort.aborted) throw abort.reason;
    failed = RequestError.isInstance(error)
      ? malformed('not valid JSON', context)
      : error instanceof RangeError
        ? malformed('too large', context)
        : thrownAnswer(error, context);
  } finally {
    release();
  }
  if (failed === undefined && !isObject(body)) failed = malformed('not a JSON object', context);
  if (failed === undefined) {
    const { from = call.dialect } = state;
    const read = from.readReply(body, call);
    const { error, usage } = read;
    if (error === undefined) {
      tellOutcome(state, usage, isWhole(read, call));
      onEnd({ status: reply.status });
      const told = from === call.dialect ? body : call.dialect.writeReply(read, call);
      if (call.stream) return asStream(reply, told as JsonObject, call, state);
      return from === call.dialect ? reply : asJson(reply, told as JsonObject);
    }
    // An error inside of a 200: callers look at the status first, so it gets one.
    const { status = 502, type = 'server_error', code, param } = error;
    const failure = classifyFailure({ error });
    const secrets = secretsOf(state);
    const message = secrets === undefined ? error.message : hideSecrets(error.message, secrets);
    const details = { status, message, type, code, param, retry: isRetryable(failure) };
    const isOurs = secrets !== undefined && isAboutAccount(error.status ?? 0, failure);
    const response = isOurs
      ? accountAnswer(status, undefined, failure, context)
      : errorResponse(details, context);
    failed = { response, failure };
  }
  return endFailed(failed, state);
}

/** The reply with another body. */
function asJson(reply: Response, body: JsonObject): Response {
  const { headers, status } = rewriteReply(reply, {
    headers: { 'content-type': 'application/json', 'content-length': null },
  });
  return createReply({ status, headers, body: JSON.stringify(body) });
}

/** The caller asked for a stream and the upstream does not stream: it is told as one. */
function asStream(
  reply: Response,
  body: JsonObject,
  call: ModelCall,
  { asked }: ReplyState,
): Response {
  const { headers, status } = rewriteReply(reply, {
    headers: { 'content-type': 'text/event-stream; charset=utf-8' },
  });
  return createReply({ status, headers, body: call.dialect.replay(body, asked ?? call) });
}

function tellOutcome(
  { target, call, context }: ReplyState,
  usage: Usage | undefined,
  complete: boolean,
): void {
  const name = targetName(target, call?.model);
  updateOutcome(context, {
    source: 'upstream',
    target: name,
    complete,
    ...(usage !== undefined && { usage }),
  });
  if (usage !== undefined) context.emit({ type: 'usage-report', usage, target: name });
}

/** Headers that describe the upstream's own site, and its account, which are not the caller's business. */
const internalHeaders: ReadonlySet<string> = /* @__PURE__ */ new Set([
  'strict-transport-security',
  'server',
  'nel',
  'report-to',
  'clear-site-data',
]);

/** Limits are the account's too, and have no end of names. */
class AccountHeaders extends Set<string> {
  override has(name: string): boolean {
    return super.has(name) || name.includes('ratelimit');
  }
}

const accountHeaders: ReadonlySet<string> = /* @__PURE__ */ new AccountHeaders([
  ...internalHeaders,
  'openai-organization',
  'openai-project',
  'anthropic-organization-id',
]);

function isEventStream(reply: Response): boolean {
  return /^\s*text\/event-stream\s*(?:;|$)/i.test(reply.headers.get('content-type') ?? '');
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
