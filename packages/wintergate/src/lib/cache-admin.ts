/** What an operator can do with the cache of a running gateway, over HTTP. */
import {
  bearerAuth,
  type Context,
  compose,
  createReply,
  defineMiddleware,
  errorResponse,
  type Middleware,
  RequestError,
} from '@wintergate/core';
import {
  type CacheItem,
  type CacheManager,
  manageCache,
  type WarmResult,
  warmCache,
} from '@wintergate/semantic-cache/manage';
import { z } from 'zod';

export interface CacheAdminOptions {
  /** Who may: `Authorization: Bearer` with this key. */
  readonly key: string;
  readonly cache: Middleware;
  /** What stands before the cache, for calls of callers. */
  readonly before: Middleware;
  /** Sent with calls whose caller is not told, such as the gateway's own key. */
  readonly callerKey: string | undefined;
}

const text = z.string().min(1);
const caller = text.optional();
const filter = z.strictObject({ id: text, tag: text, tenant: text, scope: text }).partial();
const bodies = {
  purge: z.union([z.strictObject({ all: z.literal(true) }), filter]),
  explain: z.strictObject({ prompt: text, model: text, system: text.optional(), caller }),
  warm: z.strictObject({
    rows: z
      .array(
        z.strictObject({
          prompt: text,
          answer: text,
          model: text.optional(),
          system: text.optional(),
        }),
      )
      .max(1000),
    model: text.optional(),
    system: text.optional(),
    caller,
  }),
};

/** Items of one answer at most. */
const maxListed = 1000;

/**
 * Serves `/admin/cache/…` to who has the key: `GET stats`, `GET entries` (both with `id`, `tag`, `tenant`
 * and `scope` as query), and with a JSON body `POST purge`, `POST explain`, `POST warm`. All else passes.
 */
export function cacheAdmin({ key, cache, before, callerKey }: CacheAdminOptions): Middleware {
  const manager = manageCache(cache);
  const guarded = compose(bearerAuth({ keys: { admin: key } }), defineMiddleware(undefined, serve));

  return defineMiddleware(undefined, function cacheAdmin(request, next, context) {
    if (!new URL(request.url).pathname.startsWith('/admin/')) return next();
    return guarded(request, next, context);
  });

  async function serve(request: Request, _next: unknown, context: Context): Promise<Response> {
    const { pathname, searchParams } = new URL(request.url);
    const action = `${request.method} ${pathname}`;
    switch (action) {
      case 'GET /admin/cache/stats':
        return json(await manager.stats(queryOf(searchParams)));
      case 'GET /admin/cache/entries':
        return json(await listed(manager, queryOf(searchParams)));
      case 'POST /admin/cache/purge': {
        const asked = read(bodies.purge, await context.json(request));
        const removed = await manager.purge('all' in asked ? 'all' : asked);
        return json({ removed: removed ?? null });
      }
      case 'POST /admin/cache/explain':
        return explain(read(bodies.explain, await context.json(request)));
      case 'POST /admin/cache/warm':
        return json({
          results: await warm(read(bodies.warm, await context.json(request)), context),
        });
      default: {
        const message = `Call GET /admin/cache/stats or entries, or POST /admin/cache/purge, explain or warm: there is no ${action.slice(0, 100)}`;
        return errorResponse(
          { status: 404, type: 'invalid_request_error', code: 'unknown_url', message },
          context,
        );
      }
    }
  }

  /** As the caller's own call would go, up to the cache. */
  async function explain({ prompt, model, system, caller }: z.infer<typeof bodies.explain>) {
    const looks = defineMiddleware(undefined, async (request, _next, context) =>
      json(await manager.explain(request, context)),
    );
    const messages = [
      ...(system === undefined ? [] : [{ role: 'system', content: system }]),
      { role: 'user', content: prompt },
    ];
    const request = new Request('http://gateway/v1/chat/completions', {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...credential(caller) },
      body: JSON.stringify({ model, messages }),
    });
    return compose(before, looks)(request, () => Promise.reject(new Error('Nobody is asked')));
  }

  async function warm(
    { rows, model, system, caller }: z.infer<typeof bodies.warm>,
    { platform }: Context,
  ): Promise<WarmResult[]> {
    const results: WarmResult[] = [];
    const { digest } = platform;
    await warmCache(compose(before, cache), rows, {
      model,
      system,
      headers: credential(caller),
      platform: { digest },
      onRow: (result) => results.push(result),
    });
    return results;
  }

  function credential(caller = callerKey): Record<string, string> {
    return caller === undefined ? {} : { authorization: `Bearer ${caller}` };
  }
}

async function listed(manager: CacheManager, asked: z.infer<typeof filter>) {
  const items: CacheItem[] = [];
  for await (const item of manager.list(asked)) {
    if (items.length === maxListed) return { items, more: true };
    items.push(item);
  }
  return { items, more: false };
}

function queryOf(parameters: URLSearchParams): z.infer<typeof filter> {
  return read(filter, Object.fromEntries(parameters));
}

/** @throws {RequestError} 400 naming what is wrong. */
function read<T>(schema: z.ZodType<T>, value: unknown): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const path = issue?.path.join('.');
  throw new RequestError({
    status: 400,
    type: 'invalid_request_error',
    code: 'invalid_body',
    message: `${path ? `${path}: ` : ''}${issue?.message ?? 'unreadable'}`,
  });
}

function json(value: unknown): Response {
  return createReply({
    headers: { 'content-type': 'application/json', 'cache-control': 'no-store' },
    body: JSON.stringify(value),
  });
}
