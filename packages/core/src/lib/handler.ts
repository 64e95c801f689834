import { bindEnd } from './compose.ts';
import { createContext, fullPlatform } from './context.ts';
import type { GatewayEvent } from './events.ts';
import { answer, finishNatively } from './exchange.ts';
import { checkHandlerOptions } from './handler-options.ts';
import type { End, Middleware, Platform } from './types.ts';

export interface HandlerOptions {
  /** What the host vouches for. Anything left out is filled in with portable defaults. */
  platform?: Partial<Platform> | undefined;
  /** Requests with a larger body are refused with 413, in bytes. @default 20 MiB */
  maxBodyBytes?: number | undefined;
  /**
   * Hears every event of every exchange. It must not block. What it throws is a `background-error`, and a promise that it
   * answers is background work of the exchange.
   */
  onEvent?: ((event: GatewayEvent) => void) | undefined;
}

/** A fetch handler. The second argument says what is known of this one request, its peer's address for instance. */
export type Handler = (request: Request, platform?: Partial<Platform>) => Promise<Response>;

/**
 * The base of all hosts: a middleware and an end as one fetch handler. It never rejects.
 *
 * @throws {TypeError} for an option that it does not know, or of another type.
 * @example
 * const handler = toHandler(compose(logger(), failover()), upstream({ provider: openai() }));
 * const response = await handler(new Request('http://localhost/v1/chat/completions', { method: 'POST', … }));
 */
export function toHandler(middleware: Middleware, end: End, options: HandlerOptions = {}): Handler {
  checkHandlerOptions(options, {}, 'toHandler()');
  const run = bindEnd(middleware, end);
  const { onEvent, maxBodyBytes } = options;
  const base = fullPlatform(options.platform);
  return async function handler(request, platform) {
    const full = platform === undefined ? base : { ...base, ...platform };
    const context = createContext(request, { platform: full, maxBodyBytes });
    if (onEvent !== undefined) context.subscribe(onEvent);
    return finishNatively(await answer((own) => run(request, own), context), context);
  };
}
