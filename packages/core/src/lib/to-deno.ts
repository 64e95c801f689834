import { bindEnd } from './compose.ts';
import { createContext, fullPlatform } from './context.ts';
import { answer, finishNatively } from './exchange.ts';
import type { HandlerOptions } from './handler.ts';
import { checkHandlerOptions } from './handler-options.ts';
import { outcomeKey } from './outcome.ts';
import { sharing } from './shares-io.ts';
import type { Context, End, Middleware } from './types.ts';

/** The part of Deno's second argument that is used. */
export interface DenoInfo {
  readonly remoteAddr?: { readonly transport: string; readonly hostname?: string };
}

/** For `export default` under `deno serve`, and for `Deno.serve`. */
export interface DenoHandler {
  fetch(request: Request, info?: DenoInfo): Promise<Response>;
}

/**
 * Serves a chain on Deno and Deno Deploy. The caller's address is `info.remoteAddr`.
 *
 * Deno prints one line about `request.signal`, which also fires after whole replies; that is
 * handled here, and nothing else tells of a caller who leaves before the reply.
 * `deno serve --unstable-no-legacy-abort` silences it.
 *
 * @param middleware the chain, usually from `compose`.
 * @param end what lies inside: `upstream()`, or any fetch handler.
 * @throws {TypeError} for an option that it does not know.
 * @example
 * export default toDeno(compose(logger(), failover()), upstream());
 * // or: Deno.serve({ port: 8787 }, toDeno(logger(), upstream()).fetch);
 */
export function toDeno(
  middleware: Middleware,
  end: End,
  options: HandlerOptions = {},
): DenoHandler {
  checkHandlerOptions(options, {}, 'toDeno()');
  const run = bindEnd(middleware, end);
  const { maxBodyBytes, onEvent, platform: given } = options;
  const base = fullPlatform({ name: 'deno', ...sharing(given?.sharesIo ?? true), ...given });

  return {
    async fetch(request, info) {
      const platform = { ...base, clientAddress: info?.remoteAddr?.hostname, native: info };
      const caller = new AbortController();
      const signal = caller.signal;
      const context = createContext(request, { platform, signal, maxBodyBytes });
      followCaller(request.signal, caller, context);
      if (onEvent !== undefined) context.subscribe(onEvent);
      return finishNatively(await answer((own) => run(request, own), context), context);
    },
  };
}

/** Deno aborts `request.signal` after every reply, also after one that was sent whole. */
function followCaller(signal: AbortSignal, caller: AbortController, context: Context): void {
  signal.addEventListener(
    'abort',
    () => {
      if (context.get(outcomeKey)?.ended === undefined) caller.abort(signal.reason);
    },
    { once: true },
  );
}
