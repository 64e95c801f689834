/** The course of an exchange: from the request to the last settled work. */
import { abortOf } from './aborter.ts';
import { checked } from './checked-response.ts';
import { createContext, sharedOf } from './context.ts';
import { errorResponse, toErrorResponse } from './error-response.ts';
import type { ErrorDetails } from './errors.ts';
import type { GatewayEvent } from './events.ts';
import { toNativeHeaders } from './light-headers.ts';
import { nativeBody } from './native-body.ts';
import { type Outcome, outcomeKey, updateOutcome } from './outcome.ts';
import { createReply, rewriteReply } from './reply.ts';
import { cancelReply, immediateBody } from './reply-run.ts';
import type { Context } from './types.ts';

/** How long `exchange-end` waits for background work, in milliseconds. */
const settleTimeout = 5000;

/**
 * Calls back once the reply has ended, in whichever way. A promise that it answers is background work, as if handed
 * to `context.waitUntil`.
 *
 * @example
 * onResponseEnd(context, (outcome) => context.waitUntil(store.settle(outcome.usage)));
 */
export function onResponseEnd(
  context: Context,
  listener: (outcome: Outcome, event: Extract<GatewayEvent, { type: 'response-end' }>) => void,
): void {
  const unsubscribe = context.subscribe((event) => {
    if (event.type !== 'response-end') return;
    unsubscribe();
    const ended = event as Extract<GatewayEvent, { type: 'response-end' }>;
    return listener(ended.outcome, ended);
  });
}

/**
 * Runs a chain for its owner, the host. Never rejects: a failure is an answer, and an abort ends
 * the exchange as cancelled with an answer that nobody will read.
 */
export async function answer(
  run: (context: Context) => Response | Promise<Response>,
  context: Context,
): Promise<Response> {
  const shared = sharedOf(context);
  if (shared !== undefined) shared.owned = true;
  const turn = context.platform.nextStep?.();
  if (turn !== undefined) await turn;
  // The caller may have left while the call waited to begin.
  if (abortOf(context).aborted) return nobodys(context);
  let response: Response;
  try {
    response = checked(await run(context), 'middleware');
  } catch (error) {
    if (abortOf(context).aborted) return nobodys(context);
    response = toErrorResponse(error, context);
  }
  if ((shared?.listeners.length ?? 0) > 0) {
    context.emit({ type: 'response-start', status: response.status, durationMs: since(context) });
  }
  return response;
}

/** Ends the exchange of a caller who is there no longer. */
function nobodys(context: Context): Response {
  endExchange(context, 499, 'cancelled', 0);
  return createReply({ status: 499 });
}

/** For a middleware that was called without a host: it owns the exchange. */
export async function answerAlone(
  run: (context: Context) => Response | Promise<Response>,
  request: Request,
): Promise<Response> {
  const context = createContext(request);
  return finishNatively(await answer(run, context), context);
}

/** The reply as the platform's own Response, whose end ends the exchange. */
export function finishNatively(response: Response, context: Context): Response {
  if (context.signal.aborted) {
    // Nobody is there to take it: its source must hear of that.
    cancelReply(response, context.signal.reason);
    endExchange(context, 499, 'cancelled', 0);
    return new Response(null, { status: 499 });
  }
  const named = rewriteReply(response, {
    headers: {
      'x-request-id': context.requestId,
      'server-timing': serverTiming(response, context),
    },
  });
  const init = {
    status: named.status,
    statusText: named.statusText,
    headers: toNativeHeaders(named.headers),
  };
  const body = immediateBody(named);
  if (body !== undefined || hasNullBody(named.status)) {
    const native = new Response(hasNullBody(named.status) ? null : (body as BodyInit | null), init);
    endExchange(context, named.status, 'completed', byteLength(body));
    return native;
  }
  const pumped = nativeBody(
    named,
    ({ ended, bytes }) => endExchange(context, named.status, ended, bytes),
    context.signal,
  );
  if (pumped === undefined) return finishNatively(errorResponse(brokeOff, context), context);
  return new Response(pumped, init);
}

/** For a reply that fails while there is still time to say so. */
export const brokeOff: ErrorDetails = {
  status: 502,
  type: 'server_error',
  code: 'reply_failed',
  message: 'The reply broke off before it began',
};

/** Makes the outcome final and tells it; later calls do nothing. */
export function endExchange(
  context: Context,
  status: number,
  ended: NonNullable<Outcome['ended']>,
  outputBytes: number,
): void {
  const shared = sharedOf(context);
  if (shared === undefined || context.get(outcomeKey)?.ended !== undefined) return;
  updateOutcome(context, { ended });
  const { listeners, pending } = shared;
  if (listeners.length === 0 && pending.length === 0) return;
  const outcome = context.get(outcomeKey) as Outcome;
  context.emit({ type: 'response-end', status, outcome, durationMs: since(context), outputBytes });
  if (pending.length === 0) tellEnd(context, true);
  else void settle(context, pending);
}

/** @param pending each takes itself off the list when it has settled, and none rejects */
async function settle(context: Context, pending: readonly Promise<unknown>[]): Promise<void> {
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    tellEnd(context, false);
  }, settleTimeout);
  while (pending.length > 0) await pending[0];
  if (late) return;
  clearTimeout(timer);
  tellEnd(context, true);
}

function tellEnd(context: Context, settled: boolean): void {
  context.emit({
    type: 'exchange-end',
    outcome: context.get(outcomeKey) as Outcome,
    settled,
    durationMs: since(context),
  });
}

/** Milliseconds since the context was made. */
export function since(context: Context): number {
  return performance.now() - (sharedOf(context)?.started ?? performance.now());
}

/** What the reply says of its timing, and how long its head took here (Server Timing, W3C). */
export function serverTiming(response: Response, context: Context): string {
  const given = response.headers.get('server-timing');
  const own = `gateway;dur=${since(context).toFixed(1)}`;
  return given === null ? own : `${given}, ${own}`;
}

function hasNullBody(status: number): boolean {
  return status === 204 || status === 205 || status === 304;
}

export function byteLength(body: string | Uint8Array | null | undefined): number {
  if (body === null || body === undefined) return 0;
  return typeof body === 'string' ? new TextEncoder().encode(body).length : body.length;
}
