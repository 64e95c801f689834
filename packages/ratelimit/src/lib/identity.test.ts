import { type Context, createContext, tenantKey } from '@wintergate/core';
import { describe, expect, it } from 'vitest';
import { createIdentifier, type IdentityOptions } from './identity.ts';

const secret = '0123456789abcdef';
const identify = createJoined({ secret, trustProxy: 0 });

/** The buckets' names as one text. */
function createJoined(options: IdentityOptions) {
  const all = createIdentifier(options);
  return async (...args: Parameters<typeof all>): Promise<string> => (await all(...args)).join(' ');
}

function caller(
  options: {
    headers?: Record<string, string>;
    address?: string;
    tenant?: string;
    url?: string;
  } = {},
): { request: Request; context: Context } {
  const { headers = {}, address, tenant, url = 'http://localhost/v1/chat/completions' } = options;
  const request = new Request(url, { headers });
  const context = createContext(request, { platform: { clientAddress: address } });
  if (tenant !== undefined) context.set(tenantKey, tenant);
  return { request, context };
}

describe('createIdentifier()', () => {
  it('answers 128 bits of a digest, never the identity', async () => {
    const key = await identify(
      'caller',
      caller({ headers: { authorization: 'Bearer sk-secret' } }),
    );
    expect(key).toMatch(/^[0-9a-f]{32}$/);
  });

  it('goes by the tenant, else by credential and address', async () => {
    const headers = { authorization: 'Bearer a' };
    const byTenant = await identify(
      'caller',
      caller({ headers, address: '203.0.113.7', tenant: 't' }),
    );
    const byCredential = await identify('caller', caller({ headers, address: '203.0.113.7' }));
    const byAddress = await identify('caller', caller({ address: '203.0.113.7' }));
    expect(await identify('tenant', caller({ tenant: 't' }))).toBe(byTenant);
    const credential = await identify('credential', caller({ headers }));
    expect(await identify('caller', caller({ headers }))).toBe(credential);
    expect(byCredential).toBe(`${credential} ${byAddress}`);
    expect(await identify('address', caller({ headers, address: '203.0.113.7' }))).toBe(byAddress);
    expect(new Set([byTenant, credential, byAddress]).size).toBe(3);
  });

  it('does not take an address for a credential of the same text', async () => {
    const address = await identify('caller', caller({ address: '203.0.113.7' }));
    const credential = await identify(
      'caller',
      caller({ headers: { 'x-api-key': '203.0.113.7' } }),
    );
    const named = await identify(() => '203.0.113.7', caller());
    expect(new Set([address, credential, named]).size).toBe(3);
  });

  it.each<[string, { headers?: Record<string, string>; url?: string }]>([
    ['authorization', { headers: { authorization: 'one' } }],
    ['x-api-key', { headers: { 'x-api-key': 'one' } }],
    ['api-key', { headers: { 'api-key': 'one' } }],
    ['x-goog-api-key', { headers: { 'x-goog-api-key': 'one' } }],
    ['?key=', { url: 'http://localhost/v1beta/models?alt=sse&key=one' }],
  ])('knows the credential in %s', async (_name, options) => {
    const known = await identify('credential', caller({ headers: { authorization: 'one' } }));
    expect(await identify('credential', caller(options))).toBe(known);
  });

  it('puts all whom it can not tell apart into one bucket', async () => {
    expect(await identify('caller', caller())).toBe('anonymous');
    expect(await identify('tenant', caller({ address: '203.0.113.7' }))).toBe('anonymous');
    expect(await identify('caller', caller({ address: 'unix:/run/socket' }))).toBe('anonymous');
    expect(await identify(() => undefined, caller({ address: '203.0.113.7' }))).toBe('anonymous');
    expect(await identify(() => '', caller())).toBe('anonymous');
  });

  it('does not let a failing key function through', async () => {
    const state = caller();
    const events: unknown[] = [];
    state.context.subscribe((event) => events.push(event));
    const key = () => {
      throw new Error('no such header');
    };
    expect(await identify(key, state)).toBe('anonymous');
    expect(events).toMatchObject([
      { type: 'background-error', message: 'Limit key failed: Error: no such header' },
    ]);
  });

  it('awaits a key function and hands it request and context', async () => {
    const state = caller({ headers: { 'x-team': 'blue' } });
    const key = await identify(
      async ({ request }) => request.headers.get('x-team') as string,
      state,
    );
    expect(key).toMatch(/^[0-9a-f]{32}$/);
    expect(await identify(() => 'blue', state)).toBe(key);
  });

  it('ignores x-forwarded-for unless told how many proxies there are', async () => {
    const headers = { 'x-forwarded-for': '6.6.6.6, 198.51.100.9' };
    const spoofed = caller({ headers, address: '203.0.113.7' });
    expect(await identify('caller', spoofed)).toBe(
      await identify('caller', caller({ address: '203.0.113.7' })),
    );
    const behindProxy = createJoined({ secret, trustProxy: 1 });
    expect(await behindProxy('caller', spoofed)).toBe(
      await identify('caller', caller({ address: '198.51.100.9' })),
    );
  });

  it('goes by the peer when the forwarded list is shorter than the proxies', async () => {
    const behindTwo = createJoined({ secret, trustProxy: 2 });
    const state = caller({ headers: { 'x-forwarded-for': '6.6.6.6' }, address: '203.0.113.7' });
    expect(await behindTwo('caller', state)).toBe(
      await identify('caller', caller({ address: '203.0.113.7' })),
    );
  });

  it('depends on the secret', async () => {
    const other = createJoined({ secret: 'another-secret-of-16', trustProxy: 0 });
    const state = caller({ address: '203.0.113.7' });
    expect(await other('caller', state)).not.toBe(await identify('caller', state));
  });

  it('makes a secret of its own, another for each limiter', async () => {
    const [one, other] = [
      createJoined({ secret: undefined, trustProxy: 0 }),
      createJoined({ secret: undefined, trustProxy: 0 }),
    ];
    const state = caller({ address: '203.0.113.7' });
    expect(await one('caller', state)).toBe(await one('caller', state));
    expect(await one('caller', state)).not.toBe(await other('caller', state));
  });

  it('remembers digests, but not without end', async () => {
    let digested = 0;
    const bounded = createIdentifier({ secret, trustProxy: 0, maxDigests: 2 });
    const digest = (data: string | Uint8Array) => {
      digested += 1;
      return String(data).padEnd(64, '0');
    };
    const ask = (tenant: string) => {
      const request = new Request('http://localhost/');
      const context = createContext(request, { platform: { digest } });
      context.set(tenantKey, tenant);
      return bounded('caller', { request, context });
    };
    for (const tenant of ['a', 'a', 'b', 'a', 'c', 'b', 'a']) ask(tenant);
    expect(digested).toBe(4);
    ask('x'.repeat(5000));
    ask('x'.repeat(5000));
    expect(digested).toBe(6);
  });
});
