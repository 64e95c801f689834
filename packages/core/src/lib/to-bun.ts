import { type HandlerOptions, toHandler } from './handler.ts';
import { checkHandlerOptions } from './handler-options.ts';
import { sharing } from './shares-io.ts';
import { findBunDigest } from './to-bun-digest.ts';
import type { End, Middleware, Platform } from './types.ts';

/** The part of Bun's server that is used. */
export interface BunServer {
  requestIP(request: Request): { readonly address: string } | null;
}

/** What `Bun.serve` takes, or a file's default export. */
export interface BunHandler {
  fetch(request: Request, server?: BunServer): Promise<Response>;
  /** Seconds. */
  readonly idleTimeout: number;
}

export interface BunOptions extends HandlerOptions {
  /**
   * Seconds a connection may be silent before Bun closes it: 0 to 255, 0 for no limit. Bun's own
   * default of 10 s cuts off models that think before they answer.
   *
   * @default 255
   */
  idleTimeout?: number | undefined;
}

/**
 * Serves a chain on Bun. The caller's address is what `server.requestIP` says, and digests are
 * synchronous.
 *
 * Bun's `fetch` has at most 256 calls under way; further ones wait until one of them has ended, streams included.
 * The environment variable `BUN_CONFIG_MAX_HTTP_REQUESTS` allows more, where it is set before Bun starts.
 *
 * @param middleware the chain, usually from `compose`.
 * @param end what lies inside: `upstream()`, or any fetch handler.
 * @throws {TypeError} for an option that it does not know.
 * @throws {RangeError} when `idleTimeout` is not a whole number from 0 to 255.
 * @example
 * export default toBun(compose(logger(), failover()), upstream());
 * // or: Bun.serve({ port: 8787, ...toBun(logger(), upstream()) });
 */
export function toBun(middleware: Middleware, end: End, options: BunOptions = {}): BunHandler {
  checkHandlerOptions(options, { idleTimeout: 1 }, 'toBun()');
  const { idleTimeout = 255, ...rest } = options;
  if (!Number.isInteger(idleTimeout) || idleTimeout < 0 || idleTimeout > 255) {
    throw new RangeError(`Expected "idleTimeout" to be 0 to 255 seconds: ${idleTimeout}`);
  }
  const digest = findBunDigest();
  const platform: Partial<Platform> = {
    name: 'bun',
    ...sharing(rest.platform?.sharesIo ?? true),
    ...(digest !== undefined && { digest }),
    ...rest.platform,
  };
  const handler = toHandler(middleware, end, { ...rest, platform });

  return {
    idleTimeout,
    fetch: function bun(request, server) {
      return handler(request, {
        clientAddress: server?.requestIP(request)?.address,
        native: server,
      });
    },
  };
}
