/** The end of a chain that calls a model provider. */
import {
  abortOf,
  asMemoAware,
  type Context,
  checkOptions,
  contextOf,
  createContext,
  type End,
  errorFormatKey,
  errorResponse,
  type OptionKind,
  type Transport,
  type TransportRequest,
  updateOutcome,
} from '@wintergate/core';
import {
  type Dialect,
  type ModelCall,
  openaiChat,
  readCall,
  type TargetDialect,
  type WrittenCall,
} from '@wintergate/wire';
import { foreignChat } from './chat-quirks.ts';
import { isTimeout } from './is-timeout.ts';
import { withNotices } from './translation.ts';
import { attemptKey, type Provider, type Target, targetKey, targetName } from './types.ts';
import { thrownAnswer } from './upstream-failure.ts';
import { type AttemptResult, type ReplyState, takeReply } from './upstream-reply.ts';
import { prepareCall, toTransportRequest } from './upstream-request.ts';
import { configuredTarget, findTarget, implicitTarget } from './upstream-target.ts';

export interface UpstreamOptions {
  /** Whom to call when no plan says otherwise. */
  readonly provider?: Provider | undefined;
  /** As `provider`, with a model or options of its own. Give one of the two. */
  readonly target?: Target | undefined;
  /** Takes the place of the host's transport, for targets that bring none. */
  readonly transport?: Transport | undefined;
  /** Used where the host has no transport. @default the global `fetch`, looked up at each call */
  readonly fetch?: typeof fetch | undefined;
  /** Milliseconds, for the durations in events. @default Date.now */
  readonly now?: (() => number) | undefined;
}

const known: Readonly<Record<keyof UpstreamOptions, OptionKind>> = {
  provider: 1,
  target: 1,
  transport: 'function',
  fetch: 'function',
  now: 'function',
};

/**
 * Creates the end that calls the target of the attempt. It never rejects but for an abort: an
 * unreachable upstream is a 502, one that is late a 504, one that answers nonsense a 502, all in the
 * caller's dialect; a stream that breaks off ends in the dialect's error event.
 *
 * @throws {TypeError} when both `provider` and `target` are given, or an option that is none.
 * @example
 * const handler = toHandler(compose(modelRouter({ … }), failover()), upstream());
 */
export function upstream(options: UpstreamOptions = {}): End {
  checkOptions(options, known, 'upstream()');
  const configured = configuredTarget(options);
  const { now = Date.now } = options;
  const fallback = options.transport;
  const overFetch = fetchTransport(options.fetch);

  async function upstreamEnd(request: Request, given?: Context): Promise<Response> {
    const context = given ?? contextOf(request) ?? createContext(request);
    const target = findTarget(context, configured) ?? ownTarget(request, context);
    if (target === undefined) return nowhere(context);
    const asked = await readCall(request, context);
    const prepared = await prepareCall(request, asked, target, context);
    const { translation } = prepared;
    const onEnd = startAttempt(target, prepared.call, context);
    const state: ReplyState = {
      call: prepared.call,
      asked,
      target,
      context,
      from: translation?.dialect ?? rewritten(target, prepared.call),
      sent: undefined,
      onEnd,
    };
    try {
      const answer = await send(prepared.request, state, translation?.written);
      return withNotices(await takeReply(answer, state), prepared.notices ?? [], context);
    } catch (error) {
      const { aborted, reason } = abortOf(context);
      if (aborted && !isTimeout(reason)) {
        onEnd({ status: 499, failure: 'cancelled' });
        throw reason;
      }
      const { response, failure } = thrownAnswer(aborted ? reason : error, context);
      updateOutcome(context, {
        source: 'upstream',
        target: targetName(target, prepared.call?.model),
        complete: false,
      });
      onEnd({ status: response.status, failure });
      return response;
    }
  }

  async function send(
    request: Request,
    state: ReplyState,
    written: WrittenCall | undefined,
  ): Promise<Response> {
    const { target, context } = state;
    if (target.handler !== undefined)
      return target.handler(request, handlerContext(context, state.from));
    const outgoing = await toTransportRequest(request, target, context, state.call, written);
    const transport = target.transport ?? fallback ?? context.platform.transport ?? overFetch;
    state.sent = outgoing.headers;
    const reply = await transport(outgoing);
    await context.platform.nextStep?.();
    return reply;
  }

  /** Tells of the attempt, unless failover does. */
  function startAttempt(
    target: Target,
    call: ModelCall | undefined,
    context: Context,
  ): (result: AttemptResult) => void {
    // Who chose the target tells of it.
    if (context.get(targetKey) !== undefined) return () => {};
    const attempt = context.get(attemptKey) ?? 1;
    const name = targetName(target, call?.model);
    const started = now();
    context.emit({ type: 'attempt-start', attempt, target: name });
    return ({ status, failure }) =>
      context.emit({
        type: 'attempt-end',
        attempt,
        target: name,
        ok: failure === undefined,
        status,
        failure,
        durationMs: now() - started,
      });
  }

  // Requests of ours come as they are, with their remembered body.
  return asMemoAware(upstreamEnd);
}

/** The format of the answers of a target that speaks the caller's, but not well enough. */
function rewritten(target: Target, call: ModelCall | undefined): TargetDialect | undefined {
  return target.quirks?.rewriteReplies === true && call?.dialect.id === openaiChat.id
    ? foreignChat
    : undefined;
}

/** A handler that is called in another dialect than the caller's speaks of errors in it too. */
function handlerContext(context: Context, from: TargetDialect | undefined): Context {
  if (from === undefined || !('errorFormat' in from)) return context;
  const own = context.fork();
  own.set(errorFormatKey, (from as Dialect).errorFormat);
  return own;
}

/** Sends with `fetch`. Redirects are not followed: they would carry the credential elsewhere. */
function fetchTransport(given: typeof fetch | undefined): Transport {
  return ({ url, method, headers, body, signal }: TransportRequest) => {
    const init: RequestInit & { duplex?: 'half' } = {
      method,
      headers: [...headers.entries()],
      body: body as BodyInit | null,
      signal,
      redirect: 'manual',
    };
    if (body !== null && !(body instanceof Uint8Array)) init.duplex = 'half';
    return (given ?? fetch)(url, init);
  };
}

/** On the client side (`wrapFetch`) a call without a target goes to its own URL: it was written by the caller's own code. */
function ownTarget(request: Request, context: Context): Target | undefined {
  return context.platform.client === true ? implicitTarget(request.url) : undefined;
}

function nowhere(context: Context): Response {
  return errorResponse(
    {
      status: 404,
      type: 'invalid_request_error',
      code: 'no_upstream',
      message: 'No upstream is configured for this path and model',
    },
    context,
  );
}
