/** The logger: listens to an exchange and writes one record when it is over. */
import { type Context, defineMiddleware, type Middleware } from '@wintergate/core';
import { callKey, type ModelCall, readCall } from '@wintergate/wire';
import { redactionMargin } from './content.ts';
import { collect, createExchange, type Exchange } from './exchange.ts';
import { observe } from './observe.ts';
import { type LoggerOptions, resolveOptions } from './options.ts';
import { createQueue } from './queue.ts';
import { isNotable, toRecord } from './record.ts';
import { type SealState, seal } from './seal.ts';

/**
 * Creates the logger. It writes one record for each exchange, once everything of it is settled:
 * streams, aborts, errors and cache hits alike. It never alters or delays a request or a reply, and
 * never fails one: a sink that fails or is too slow loses records, which the next record counts.
 *
 * @throws {TypeError | RangeError} when an option is wrong, naming it.
 * @example
 * import * as prices from '@wintergate/wire/prices';
 * compose(logger({ prices, sink: jsonLinesSink((lines) => process.stdout.write(lines)) }), failover());
 */
export function logger(options: LoggerOptions = {}): Middleware {
  const settings = resolveOptions(options);
  const { now, readEarly, sample, random } = settings;
  const queue = createQueue<Exchange>(
    (item, dropped) => toRecord(item, settings, dropped),
    settings,
  );
  const maxContentChars =
    settings.redact === undefined ? 0 : settings.maxContentChars + redactionMargin;

  function listen(exchange: Exchange, state: SealState): void {
    const { platform } = state.context;
    let left: (() => void) | undefined;
    // The host is asked now: once the reply has ended it may not listen any more. Not through
    // context.waitUntil, which the end of the exchange waits for.
    platform.waitUntil?.(new Promise<void>((resolve) => (left = resolve)));
    const unsubscribe = state.context.subscribe((event) => {
      collect(exchange, event);
      if (event.type !== 'exchange-end') return;
      unsubscribe();
      if (!exchange.sampled && !isNotable(exchange)) {
        left?.();
        return;
      }
      seal(exchange, state, settings);
      const written = queue.add(exchange, !platform.sharesIo);
      if (left !== undefined) void written.then(left);
    });
  }

  return defineMiddleware('logger', async function logger(request, next, context) {
    const exchange = createExchange(now(), sample === 1 || random() < sample);
    const state: SealState & { call: ModelCall | undefined } = {
      request,
      context,
      call: undefined,
    };
    listen(exchange, state);
    exchange.contentLength = lengthOf(request);
    if (readEarly) state.call = await readQuietly(request, context);
    const response = await next();
    const call = (state.call ??= context.get(callKey));
    exchange.notices = response.headers.get('x-wintergate-notice') ?? undefined;
    // A refusal has nothing to observe, and its text may repeat the prompt.
    if (call === undefined || response.status >= 400) return response;
    return observe(response, call, context, { exchange, now, maxContentChars });
  });
}

/** A body that is no call is for others to refuse, as long as they can still read it. */
async function readQuietly(request: Request, context: Context): Promise<ModelCall | undefined> {
  try {
    return await readCall(request, context);
  } catch (error) {
    if (request.bodyUsed && !context.replayable(request)) throw error;
    return undefined;
  }
}

function lengthOf(request: Request): number | undefined {
  const length = request.headers.get('content-length');
  return length !== null && /^\d{1,15}$/.test(length) ? Number(length) : undefined;
}
