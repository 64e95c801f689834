import { type HandlerOptions, toHandler } from './handler.ts';
import { checkHandlerOptions } from './handler-options.ts';
import type { End, Middleware, Platform } from './types.ts';

/** The part of a Worker's execution context that is used. */
export interface WorkerContext {
  waitUntil(work: Promise<unknown>): void;
}

/** A Worker's default export. */
export interface WorkerHandler {
  fetch(request: Request, env?: unknown, ctx?: WorkerContext): Promise<Response>;
}

/**
 * Serves a chain as a Cloudflare Worker. The bindings are `platform.env`; the caller's address is
 * `cf-connecting-ip`, which Cloudflare overwrites. Requests share no promises there
 * (`platform.sharesIo` is `false`), and background work is cancelled 30 s after the reply.
 *
 * @param middleware the chain, usually from `compose`.
 * @param end what lies inside: `upstream()`, or any fetch handler.
 * @throws {TypeError} for an option that it does not know.
 * @example
 * export default toWorker(compose(rateLimit({ limits: [{ name: 'rpm', quota: 100, window: '1 m' }] }), failover()), upstream());
 */
export function toWorker(
  middleware: Middleware,
  end: End,
  options: HandlerOptions = {},
): WorkerHandler {
  checkHandlerOptions(options, {}, 'toWorker()');
  const known = { name: 'workers', sharesIo: false, ...options.platform };
  const handler = toHandler(middleware, end, { ...options, platform: known });

  return {
    fetch: function worker(request, env, ctx) {
      const platform: Partial<Platform> = {
        clientAddress: request.headers.get('cf-connecting-ip') ?? undefined,
        env,
        native: ctx,
      };
      if (ctx === undefined) return handler(request, platform);
      // Called as a method: a Worker's context refuses to be called without itself.
      return handler(request, { ...platform, waitUntil: (work) => ctx.waitUntil(work) });
    },
  };
}
