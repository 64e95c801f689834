import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readCacheControl } from './cache-control.ts';

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
