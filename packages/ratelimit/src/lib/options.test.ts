import { describe, expect, it } from 'vitest';
import { type RateLimitOptions, resolveOptions } from './options.ts';
import type { RateLimitStore } from './types.ts';

const limit = { name: 'rpm', quota: 60, window: '1 m' } as const;
const shared: RateLimitStore = { name: 'redis', shared: true, take: () => [], refund: () => {} };

describe('resolveOptions()', () => {
  it('fills in the defaults', () => {
    const settings = resolveOptions({ limits: [limit] });
    expect(settings).toMatchObject({ trustProxy: 0, timeoutMs: 200, ietf: true, openai: false });
    expect(settings.limits[0]).toMatchObject({
      rule: { name: 'rpm', algorithm: 'sliding-window', quota: 60, windowMs: 60_000, burst: 60 },
      keyPrefix: 'wintergate:rpm:sliding-window:60000:',
      key: 'caller',
      enforced: true,
      failure: 'open',
      policy: '"rpm";q=60;w=60',
    });
  });

  it('lets a limit differ from the limiter', () => {
    const settings = resolveOptions({
      mode: 'shadow',
      key: 'all',
      limits: [limit, { ...limit, name: 'own', mode: 'enforce', key: 'address', store: shared }],
      secret: '0123456789abcdef',
    });
    expect(settings.limits.map(({ enforced, key, store }) => [enforced, key, store.name])).toEqual([
      [false, 'all', 'memory'],
      [true, 'address', 'redis'],
    ]);
  });

  it('rounds a window of less than a second up in the policy', () => {
    expect(resolveOptions({ limits: [{ ...limit, window: 1500 }] }).limits[0]!.policy).toBe(
      '"rpm";q=60;w=2',
    );
  });

  it.each<[string, unknown, string]>([
    ['no limits', { limits: [] }, 'Expected "limits" to be a list of at least one limit'],
    [
      'limits that are no list',
      { limits: limit },
      'Expected "limits" to be a list of at least one limit',
    ],
    [
      'a name with a space',
      { limits: [{ ...limit, name: 'r pm' }] },
      'Expected "limits[0].name" to be 1 to 64 of A-Z a-z 0-9 . _ -: "r pm"',
    ],
    [
      'a negative quota',
      { limits: [{ ...limit, quota: -1 }] },
      'Expected "limits[0].quota" to be a whole number of at least 0: -1',
    ],
    [
      'half a request',
      { limits: [{ ...limit, quota: 0.5 }] },
      'Expected "limits[0].quota" to be a whole number of at least 0: 0.5',
    ],
    [
      'a quota as text',
      { limits: [{ ...limit, quota: '60' }] },
      'Expected "limits[0].quota" to be a whole number of at least 0: 60',
    ],
    [
      'no window',
      { limits: [{ ...limit, window: 0 }] },
      'Expected "limits[0].window" to be at least 1 ms: 0',
    ],
    [
      'an unknown window',
      { limits: [{ ...limit, window: '1 fortnight' }] },
      'Expected "limits[0].window" to be milliseconds or text such as "10 s" (ms, s, m, h, d): "1 fortnight"',
    ],
    [
      'an unknown algorithm',
      { limits: [{ ...limit, algorithm: 'leaky' }] },
      'Expected "limits[0].algorithm" to be one of fixed-window, sliding-window, token-bucket: "leaky"',
    ],
    [
      'an unknown key',
      { limits: [limit, { ...limit, name: 'b', key: 'ip' }] },
      'Expected "limits[1].key" to be one of caller, tenant, credential, address, all: "ip"',
    ],
    [
      'an unknown mode',
      { limits: [limit], mode: 'off' },
      'Expected "limits[0].mode" to be one of enforce, shadow: "off"',
    ],
    [
      'an unknown failure',
      { limits: [{ ...limit, failure: 'ajar' }] },
      'Expected "limits[0].failure" to be one of open, closed: "ajar"',
    ],
    [
      'a burst without a bucket',
      { limits: [{ ...limit, burst: 5 }] },
      'Remove "limits[0].burst": only a token-bucket has one',
    ],
    ['one name twice', { limits: [limit, limit] }, 'Give every limit a name of its own: "rpm"'],
    [
      'a product that can not be counted',
      { limits: [{ ...limit, quota: 1e9, window: '365 d' }] },
      'Shorten "limits[0].window" or lower its quota: their product is too large to count exactly',
    ],
    [
      'a slip in a name',
      { limits: [limit], trustProxies: 1 },
      'Remove "trustProxies" from the options of rateLimit(): it knows limits, key',
    ],
    [
      'a slip in a limit',
      { limits: [{ ...limit, windows: 1 }] },
      'Remove "windows" from the options of "limits[0]": it knows name, quota, window',
    ],
    [
      'a slip in the headers',
      { limits: [limit], headers: { openAi: true } },
      'Remove "openAi" from the options of "headers": it knows ietf, openai',
    ],
    ['a limit that is none', { limits: ['100 / 1 m'] }, 'Give "limits[0]" an object of options'],
    [
      'a client for a store',
      { limits: [limit], store: { limit: () => {} } },
      'Expected "store" to have "take" and "refund": wrap a client, as upstashLimiter() does',
    ],
    [
      'a client for the store of a limit',
      { limits: [{ ...limit, store: {} }] },
      'Expected "limits[0].store" to have "take" and "refund"',
    ],
    [
      'a shared store without a secret',
      { limits: [limit], store: shared },
      'Set "secret": the store "redis" is shared by several processes',
    ],
    [
      'a short secret',
      { limits: [limit], secret: 'short' },
      'Expected "secret" to be a string of at least 16 characters',
    ],
    [
      'hops below zero',
      { limits: [limit], trustProxy: -1 },
      'Expected "trustProxy" to be a whole number from 0 to 32: -1',
    ],
    [
      'hops as truth',
      { limits: [limit], trustProxy: true },
      'Expected "trustProxy" to be a whole number from 0 to 32: true',
    ],
    [
      'an unknown timeout',
      { limits: [limit], timeout: 'soon' },
      'Expected "timeout" to be milliseconds or text such as "10 s" (ms, s, m, h, d): "soon"',
    ],
  ])('refuses %s', (_name, options, message) => {
    expect(() => resolveOptions(options as RateLimitOptions)).toThrow(message);
  });
});
