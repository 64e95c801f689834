import {
  atOnce,
  type Context,
  defineMiddleware,
  isPromise,
  type Middleware,
  type Next,
} from '@wintergate/core';
import { type ModelCall, readCall } from '@wintergate/wire';
import { type RequestDirectives, readCacheControl, readDirectives } from './cache-control.ts';
import { exactKey, keyHead } from './cache-key.ts';
import { canonicalCall } from './canonical-call.ts';
import { createDepartures } from './departures.ts';
import { createEntryAccess } from './entry-access.ts';
import { createLookup } from './lookup.ts';
import type { SemanticCacheOptions } from './options.ts';
import { type CacheParts, partsKey, type Refusal } from './parts.ts';
import { type Reach, reachOf } from './reply-rules.ts';
import { createSecret } from './secret.ts';
import { resolveOptions, type Settings } from './settings.ts';
import { createTenantReader } from './tenant.ts';
import { notCached, type Visit, withStatus } from './visit.ts';

/**
 * Creates the cache: answers a call from an identical or a similar one of the same tenant, and
 * sends identical calls that come at the same time upstream once.
 *
 * Fails open: a store, index or embedder that fails, is slow or lies makes a miss, never an error.
 * Fails closed on identity: a caller that nothing identifies is neither answered from the cache nor
 * stored. A reply is kept only when it is complete, its exchange ended well and no guard blocked it.
 *
 * @throws {TypeError | RangeError} for options that can not work, such as a store outside the
 * process without a `secret`.
 * @example
 * const chain = compose(promptGuard(), semanticCache({ tenant: 'shared' }), failover());
 */
export function semanticCache(options: SemanticCacheOptions = {}): SemanticCache {
  const settings = resolveOptions(options);
  const secret = createSecret(settings.secret);
  const readTenant = createTenantReader(settings.tenant, secret);
  const access = createEntryAccess(settings, secret);
  const lookup = createLookup(settings, access);
  const departures = createDepartures(settings, access, lookup);

  async function admit(
    request: Request,
    next: Next,
    context: Context,
  ): Promise<Visit | Refusal | undefined> {
    const call = await readCall(request, context);
    if (call === undefined) return undefined;
    const started = performance.now();
    const directives = settings.cacheControl
      ? readDirectives(request.headers)
      : readCacheControl(null);
    const reach = reachFor(call, directives, settings);
    if (typeof reach === 'object') return { ...reach, directives };
    const asked = readTenant(request, context, call);
    const tenant = isPromise(asked) ? await asked : asked;
    if (tenant === undefined) return { refused: 'no-tenant', directives };

    const own = canonicalCall(call, settings.scope, request);
    if ('refused' in own) return { ...own, directives };
    const { canonical, add } = own;

    const { endUser, version, keyHeaders: headers } = settings;
    const head = keyHead(request, context, call, { tenant, endUser, version, headers, add });
    const made = access.keyOf(exactKey(head, canonical, directives.key), context);
    const key = isPromise(made) ? await made : made;
    return {
      request,
      next,
      context,
      call,
      directives,
      key,
      identified: { head, identity: canonical.identity, scope: canonical.scope },
      place: undefined,
      reach,
      tenant,
      started,
      fork: undefined,
    };
  }

  const middleware = defineMiddleware(
    'semanticCache',
    async function semanticCache(request, next, context) {
      const visit = await admit(request, next, context);
      if (visit === undefined) return next();
      if ('refused' in visit) return bypass(visit.refused, visit.directives, next, context);
      const { directives } = visit;
      if (directives.noCache) {
        if (directives.onlyIfCached) return notCached(context, undefined);
        return departures.take(visit, { fwd: 'request', detail: 'no-cache' });
      }
      const found = lookup.exact(visit);
      const result = isPromise(found) ? await found : found;
      if ('response' in result) return result.response;
      if (!directives.onlyIfCached) return departures.take(visit, result.why, result.stale);
      const similar = await lookup.similar(visit);
      return (similar.hit && lookup.reply(visit, similar.hit)) ?? notCached(context, undefined);
    },
  );
  const parts: CacheParts = { settings, access, lookup, admit };
  return Object.assign(middleware, { [partsKey]: parts });
}

/** The middleware. `manageCache()` of `@wintergate/semantic-cache/manage` lists, removes and explains. */
export interface SemanticCache extends Middleware {
  readonly [partsKey]: CacheParts;
}

function reachFor(
  call: ModelCall,
  { noStore, key }: RequestDirectives,
  { maxTemperature, cacheable }: Settings,
): Reach | { readonly refused: string } {
  if (noStore) return { refused: 'no-store' };
  const reach = reachOf(call, maxTemperature);
  if (typeof reach === 'object') return reach;
  // A name of the caller's own is like no other.
  const own = key === undefined ? reach : 'exact';
  try {
    const decided = atOnce(cacheable?.(call) ?? true, 'cacheable');
    if (decided === true) return own;
    return decided === 'exact' ? 'exact' : { refused: 'not-cacheable' };
  } catch {
    return { refused: 'not-cacheable' };
  }
}

/** Neither looked up nor stored. */
async function bypass(
  detail: string,
  { onlyIfCached }: RequestDirectives,
  next: Next,
  context: Context,
): Promise<Response> {
  context.emit({ type: 'cache-lookup', result: 'bypass', detail, durationMs: 0 });
  if (onlyIfCached) return notCached(context, detail);
  return withStatus(await next(), { fwd: 'bypass', detail }, context);
}
