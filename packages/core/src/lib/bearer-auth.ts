import { checkOptions } from './check-options.ts';
import { defineMiddleware } from './compose.ts';
import { errorResponse } from './error-response.ts';
import { tenantKey } from './outcome.ts';
import { rewrite } from './request.ts';
import type { Context, Middleware } from './types.ts';

export interface BearerAuthOptions {
  /** The accepted keys: a list (each key its own tenant), or a record from tenant name to key. */
  keys: readonly string[] | Readonly<Record<string, string>>;
  /**
   * Where a key may stand, besides `Authorization: Bearer`: the headers in which the SDKs of other
   * dialects send theirs. @default ['x-api-key', 'api-key', 'x-goog-api-key']
   */
  headers?: readonly string[] | undefined;
}

/**
 * Lets in who presents one of the keys, compares in constant time, and sets `tenantKey`. The key
 * is taken off the request: it is ours, and no upstream sees it. Everybody else gets a 401 in the
 * caller's dialect.
 *
 * @throws {TypeError} without keys, or with one that no header can carry whole.
 * @example
 * compose(bearerAuth({ keys: { blue: env.BLUE_KEY, green: env.GREEN_KEY } }), …)
 */
export function bearerAuth(options: BearerAuthOptions): Middleware {
  checkOptions(options, { keys: 1, headers: 'string[]' }, 'bearerAuth()');
  const { headers = ['x-api-key', 'api-key', 'x-goog-api-key'] } = options;
  const list = Array.isArray(options.keys);
  // Its letters would all be keys.
  if (typeof options.keys === 'string')
    throw new TypeError('Expected "keys" to be a list of keys, or a record of them: got string');
  const entries = Object.entries((options.keys ?? {}) as Record<string, string>);
  if (entries.length === 0) throw new TypeError('Give at least one key in "keys"');
  for (const [name, key] of entries) {
    if (typeof key !== 'string' || !/^[\x21-\x7e]+$/.test(key))
      throw new TypeError(`Expected a non-empty key without spaces: keys.${name}`);
  }
  const taken = Object.fromEntries(
    ['authorization', ...headers].map((name) => [name.toLowerCase(), null]),
  );
  // The value and not its promise: on Workers one request may not await another's.
  let known: readonly { digest: string; tenant: string }[] | undefined;

  async function digests(context: Context): Promise<readonly { digest: string; tenant: string }[]> {
    return Promise.all(
      entries.map(async ([name, key]) => {
        const digest = await context.platform.digest(key);
        return { digest, tenant: list ? `key-${digest.slice(0, 16)}` : name };
      }),
    );
  }

  return defineMiddleware('auth', async function bearerAuth(request, next, context) {
    const presented = presentedKey(request, headers);
    known ??= await digests(context);
    // Digests of equal length are compared whole and with all keys, so that timing tells nothing.
    const digest = await context.platform.digest(presented ?? '');
    let tenant: string | undefined;
    for (const one of known) if (equal(one.digest, digest)) tenant = one.tenant;
    if (presented === undefined || tenant === undefined) return refuse(presented, context);
    context.set(tenantKey, tenant);
    return next(rewrite(request, { headers: taken }, context));
  });
}

function presentedKey(request: Request, headers: readonly string[]): string | undefined {
  const bearer = /^bearer +(\S+) *$/i.exec(request.headers.get('authorization') ?? '')?.[1];
  if (bearer !== undefined) return bearer;
  for (const name of headers) {
    const value = request.headers.get(name);
    if (value !== null && value !== '') return value;
  }
  return undefined;
}

function refuse(presented: string | undefined, context: Context): Response {
  return errorResponse(
    {
      status: 401,
      type: 'authentication_error',
      code: presented === undefined ? 'missing_api_key' : 'invalid_api_key',
      message:
        presented === undefined
          ? 'Send a key as "Authorization: Bearer …"'
          : 'Send a key that this gateway knows',
      headers: { 'www-authenticate': 'Bearer' },
    },
    context,
  );
}

function equal(a: string, b: string): boolean {
  let difference = a.length ^ b.length;
  for (let at = 0; at < a.length; at++) difference |= a.charCodeAt(at) ^ b.charCodeAt(at);
  return difference === 0;
}
