import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseHttpDate, readRetryAfter } from './retry-after.ts';

const now = Date.UTC(2026, 10, 22, 12, 0, 0);

describe('readRetryAfter()', () => {
  it.each<[Record<string, string>, number | undefined]>([
    [{ 'retry-after': '2' }, 2000],
    [{ 'retry-after': ' 2 ' }, 2000],
    [{ 'retry-after': '0' }, 0],
    [{ 'retry-after': '1.5' }, 1500],
    [{ 'retry-after-ms': '1234.5' }, 1234.5],
    [{ 'x-ms-retry-after-ms': '77' }, 77],
    [{ 'retry-after': '9', 'retry-after-ms': '100' }, 100],
    [{ 'retry-after': '9', 'retry-after-ms': 'soon' }, 9000],
    [{ 'retry-after': 'Sun, 22 Nov 2026 12:00:30 GMT' }, 30_000],
    [{ 'retry-after': 'Sunday, 22-Nov-26 12:00:30 GMT' }, 30_000],
    [{ 'retry-after': 'Sun Nov 22 12:00:30 2026' }, 30_000],
    [{ 'retry-after': 'Sun Nov  1 12:00:30 2026' }, 0],
    [{ 'retry-after': 'Sun, 22 Nov 2026 11:00:00 GMT' }, 0],
    [{}, undefined],
    [{ 'retry-after': '-1' }, undefined],
    [{ 'retry-after': '1e9' }, undefined],
    [{ 'retry-after': '2s' }, undefined],
    [{ 'retry-after': 'Sun, 31 Feb 2026 12:00:00 GMT' }, undefined],
    [{ 'retry-after': 'Sun, 22 Foo 2026 12:00:00 GMT' }, undefined],
    [{ 'retry-after': 'Sun, 22 anF 2026 12:00:00 GMT' }, undefined],
    [{ 'retry-after': 'Sun, 22 Nov 2026 25:00:00 GMT' }, undefined],
    [{ 'retry-after': '2026-11-22T12:00:30Z' }, undefined],
  ])('%j is %s', (headers, expected) => {
    expect(readRetryAfter(new Headers(headers), now)).toBe(expected);
  });

  it('reads every date that HTTP writes, to the second', () => {
    const dates = fc.date({ min: new Date(now), max: new Date(now + 1e12), noInvalidDate: true });
    fc.assert(
      fc.property(dates, (date) => {
        const expected = Math.floor(date.getTime() / 1000) * 1000 - now;
        expect(readRetryAfter(new Headers({ 'retry-after': date.toUTCString() }), now)).toBe(
          Math.max(0, expected),
        );
      }),
    );
  });

  it('answers a finite time that is not negative, or nothing, for any value', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme-ascii' }),
        fc.constantFrom('retry-after', 'retry-after-ms'),
        (value, name) => {
          const wait = readRetryAfter(
            new Headers([[name, value.replace(/[^\x20-\x7e]/g, '')]]),
            now,
          );
          if (wait !== undefined) expect(Number.isFinite(wait) && wait >= 0).toBe(true);
        },
      ),
    );
  });
});

describe('parseHttpDate()', () => {
  it('takes two digits far ahead for the past century', () => {
    expect(parseHttpDate('Sunday, 06-Nov-94 08:49:37 GMT', now)).toBe(
      Date.UTC(1994, 10, 6, 8, 49, 37),
    );
    expect(parseHttpDate('Sunday, 06-Nov-70 08:49:37 GMT', now)).toBe(
      Date.UTC(2070, 10, 6, 8, 49, 37),
    );
  });
});
