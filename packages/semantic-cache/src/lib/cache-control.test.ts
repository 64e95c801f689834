import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readCacheControl, readDirectives } from './cache-control.ts';

const none = { noStore: false, noCache: false, maxAge: undefined, onlyIfCached: false };

describe('readCacheControl()', () => {
  it.each([
    [null, none],
    ['', none],
    ['max-stale=5, no-transform, x="no-store"', none],
    ['no-store', { ...none, noStore: true }],
    [' No-Cache ,max-age=5', { ...none, noCache: true, maxAge: 5 }],
    ['no-cache="field"', { ...none, noCache: true }],
    ['only-if-cached', { ...none, onlyIfCached: true }],
    ['max-age="60"', { ...none, maxAge: 60 }],
    ['max-age=0', { ...none, noCache: true, maxAge: 0 }],
    ['max-age=soon', { ...none, noCache: true, maxAge: 0 }],
    ['max-age', { ...none, noCache: true, maxAge: 0 }],
    ['max-age=-1', { ...none, noCache: true, maxAge: 0 }],
    ['max-age=1, max-age=100', { ...none, maxAge: 1 }],
  ])('reads %j', (field, expected) => {
    expect(readCacheControl(field)).toEqual(expected);
  });

  it('reads anything', () => {
    fc.assert(
      fc.property(fc.string(), (field) => {
        const { maxAge } = readCacheControl(field);
        expect(maxAge === undefined || (Number.isInteger(maxAge) && maxAge >= 0)).toBe(true);
      }),
    );
  });
});

describe('readDirectives()', () => {
  it.each([
    [{}, none],
    [{ 'cache-control': 'no-cache' }, { ...none, noCache: true }],
    [{ 'cf-aig-skip-cache': 'true' }, { ...none, noStore: true }],
    [{ 'cf-aig-skip-cache': ' TRUE' }, { ...none, noStore: true }],
    [{ 'cf-aig-skip-cache': 'false' }, none],
    [{ 'cf-aig-cache-ttl': '60' }, { ...none, ttl: 60 }],
    [{ 'cf-aig-cache-ttl': '-1' }, none],
    [{ 'cf-aig-cache-ttl': 'soon' }, none],
    [{ 'cf-aig-cache-key': 'k' }, { ...none, key: 'k' }],
    [{ 'cf-aig-cache-key': '' }, none],
    [
      { 'cf-aig-cache-key': 'k', 'cache-control': 'max-age=5', 'cf-aig-cache-ttl': '0' },
      { ...none, maxAge: 5, key: 'k', ttl: 0 },
    ],
  ])('reads %j', (headers, expected) => {
    expect(readDirectives(new Headers(headers))).toEqual(expected);
  });
});
