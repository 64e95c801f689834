import { describe, expect, it } from 'vitest';
import { bearerAuth, compose, defineMiddleware, tenantKey, toHandler } from '../index.ts';

const keys = { blue: 'blue-secret-1', green: 'green-secret-2' };

function call(
  headers: Record<string, string>,
  options: Parameters<typeof bearerAuth>[0] = { keys },
) {
  const tell = defineMiddleware(undefined, (request, _next, context) =>
    Response.json({ tenant: context.get(tenantKey), headers: Object.fromEntries(request.headers) }),
  );
  return toHandler(
    compose(bearerAuth(options), tell),
    () => new Response(),
  )(new Request('http://gate.test/v1/x', { headers }));
}

describe('bearerAuth()', () => {
  it('lets a known key in, names its tenant, and takes the key off the request', async () => {
    const response = await call({
      authorization: 'Bearer green-secret-2',
      'x-api-key': 'other',
      'x-kept': '1',
    });
    expect(await response.json()).toEqual({ tenant: 'green', headers: { 'x-kept': '1' } });
  });

  it.each(['x-api-key', 'api-key', 'x-goog-api-key'])('accepts the key in %s', async (name) => {
    expect(await (await call({ [name]: 'blue-secret-1' })).json()).toMatchObject({
      tenant: 'blue',
    });
  });

  it.each([
    [{}],
    [{ authorization: 'Bearer ' }],
    [{ authorization: 'Bearer blue-secret-' }],
    [{ authorization: 'Bearer blue-secret-11' }],
    [{ authorization: 'Basic blue-secret-1' }],
    [{ 'x-api-key': 'Blue-secret-1' }],
  ])('refuses %j', async (headers) => {
    const response = await call(headers as Record<string, string>);
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toBe('Bearer');
    expect(response.headers.get('x-should-retry')).toBe('false');
    expect(await response.json()).toMatchObject({ error: { type: 'authentication_error' } });
  });

  it('gives each key of a list a tenant of its own, from which the key can not be read', async () => {
    const one = await (await call({ authorization: 'Bearer k1' }, { keys: ['k1', 'k2'] })).json();
    const two = await (await call({ authorization: 'Bearer k2' }, { keys: ['k1', 'k2'] })).json();
    expect(one.tenant).toMatch(/^key-[0-9a-f]{16}$/);
    expect(one.tenant).not.toBe(two.tenant);
  });

  it('says at once when it has no usable keys', () => {
    expect(() => bearerAuth({ keys: [] })).toThrow(TypeError);
    expect(() => bearerAuth({ keys: { a: '' } })).toThrow('keys.a');
    expect(() => bearerAuth({ keys: { a: 'my key' } })).toThrow('without spaces: keys.a');
    expect(() => bearerAuth({ keys: ['schlüssel'] })).toThrow('without spaces: keys.0');
    // Each of its letters would be a key.
    expect(() => bearerAuth({ keys: 'the-key' as never })).toThrow('got string');
    expect(() => bearerAuth({} as never)).toThrow('Give at least one key in "keys"');
    expect(() => bearerAuth({ key: 'k1' } as never)).toThrow('Remove "key" from the options');
  });
});
