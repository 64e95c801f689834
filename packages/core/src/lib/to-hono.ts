import type { Context as HonoContext, Next as HonoNext, MiddlewareHandler } from 'hono';
import { abortOf } from './aborter.ts';
import { asMemoAware, bindEnd, compose, partsOf, roleInChain } from './compose.ts';
import { createContext, fullPlatform } from './context.ts';
import { answer, finishNatively } from './exchange.ts';
import type { HandlerOptions } from './handler.ts';
import { checkHandlerOptions } from './handler-options.ts';
import { checkOrder, type RoleInChain } from './order.ts';
import { addReplyStage, createReply } from './reply.ts';
import { cancelReply } from './reply-run.ts';
import { sharing } from './shares-io.ts';
import { HonoNextError } from './to-hono-error.ts';
import { fromHonoRequest, toHonoRequest } from './to-hono-request.ts';
import type { Context, End, Middleware, Next, Platform } from './types.ts';

export interface HonoOptions extends HandlerOptions {
  /**
   * The peer's address as the host vouches for it, usually by the `getConnInfo` of Hono's adapter:
   * `(c) => getConnInfo(c).remote.address`. A failure leaves the address unknown.
   *
   * @default unknown
   */
  clientAddress?: ((c: HonoContext) => string | undefined) | undefined;
  /**
   * Answers in place of the handlers further in, such as `upstream()`, and may be called again. What the chain passes on
   * need not be made a request of the platform's for it.
   *
   * @default Hono's next handler
   */
  end?: End | undefined;
}

/** A mount and those outside of it, for the order check: each combination is checked once. */
interface Chain {
  readonly roles: readonly RoleInChain[];
  readonly inside: WeakMap<object, Chain>;
}

/** What the mounts of one request share. */
interface HonoState {
  chain: Chain;
  /** Of the attempt under way. */
  context: Context;
  /** What the chain passed on, and what Hono got for it. */
  request: Request;
  raw: Request;
}

const stateKey = Symbol.for('@wintergate/core/hono');

/**
 * Mounts a chain as Hono middleware. Several mounts of one request share one Context; their order is
 * checked on the first request that meets them. Handlers further in find the request as the chain
 * left it, with an unread body, and can be called once: a chain that retries needs an `end`.
 *
 * With an `executionCtx` background work is handed to it. `platform.sharesIo` is `false` on runtimes
 * that bind I/O to a request; set `platform: { sharesIo: false }` for others of that kind.
 *
 * @param middleware one middleware, or a chain from `compose`.
 * @throws {TypeError} for an option that it does not know.
 * @throws {OrderError} from the handler, when mounts stand in an order that opens a hole.
 * @throws {HonoNextError} from the handler, when a middleware calls `next` again.
 * @example
 * app.use('/v1/*', toHono(promptGuard()));
 * app.post('/v1/*', toHono(compose(semanticCache({ tenant: 'shared' }), failover()), { end: upstream() }));
 */
export function toHono(middleware: Middleware, options: HonoOptions = {}): MiddlewareHandler {
  checkHandlerOptions(options, { clientAddress: 'function', end: 'function' }, 'toHono()');
  const chain = compose(middleware);
  const roles = partsOf(chain).map(roleInChain);
  const alone: Chain = { roles, inside: new WeakMap() };
  const { clientAddress, maxBodyBytes, onEvent, platform: given } = options;
  const whole = options.end === undefined ? undefined : bindEnd(chain, options.end);
  const run: Middleware =
    whole === undefined ? chain : (request, _next, context) => whole(request, context as Context);
  const base = fullPlatform({ name: 'hono', ...sharing(given?.sharesIo), ...given });

  return async function wintergate(c, next) {
    const outer = (c as { [stateKey]?: HonoState })[stateKey];
    if (outer !== undefined) {
      outer.chain = chainInside(outer.chain, alone, roles);
      return mountInside(c, next, run, outer);
    }
    const request = fromHonoRequest(c);
    const platform = { ...base, ...hostFacts(c, clientAddress) };
    const context = createContext(request, { platform, maxBodyBytes });
    if (onEvent !== undefined) context.subscribe(onEvent);
    const state: HonoState = { chain: alone, context, request, raw: c.req.raw };
    Object.assign(c, { [stateKey]: state });
    const inward = onceInward(c, next, state);
    const response = await answer((own) => run(request, inward.next, own), context);
    replaceReply(c, finishNatively(response, context), inward);
  };
}

/** A mount inside of another: one more part of its chain, with its Context. */
async function mountInside(
  c: HonoContext,
  next: HonoNext,
  run: Middleware,
  state: HonoState,
): Promise<void> {
  const { context } = state;
  // Replaced by somebody else in between: what was remembered is of another body.
  if (state.raw !== c.req.raw) {
    state.request = fromHonoRequest(c);
    state.raw = c.req.raw;
  }
  const inward = onceInward(c, next, state);
  let response: Response;
  try {
    response = await run(state.request, inward.next, context);
  } catch (error) {
    // An abort is the outermost mount's to end, and never reaches the app's error handler.
    if (!abortOf(context).aborted) throw error;
    response = createReply({ status: 499 });
  }
  replaceReply(c, response, inward);
}

interface Inward {
  readonly next: Next;
  /** What a middleware did that Hono can not do. */
  misuse: HonoNextError | undefined;
}

function onceInward(c: HonoContext, next: HonoNext, state: HonoState): Inward {
  const { request: given, context: around } = state;
  let called = false;
  const inward: Inward = {
    misuse: undefined,
    next: asMemoAware(async (request: Request = given, context: Context = around) => {
      if (called) {
        inward.misuse = new HonoNextError();
        throw inward.misuse;
      }
      called = true;
      state.raw = toHonoRequest(c, request, given, context);
      state.request = request;
      state.context = context;
      await next();
      const { aborted, reason } = abortOf(context);
      if (aborted) throw reason;
      // With an error handler next() does not throw: the answer to a failure looks like any other.
      return c.error === undefined ? c.res : addReplyStage(c.res, failed, context);
    }),
  };
  return inward;
}

/** Ends the exchange as failed; the error handler's answer leaves as it is. */
const failed = /* @__PURE__ */ Object.freeze({
  name: 'hono-error',
  end: (out: { end(ended: 'failed'): void }) => out.end('failed'),
});

function replaceReply(c: HonoContext, response: Response, { misuse }: Inward): void {
  if (misuse !== undefined) {
    cancelReply(response, misuse);
    throw misuse;
  }
  if (c.finalized && c.res === response) return;
  // Assigning over a reply merges the old headers into the new ones.
  c.res = undefined;
  c.res = response;
}

function chainInside(outer: Chain, mount: Chain, roles: readonly RoleInChain[]): Chain {
  let chain = outer.inside.get(mount);
  if (chain === undefined) {
    chain = { roles: [...outer.roles, ...roles], inside: new WeakMap() };
    checkOrder(chain.roles);
    outer.inside.set(mount, chain);
  }
  return chain;
}

function hostFacts(c: HonoContext, clientAddress: HonoOptions['clientAddress']): Partial<Platform> {
  const facts = { env: c.env as unknown, native: c, clientAddress: addressOf(c, clientAddress) };
  const executionCtx = executionCtxOf(c);
  if (executionCtx === undefined) return facts;
  return { ...facts, waitUntil: (work) => executionCtx.waitUntil(work) };
}

/** The getter throws where there is none. Nobody sees that error: its stack would take longer than all else here. */
function executionCtxOf(c: HonoContext): HonoContext['executionCtx'] | undefined {
  const traces = Error as { stackTraceLimit?: number | undefined };
  const { stackTraceLimit } = traces;
  traces.stackTraceLimit = 0;
  try {
    return c.executionCtx;
  } catch {
    return undefined;
  } finally {
    traces.stackTraceLimit = stackTraceLimit;
  }
}

function addressOf(c: HonoContext, read: HonoOptions['clientAddress']): string | undefined {
  try {
    return read?.(c);
  } catch {
    return undefined;
  }
}
