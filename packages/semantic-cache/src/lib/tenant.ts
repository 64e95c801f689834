/** Whose entries these are. */
import { type Context, createRecencyMap, tenantKey } from '@wintergate/core';
import type { ModelCall } from '@wintergate/wire';

/** A fixed tenant, or one read from the request. `undefined` and `''`: nobody, so nothing is cached. */
export type TenantOption =
  | string
  | ((
      request: Request,
      context: Context,
      call: ModelCall,
    ) => string | undefined | Promise<string | undefined>);

const credentialHeaders = ['authorization', 'x-api-key', 'api-key', 'x-goog-api-key'];
/** Digests remembered; the oldest go first. */
const maxRemembered = 1000;

/**
 * Answers the tenant of a request: the option's, else the identity that auth set, else a keyed
 * digest of the caller's own credential. The prefix keeps the kinds apart.
 *
 * @param secret keys the digest.
 */
export function createTenantReader(
  option: TenantOption | undefined,
  secret: () => string,
): (
  request: Request,
  context: Context,
  call: ModelCall,
) => string | undefined | Promise<string | undefined> {
  const remembered = createRecencyMap<string, string>();

  function digestOf(credential: string, context: Context): string | Promise<string> {
    const known = remembered.get(credential);
    if (known !== undefined) return known;
    const digest = context.platform.digest(credential, secret());
    if (typeof digest === 'string') return remember(credential, digest);
    return digest.then((value) => remember(credential, value));
  }

  function remember(credential: string, digest: string): string {
    if (remembered.size >= maxRemembered) remembered.delete(remembered.oldest()!.key);
    const tenant = `credential:${digest}`;
    remembered.set(credential, tenant);
    return tenant;
  }

  return function readTenant(request, context, call) {
    if (typeof option === 'string') return named('option', option);
    if (option !== undefined) return fromFunction(option, request, context, call);
    const identity = context.get(tenantKey);
    if (identity !== undefined && identity !== '') return `auth:${identity}`;
    // Inside an SDK the credential says who pays, not whose data it is.
    if (context.platform.client === true) return undefined;
    const credential = credentialOf(request);
    return credential === undefined ? undefined : digestOf(credential, context);
  };
}

async function fromFunction(
  option: Exclude<TenantOption, string>,
  request: Request,
  context: Context,
  call: ModelCall,
): Promise<string | undefined> {
  try {
    return named('option', await option(request, context, call));
  } catch (error) {
    context.emit({ type: 'background-error', message: `Cache tenant failed: ${String(error)}` });
    return undefined;
  }
}

function named(kind: string, tenant: unknown): string | undefined {
  return typeof tenant === 'string' && tenant !== '' ? `${kind}:${tenant}` : undefined;
}

/**
 * Everything by which the caller proves who they are, as one text. A cookie alone proves nothing,
 * but together with a credential that many may share it can tell users apart.
 */
function credentialOf(request: Request): string | undefined {
  const { headers, url } = request;
  const found: (string | null)[] = credentialHeaders.map((name) => headers.get(name));
  found.push(url.includes('key=') ? new URL(url).searchParams.get('key') : null);
  if (found.every((value) => value === null || value === '')) return undefined;
  found.push(headers.get('cookie'));
  return JSON.stringify(found);
}
