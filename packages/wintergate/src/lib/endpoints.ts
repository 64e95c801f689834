import { createReply, defineMiddleware, errorResponse, type Middleware } from '@wintergate/core';
import { type ModelSource, modelsResponse, planKey } from '@wintergate/providers';
import { readCall } from '@wintergate/wire';

/** Answers `GET /healthz`: outside of authentication, for load balancers. */
export function health(): Middleware {
  return defineMiddleware(undefined, function health(request, next) {
    if (new URL(request.url).pathname !== '/healthz') return next();
    if (request.method !== 'GET' && request.method !== 'HEAD')
      return createReply({ status: 405, headers: { allow: 'GET, HEAD' } });
    return createReply({
      headers: { 'content-type': 'application/json', 'cache-control': 'no-store' },
      body: '{"status":"ok"}',
    });
  });
}

export interface EndpointOptions {
  /** Whether what the gateway can not read goes on to the provider all the same. */
  readonly passThrough: boolean;
}

/** Where calls are read: sent with POST. */
const callPath =
  /^\/v1\/(?:chat\/completions|responses|completions|embeddings|messages)\/?$|^\/v1beta\/models\/[^/]+:\w+$/;

/**
 * Answers `GET /v1/models` with the models that are known, lets the calls through that the chain
 * reads, and answers 404 to what it would pass on unread, unless that is asked for, or 405 where
 * only the method is wrong.
 *
 * @param sources empty when only the upstream knows its models: it is asked then.
 */
export function endpoints(
  sources: readonly ModelSource[],
  { passThrough }: EndpointOptions,
): Middleware {
  return defineMiddleware(undefined, async function endpoints(request, next, context) {
    const { pathname } = new URL(request.url);
    const { method } = request;
    const asksForModels =
      /^\/v1(?:beta)?\/models(?:\/|$)/.test(pathname) && (method === 'GET' || method === 'HEAD');
    if (asksForModels && sources.length > 0) return modelsResponse(sources, { request });
    // What is no call has a plan where the router lets it through.
    if (asksForModels || context.get(planKey) !== undefined) return next();
    if ((await readCall(request, context)) !== undefined) return next();
    if (passThrough && /^\/v1(?:beta)?\//.test(pathname)) return next();
    if (method !== 'POST' && callPath.test(pathname)) {
      const message = `Call ${pathname.slice(0, 100)} with POST: this was ${method}`;
      return errorResponse(
        { status: 405, type: 'invalid_request_error', message, headers: { allow: 'POST' } },
        context,
      );
    }
    const message = `Call /v1/chat/completions, /v1/responses, /v1/completions, /v1/embeddings, /v1/messages, /v1beta/models/{model}:generateContent, /v1/models or /healthz: this gateway does not read ${pathname.slice(0, 100)}, and passes on what it does not read only with WINTERGATE_PASS_THROUGH=1`;
    return errorResponse(
      { status: 404, type: 'invalid_request_error', code: 'unknown_url', message },
      context,
    );
  });
}
