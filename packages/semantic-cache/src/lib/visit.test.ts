import fc from 'fast-check';
import { expect, it } from 'vitest';
import { shortId } from './visit.ts';

it('names a key by its hash, in fourteen hexadecimal digits', () => {
  expect(shortId({ text: '', hash: 0 })).toBe('00000000000000');
  expect(shortId({ text: '', hash: 2 ** 53 - 1 })).toBe('1fffffffffffff');
  fc.assert(
    fc.property(fc.maxSafeNat(), (hash) => {
      expect(shortId({ text: '', hash })).toBe(hash.toString(16).padStart(14, '0'));
    }),
  );
});
