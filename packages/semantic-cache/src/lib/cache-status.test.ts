import { describe, expect, it } from 'vitest';
import { writeCacheStatus } from './cache-status.ts';

describe('writeCacheStatus()', () => {
  it('writes members as RFC 9211 orders them, ours nearest to the caller', () => {
    expect(writeCacheStatus({ hit: true, ttl: 30, key: '0a1b', detail: 'exact' })).toBe(
      'wintergate; hit; ttl=30; detail=exact; key="0a1b"',
    );
    expect(writeCacheStatus({ fwd: 'miss', stored: true, collapsed: true })).toBe(
      'wintergate; fwd=miss; stored; collapsed',
    );
    expect(
      writeCacheStatus({ fwd: 'bypass', stored: false, detail: 'no-tenant' }, 'Origin; hit'),
    ).toBe('Origin; hit, wintergate; fwd=bypass; detail=no-tenant');
  });
});
