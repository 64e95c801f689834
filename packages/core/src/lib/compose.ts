/** Composition: middlewares into one, checked and flattened once, when they are composed. */
import { abortOf } from './aborter.ts';
import { checked } from './checked-response.ts';
import { contextOf } from './context.ts';
import { toErrorResponse } from './error-response.ts';
import { BodyNotReplayableError } from './errors.ts';
import { answerAlone } from './exchange.ts';
import { checkOrder, type RoleInChain } from './order.ts';
import { toNativeRequest } from './request.ts';
import type { Context, End, Middleware, Next, Role } from './types.ts';

/** A middleware as core calls it: always with a context, with requests that need not be native. */
export type Layer = (
  request: Request,
  next: Next,
  context: Context,
) => Response | Promise<Response>;

interface OwnMiddleware extends Middleware {
  readonly [layerKey]: Layer;
  /** The flat list of a composed middleware. */
  readonly [partsKey]?: readonly Middleware[];
}

const layerKey = Symbol.for('@wintergate/core/layer');
const partsKey = Symbol.for('@wintergate/core/parts');
const unorderedKey = Symbol.for('@wintergate/core/unordered');

/** On a `next` or an end: it takes requests of ours as they are. Others get the platform's own. */
export const memoAware = /* @__PURE__ */ Symbol.for('@wintergate/core/memo-aware');

/**
 * Makes a middleware of a function that always gets a context and knows our requests.
 *
 * @param role its place in the order; `undefined` for one that may stand anywhere.
 * @example
 * const stamp = defineMiddleware(undefined, async function stamp(request, next, context) {
 *   return rewriteReply(await next(), { headers: { 'x-stamp': context.requestId } }, context);
 * });
 */
export function defineMiddleware(role: Role | undefined, layer: Layer): Middleware {
  function middleware(
    request: Request,
    next: Next,
    context?: Context,
  ): Response | Promise<Response> {
    const inner = aware(next);
    const found = context ?? contextOf(request);
    if (found !== undefined) return layer(request, inner, found);
    return answerAlone(
      (own) => layer(request, (changed, at) => inner(changed ?? request, at ?? own), own),
      request,
    );
  }
  // The role first: bundlers rename functions that are called as what makes them.
  Object.defineProperty(middleware, 'name', { value: role ?? (layer.name || 'middleware') });
  return Object.assign(middleware, { role, [layerKey]: layer });
}

/** A `next` that may be handed any request of ours. */
function aware(next: Next): Next {
  if (isMemoAware(next)) return next;
  return (request, context) =>
    next(request === undefined ? undefined : toNativeRequest(request), context);
}

/**
 * Composes middlewares into one; the first listed is outermost. Composed once, not per request.
 * Errors become answers: a `RequestError` in the caller's dialect, any other a 500 that tells nothing.
 *
 * @throws {OrderError} for an order that opens a hole, such as a cache outside a guard.
 * @throws {TypeError} for what is no middleware, an end such as `upstream()` among it.
 * @example
 * const chain = compose(logger(), semanticCache(), failover());
 */
export function compose(...middleware: readonly Middleware[]): Middleware {
  const parts = middleware.flatMap((one, at) => {
    if (typeof one !== 'function')
      throw new TypeError(`Expected a middleware at position ${at}: ${typeof one}`);
    const { [layerKey]: layer, [partsKey]: inner } = one as Partial<OwnMiddleware>;
    if (layer === undefined && isMemoAware(one))
      throw new TypeError(
        `Give "${one.name}" to the host as its end: no chain can go on behind it`,
      );
    return inner ?? [one];
  });
  checkOrder(parts.map(roleInChain));
  const layers = parts.map(toLayer);
  const whole = defineMiddleware(undefined, function composed(request, next, context) {
    return runFrom(layers, 0, request, context, next);
  });
  return Object.assign(whole, { [partsKey]: parts });
}

/**
 * Takes a middleware out of the order check.
 *
 * @param reason why its place is safe; for the reader of the code.
 * @throws {TypeError} without a reason.
 */
export function unordered(middleware: Middleware, reason: string): Middleware {
  if (typeof reason !== 'string' || reason.trim() === '')
    throw new TypeError('Give a reason for the unusual order');
  const layer = toLayer(middleware);
  const wrapped = defineMiddleware(middleware.role, layer);
  return Object.assign(wrapped, { [unorderedKey]: reason });
}

/** What the order check sees of a middleware. */
export function roleInChain(middleware: Middleware): RoleInChain {
  const ordered = (middleware as { [unorderedKey]?: string })[unorderedKey] === undefined;
  return {
    role: ordered ? middleware.role : undefined,
    name: middleware.name || middleware.role || 'middleware',
  };
}

/** The flat list of a middleware's parts. */
export function partsOf(middleware: Middleware): readonly Middleware[] {
  return (middleware as OwnMiddleware)[partsKey] ?? [middleware];
}

/** Binds a chain to its end. What it returns never rejects but for an abort. */
export function bindEnd(
  middleware: Middleware,
  end: End,
): (request: Request, context: Context) => Promise<Response> {
  const layers = partsOf(middleware).map(toLayer);
  const last = endAsNext(end);
  return (request, context) => runFrom(layers, 0, request, context, last);
}

function endAsNext(end: End): Next {
  if (typeof end !== 'function')
    throw new TypeError(`Give an end such as upstream(): got ${typeof end}`);
  if ((end as Partial<OwnMiddleware>)[layerKey] !== undefined)
    throw new TypeError(`Give an end such as upstream(): "${end.name}" is a middleware`);
  const own = isMemoAware(end);
  // Whoever calls it awaits it, and catches what it throws.
  return ((request: Request, context: Context) =>
    end(own ? request : toNativeRequest(request), context)) as Next;
}

function isMemoAware(one: object): boolean {
  return (one as { [memoAware]?: true })[memoAware] === true;
}

/** Brands an end or a `next` as one that takes our requests as they are. */
export function asMemoAware<F extends End | Next>(end: F): F {
  return Object.assign(end, { [memoAware]: true });
}

function toLayer(middleware: Middleware): Layer {
  const own = (middleware as OwnMiddleware)[layerKey];
  if (own !== undefined) return own;
  // Another framework's function: it gets a request of the platform's own, whose body it may spend.
  return async function foreign(request, next, context) {
    if (isJson(request) && !context.replayable(request)) await context.bytes(request);
    return middleware(toNativeRequest(request), next, context);
  };
}

function isJson(request: Request): boolean {
  return /^[^;]*[/+]json\b/i.test(request.headers.get('content-type') ?? '');
}

async function runFrom(
  layers: readonly Layer[],
  at: number,
  request: Request,
  context: Context,
  end: Next,
): Promise<Response> {
  const layer = layers[at];
  try {
    if (layer === undefined) return checked(await end(request, context), 'end');
    let called = false;
    const response = await layer(
      request,
      (changed = request, inner = context) => {
        if (called && !inner.replayable(changed))
          return Promise.reject(new BodyNotReplayableError());
        called = true;
        return runFrom(layers, at + 1, changed, inner, end);
      },
      context,
    );
    return checked(response, 'middleware');
  } catch (error) {
    // An abort ends the exchange; it is nobody's error to answer.
    if (abortOf(context).aborted) throw error;
    if (BodyNotReplayableError.isInstance(error) && layer === undefined) throw error;
    return toErrorResponse(error, context);
  }
}
