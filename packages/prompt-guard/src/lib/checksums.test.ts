import { describe, expect, it } from 'vitest';
import { entropyOf, ibanLength, passesLuhn, passesMod97 } from './checksums.ts';

describe('checksums', () => {
  it.each([
    ['4111111111111111', true],
    ['4111111111111112', false],
    ['378282246310005', true],
    ['6011111111111117', true],
  ])('passesLuhn(%j) is %s', (digits, expected) => {
    expect(passesLuhn(digits)).toBe(expected);
  });

  it.each([
    ['GB82WEST12345698765432', true],
    ['GB83WEST12345698765432', false],
    ['NO9386011117947', true],
    ['MT84MALT011000012345MTLCAST001S', true],
  ])('passesMod97(%j) is %s', (iban, expected) => {
    expect(passesMod97(iban)).toBe(expected);
    expect(ibanLength(iban.slice(0, 2))).toBe(iban.length);
  });

  it('ibanLength() knows no country that has none', () => {
    expect(ibanLength('US')).toBe(0);
    expect(ibanLength('D2')).toBe(0);
  });

  it('entropyOf() is 0 for one character over and over, and grows with variety', () => {
    expect(entropyOf('aaaa')).toBeCloseTo(0);
    expect(entropyOf('abcd')).toBe(2);
  });
});
