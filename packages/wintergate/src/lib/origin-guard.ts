import { defineMiddleware, errorResponse, type Middleware } from '@wintergate/core';
import { isLoopback } from './environment.ts';

/**
 * Keeps web pages out of a gateway that listens on loopback: a foreign `Origin` is refused, and so
 * is a `Host` that is not this machine's, as a page sends after rebinding its name to 127.0.0.1.
 *
 * @param host the address that the gateway listens on.
 */
export function originGuard(host: string): Middleware {
  const loopback = isLoopback(host);
  return defineMiddleware(undefined, function originGuard(request, next, context) {
    const url = new URL(request.url);
    const name = url.hostname.replace(/^\[|\]$/g, '');
    if (loopback && !isLoopback(name)) {
      return refuse(`Call this gateway by its address, such as 127.0.0.1, not as "${name}"`);
    }
    const origin = request.headers.get('origin');
    if (origin !== null && origin !== url.origin)
      return refuse('Call this gateway from a program: pages of other origins are refused');
    return next();

    function refuse(message: string): Response {
      return errorResponse(
        { status: 403, type: 'permission_error', code: 'foreign_origin', message },
        context,
      );
    }
  });
}
