import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addressKey, forwardedAddress } from './client-address.ts';

describe('addressKey()', () => {
  it.each([
    ['203.0.113.7', '203.0.113.7'],
    [' 203.0.113.7 ', '203.0.113.7'],
    ['203.0.113.7:8080', '203.0.113.7'],
    ['::ffff:203.0.113.7', '203.0.113.7'],
    ['::FFFF:cb00:7107', '203.0.113.7'],
    ['[::ffff:203.0.113.7]:443', '203.0.113.7'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['2001:DB8:0:0:1:2:3:4', '2001:db8:0:0::/64'],
    ['2001:db8:0:1::1', '2001:db8:0:1::/64'],
    ['[2001:db8::1]:443', '2001:db8:0:0::/64'],
    ['[2001:db8::1]', '2001:db8:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['::', '0:0:0:0::/64'],
    ['64:ff9b::203.0.113.7', '64:ff9b:0:0::/64'],
  ])('reads %j as %j', (address, key) => {
    expect(addressKey(address)).toBe(key);
  });

  it.each([
    '',
    'unknown',
    '_hidden',
    '1.2.3',
    '1.2.3.4.5',
    '256.1.1.1',
    '01.2.3.4',
    '1.2.3.4:99999999',
    ':::',
    '1::2::3',
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8:9',
    '1:2:3:4:5:6:7:8::',
    'g::1',
    '12345::',
    '::1.2.3.400',
    '[::1',
    'localhost',
    'a'.repeat(100),
  ])('refuses %j', (address) => {
    expect(addressKey(address)).toBeUndefined();
  });

  it('gives all of a /64 one key and another /64 another', () => {
    const group = fc.integer({ min: 0, max: 0xffff }).map((value) => value.toString(16));
    fc.assert(
      fc.property(
        fc.array(group, { minLength: 8, maxLength: 8 }),
        fc.array(group, { minLength: 4, maxLength: 4 }),
        (address, host) => {
          fc.pre(address.slice(0, 4).some((part) => part !== '0'));
          const sibling = [...address.slice(0, 4), ...host].join(':');
          expect(addressKey(address.join(':'))).toBe(addressKey(sibling));
          const other = [...address];
          other[3] = ((Number.parseInt(address[3]!, 16) + 1) & 0xffff).toString(16);
          fc.pre(other.slice(0, 4).some((part) => part !== '0'));
          expect(addressKey(other.join(':'))).not.toBe(addressKey(address.join(':')));
        },
      ),
    );
  });

  it('never throws', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => void addressKey(text)));
  });
});

describe('forwardedAddress()', () => {
  it.each([
    ['203.0.113.7', 1, '203.0.113.7'],
    ['6.6.6.6, 203.0.113.7', 1, '203.0.113.7'],
    ['6.6.6.6, 203.0.113.7, 10.0.0.1', 2, '203.0.113.7'],
    ['6.6.6.6,203.0.113.7', 2, '6.6.6.6'],
    ['203.0.113.7', 2, undefined],
    [null, 1, undefined],
    ['', 1, undefined],
    [',', 1, undefined],
    [',203.0.113.7', 2, undefined],
    ['6.6.6.6, unknown', 1, undefined],
  ])('takes from %j, %j hops from the right: %j', (header, hops, address) => {
    expect(forwardedAddress(header, hops)).toBe(address);
  });

  it('does not let the caller choose by writing to the left', () => {
    fc.assert(
      fc.property(fc.string(), (forged) => {
        expect(forwardedAddress(`${forged}, 203.0.113.7`, 1)).toBe('203.0.113.7');
      }),
    );
  });
});
