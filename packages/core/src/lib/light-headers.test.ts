import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { changedHeaders, copyHeaders } from './light-headers.ts';

describe('changedHeaders()', () => {
  const names = fc.constantFrom('a', 'b', 'content-length', 'x-one', 'x-two');
  const values = fc.stringMatching(/^[ -~]{0,6}$/).map((value) => value.trim());
  const given = fc.dictionary(names, values);
  const change = fc.dictionary(names, fc.option(values));

  it('does what setting and deleting on a copy does, and leaves the original as it was', () => {
    fc.assert(
      fc.property(given, change, fc.boolean(), (before, changes, isNative) => {
        const headers = isNative
          ? new Headers(before)
          : (copyHeaders(before) as unknown as Headers);
        const expected = new Headers(before);
        for (const [name, value] of Object.entries(changes)) {
          if (value === null) expected.delete(name);
          else expected.set(name, value);
        }
        expect([...changedHeaders(headers, changes).entries()]).toEqual([...expected]);
        expect([...headers]).toEqual([...new Headers(before)]);
      }),
    );
  });

  it('trims values, and refuses what could forge another field', () => {
    const headers = copyHeaders({ a: '1' }) as unknown as Headers;
    expect(changedHeaders(headers, { b: ' \t2 \r\n' }).get('b')).toBe('2');
    expect(changedHeaders(headers, { b: '' }).get('b')).toBe('');
    expect(() => changedHeaders(headers, { b: '1\r\nx: 2' })).toThrow('line breaks');
    expect(() => changedHeaders(headers, { 'b c': '1' })).toThrow('header name');
    // A name that was good once is good each time, a bad one never.
    expect(() => changedHeaders(headers, { 'b c': '1' })).toThrow('header name');
  });
});
