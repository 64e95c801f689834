import { defineMiddleware, type Middleware } from '@wintergate/core';
import { type UpstreamOptions, upstream } from './upstream.ts';
import { configuredTarget, findTarget } from './upstream-target.ts';

/**
 * `upstream()` as the innermost middleware, for chains whose end is not ours, such as `wrapFetch`:
 * a request with a target (a router's plan, or `provider`) goes there, any other goes on to the end.
 *
 * @throws {TypeError} when both `provider` and `target` are given.
 * @example
 * const fetch = wrapFetch(compose(modelRouter({ … }), failover(), callTargets()));
 */
export function callTargets(options: UpstreamOptions = {}): Middleware {
  const end = upstream(options);
  const configured = configuredTarget(options);
  return defineMiddleware('upstream', function callTargets(request, next, context) {
    return findTarget(context, configured) === undefined
      ? next(request, context)
      : end(request, context);
  });
}
