import { asMemoAware, bindEnd } from './compose.ts';
import { createContext, fullPlatform, sharedOf } from './context.ts';
import { errorResponse } from './error-response.ts';
import { answer, byteLength, endExchange } from './exchange.ts';
import type { HandlerOptions } from './handler.ts';
import { checkHandlerOptions } from './handler-options.ts';
import { toNativeHeaders } from './light-headers.ts';
import { unreachableKey } from './outcome.ts';
import { rewriteReply } from './reply.ts';
import { cancelReply, immediateBody } from './reply-run.ts';
import { replyStream } from './reply-stream.ts';
import { sharing } from './shares-io.ts';
import type { Context, Middleware } from './types.ts';
import {
  type FetchArguments,
  type FetchInput,
  fromFetchCall,
  toFetchCall,
} from './wrap-fetch-request.ts';

/** Any function in the shape of `fetch`. */
export type FetchLike = (input: never, init?: never) => Promise<Response>;

export interface WrapFetchOptions<F extends FetchLike = typeof fetch> extends HandlerOptions {
  /** What makes the calls; on Node `await nodeFetch()` costs less. @default the global `fetch` at the time of each call */
  fetch?: F | undefined;
}

const replyBrand = Symbol.for('@wintergate/core/reply');
const nullBodyStatus = new Set([101, 103, 204, 205, 304]);

/**
 * Puts a chain around a `fetch`, for any SDK that takes one. An untouched call goes out with the very
 * arguments that it came with; a rewritten one keeps what else its init held (`dispatcher`, `cf`,
 * `next`, `tls`). Forms, blobs and streams pass untouched and are never sent twice. A failure to
 * connect that nobody handled rejects as it would without us, and so does an abort, with the
 * signal's reason.
 *
 * `platform.client` is `true` there: the credential in a call is the SDK's own, and says nothing of
 * whose data it is.
 *
 * @param middleware the chain, usually from `compose`.
 * @throws {TypeError} for an option that it does not know.
 * @returns a function of the same type, with the same static properties.
 * @example
 * const client = new OpenAI({ fetch: wrapFetch(compose(semanticCache({ tenant: 'me' }), failover())) });
 */
export function wrapFetch<F extends FetchLike = typeof fetch>(
  middleware: Middleware,
  options: WrapFetchOptions<F> = {},
): F {
  checkHandlerOptions<WrapFetchOptions<F>>(options, { fetch: 1 }, 'wrapFetch()');
  const { fetch: given, maxBodyBytes, onEvent } = options;
  const platform = fullPlatform({
    client: true,
    name: 'fetch',
    ...sharing(options.platform?.sharesIo),
    ...options.platform,
  });

  async function wrapped(input: FetchInput, init?: RequestInit): Promise<Response> {
    const send = (given ?? fetch) as (...call: FetchArguments) => Promise<Response>;
    const request = fromFetchCall(input, init);
    const context = createContext(request, { platform, maxBodyBytes });
    if (onEvent !== undefined) context.subscribe(onEvent);
    let url = '';
    const end = asMemoAware(async (changed: Request, inner: Context = context) => {
      const signal = inner.signal === request.signal ? undefined : inner.signal;
      try {
        const response = await send(...toFetchCall(changed, request, [input, init], signal));
        await inner.platform.nextStep?.();
        url = response.url;
        // A later attempt arrived: the failure of an earlier one is nobody's any more.
        inner.set(unreachableKey, undefined);
        return response;
      } catch (error) {
        if (inner.signal.aborted) throw error;
        inner.set(unreachableKey, { error });
        return errorResponse({ status: 502, type: 'server_error', message: unreachable }, inner);
      }
    });
    const run = bindEnd(middleware, end);
    const response = await answer((own) => run(request, own), context);
    if (request.signal.aborted)
      return giveUp(response, context, 'cancelled', request.signal.reason);
    const failure = context.get(unreachableKey);
    if (failure !== undefined) return giveUp(response, context, 'failed', failure.error);
    return finish(response, context, url);
  }

  return Object.defineProperties(wrapped, staticsOf(given ?? fetch)) as unknown as F;
}

const unreachable = 'The upstream could not be reached';

function giveUp(
  response: Response,
  context: Context,
  ended: 'cancelled' | 'failed',
  error: unknown,
): never {
  endExchange(context, response.status, ended, 0);
  cancelReply(response, error);
  throw error;
}

/** The reply as the caller's `fetch` would have given it; nobody who watches: the very same. */
function finish(response: Response, context: Context, url: string): Response {
  const { listeners, pending } = sharedOf(context) ?? {};
  const isWatched = (listeners?.length ?? 0) > 0 || (pending?.length ?? 0) > 0;
  if (!isWatched && !isOwn(response)) return response;
  const reply = rewriteReply(response, { headers: decoded(response.headers) });
  const { status, statusText } = reply;
  const init = { status, statusText, headers: toNativeHeaders(reply.headers) };
  const native = new Response(bodyOf(reply, context), init);
  // Lost with the original, and a Response can not be built with it.
  return url === '' ? native : Object.defineProperty(native, 'url', { value: url });
}

function bodyOf(reply: Response, context: Context): BodyInit | null {
  const { status } = reply;
  const whole = nullBodyStatus.has(status) ? null : immediateBody(reply);
  if (whole === undefined) {
    return replyStream(
      reply,
      ({ ended, bytes }) => endExchange(context, status, ended, bytes),
      context.signal,
    );
  }
  endExchange(context, status, 'completed', byteLength(whole));
  return whole as BodyInit | null;
}

/** `fetch` has decoded the body, and leaves the headers of its coded form (all runtimes do). */
function decoded(headers: Headers): Record<string, null> {
  return headers.has('content-encoding')
    ? { 'content-encoding': null, 'content-length': null }
    : {};
}

function isOwn(response: Response): boolean {
  return (response as { [replyBrand]?: true })[replyBrand] === true;
}

function staticsOf(from: object): PropertyDescriptorMap {
  const {
    length: _,
    name: __,
    prototype: ___,
    ...statics
  } = Object.getOwnPropertyDescriptors(from) as PropertyDescriptorMap;
  return statics;
}
