import { type HandlerOptions, toHandler } from './handler.ts';
import { checkHandlerOptions } from './handler-options.ts';
import { sharing } from './shares-io.ts';
import type { End, Middleware, Platform } from './types.ts';

/** The part of Vercel's second argument that is used. */
export interface VercelContext {
  waitUntil?(work: Promise<unknown>): void;
}

export type VercelHandler = (request: Request, context?: VercelContext) => Promise<Response>;

/** Where Vercel's runtimes keep the current request's context; `@vercel/functions` reads it too. */
const requestContext = Symbol.for('@vercel/request-context');

/**
 * Serves a chain as a Vercel function, on the edge or the Node runtime, or as Routing Middleware.
 * The caller's address is `x-real-ip`, which Vercel overwrites: do not use this adapter where
 * nobody does. On the edge requests share no promises (`platform.sharesIo` is `false`).
 *
 * @param middleware the chain, usually from `compose`.
 * @param end what lies inside: `upstream()`, or any fetch handler.
 * @throws {TypeError} for an option that it does not know.
 * @example
 * export const config = { runtime: 'edge' };
 * export default toVercel(compose(promptGuard(), failover()), upstream());
 */
export function toVercel(
  middleware: Middleware,
  end: End,
  options: HandlerOptions = {},
): VercelHandler {
  checkHandlerOptions(options, {}, 'toVercel()');
  const given = options.platform;
  const known = { name: 'vercel', ...sharing(given?.sharesIo), ...given };
  const handler = toHandler(middleware, end, { ...options, platform: known });

  return function vercel(request, context) {
    const platform: Partial<Platform> = {
      clientAddress: request.headers.get('x-real-ip') ?? undefined,
      native: context,
    };
    const host = typeof context?.waitUntil === 'function' ? context : currentContext();
    if (typeof host?.waitUntil !== 'function') return handler(request, platform);
    return handler(request, { ...platform, waitUntil: (work) => host.waitUntil?.(work) });
  };
}

function currentContext(): VercelContext | undefined {
  const holder = globalThis as { [requestContext]?: { get?(): VercelContext | undefined } };
  return holder[requestContext]?.get?.();
}
