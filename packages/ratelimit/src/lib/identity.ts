/** Whom a request is counted for. */
import { type Context, createRecencyMap, tenantKey } from '@wintergate/core';
import { addressKey, forwardedAddress } from './client-address.ts';
import type { LimitKey, LimitState } from './options.ts';

export interface IdentityOptions {
  readonly secret: string | undefined;
  readonly trustProxy: number;
  /** Most digests remembered. @default 10_000 */
  readonly maxDigests?: number | undefined;
}

/** Nobody in particular: one bucket for all who can not be told apart. */
export const anonymous = 'anonymous';

const credentialHeaders = ['authorization', 'x-api-key', 'api-key', 'x-goog-api-key'] as const;
/** 128 bits of the digest, in hex. */
const digestLength = 32;
/** Longer identities are digested anew each time rather than kept. */
const longestRemembered = 1024;

/**
 * Creates the function that names the buckets of a caller: digests of 128 bits, never the identity
 * itself. One bucket, or two for a caller who is known by credential and address alone: whoever may
 * invent a credential still comes from one address. Digests are remembered, so that a returning
 * caller costs a lookup.
 */
export function createIdentifier(
  options: IdentityOptions,
): (
  key: LimitKey | ((state: LimitState) => unknown),
  state: LimitState,
) => readonly string[] | Promise<readonly string[]> {
  const { trustProxy, maxDigests = 10_000 } = options;
  const digests = createRecencyMap<string, string>();
  // Made on first use: hosts forbid randomness at import time.
  let secret = options.secret;

  function digest(identity: string | undefined, context: Context): string | Promise<string> {
    if (identity === undefined) return anonymous;
    const known = digests.get(identity);
    if (known !== undefined) return known;
    secret ??= randomSecret();
    const hex = context.platform.digest(identity, secret);
    return typeof hex === 'string'
      ? remember(identity, hex)
      : hex.then((text) => remember(identity, text));
  }

  function remember(identity: string, hex: string): string {
    const short = hex.slice(0, digestLength);
    if (identity.length > longestRemembered) return short;
    if (digests.size >= maxDigests) digests.delete(digests.oldest()!.key);
    digests.set(identity, short);
    return short;
  }

  async function named(
    key: (state: LimitState) => unknown,
    state: LimitState,
  ): Promise<readonly string[]> {
    let name: unknown;
    try {
      name = await key(state);
    } catch (error) {
      state.context.emit({
        type: 'background-error',
        message: `Limit key failed: ${String(error)}`,
      });
    }
    const identity = typeof name === 'string' && name !== '' ? `key:${name}` : undefined;
    return [await digest(identity, state.context)];
  }

  /** At once where every digest is. */
  function digestAll(
    identities: readonly string[],
    context: Context,
  ): readonly string[] | Promise<readonly string[]> {
    if (identities.length === 0) return [anonymous];
    const all = identities.map((identity) => digest(identity, context));
    return all.every((one) => typeof one === 'string') ? (all as string[]) : Promise.all(all);
  }

  return function identify(key, state) {
    if (typeof key === 'function') return named(key, state);
    if (key === 'all') return ['all'];
    return digestAll(identitiesOf(key, state, trustProxy), state.context);
  };
}

function identitiesOf(
  key: LimitKey,
  { request, context }: LimitState,
  trustProxy: number,
): readonly string[] {
  const identities: string[] = [];
  if (key === 'caller' || key === 'tenant') {
    const tenant = context.get(tenantKey);
    if (tenant !== undefined && tenant !== '') return [`tenant:${tenant}`];
  }
  if (key === 'caller' || key === 'credential') {
    const credential = credentialOf(request);
    if (credential !== undefined) identities.push(`credential:${credential}`);
  }
  if (key === 'caller' || key === 'address') {
    const address = addressOf(request, context, trustProxy);
    if (address !== undefined) identities.push(`address:${address}`);
  }
  return identities;
}

/** What the caller authenticates with, wherever a model API looks for it. */
function credentialOf(request: Request): string | undefined {
  for (const name of credentialHeaders) {
    const value = request.headers.get(name);
    if (value !== null && value !== '') return value;
  }
  // Only Google's dialect has it there; the search spares others the parsing of the URL.
  if (!/[?&]key=/.test(request.url)) return undefined;
  return new URL(request.url).searchParams.get('key') || undefined;
}

/** A header is believed only as far as `trustProxy` says; the host's own word otherwise. */
function addressOf(request: Request, context: Context, trustProxy: number): string | undefined {
  const forwarded =
    trustProxy > 0
      ? forwardedAddress(request.headers.get('x-forwarded-for'), trustProxy)
      : undefined;
  if (forwarded !== undefined) return forwarded;
  const { clientAddress } = context.platform;
  return clientAddress === undefined ? undefined : addressKey(clientAddress);
}

function randomSecret(): string {
  let text = '';
  for (const byte of crypto.getRandomValues(new Uint8Array(32)))
    text += byte.toString(16).padStart(2, '0');
  return text;
}
