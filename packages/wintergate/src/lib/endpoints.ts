import { createReply, defineMiddleware, errorResponse, type Middleware } from '@wintergate/core';
import { modelsResponse, type Provider } from '@wintergate/providers';

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

/** Answers `GET /v1/models` with the models that the provider names, and 404 to paths outside of `/v1/`. */
export function endpoints(provider: Provider): Middleware {
  return defineMiddleware(undefined, function endpoints(request, next, context) {
    const { pathname } = new URL(request.url);
    if (pathname === '/v1/models' && request.method === 'GET' && provider.models.length > 0)
      return modelsResponse([provider]);
    if (pathname.startsWith('/v1/')) return next();
    const message = `Call /v1/chat/completions, /v1/embeddings, /v1/models or /healthz: there is nothing at ${pathname.slice(0, 100)}`;
    return errorResponse(
      { status: 404, type: 'invalid_request_error', code: 'unknown_url', message },
      context,
    );
  });
}
