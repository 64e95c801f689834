import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson } from './canonical-json.ts';
import type { JsonValue } from './types.ts';

const json = fc.jsonValue() as fc.Arbitrary<JsonValue>;

/** The same value with every object's members in another order. */
function shuffled(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(shuffled);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, member]) => [key, shuffled(member ?? null)]),
  );
}

describe('canonicalJson()', () => {
  it('sorts members by code units and writes numbers as ECMAScript does', () => {
    // RFC 8785, section 3.2.3
    const value = {
      '\u20ac': 1,
      '\r': 2,
      '1': 4.5,
      '\u0080': 1e30,
      '\ud83d\ude00': 0.002,
      '\u00f6': -0,
      '\ufb33': 1e-27,
    };
    expect(canonicalJson(value)).toBe(
      '{"\\r":2,"1":4.5,"\u0080":1e+30,"\u00f6":0,"\u20ac":1,"\ud83d\ude00":0.002,"\ufb33":1e-27}',
    );
  });

  it('leaves undefined members out', () => {
    expect(canonicalJson({ a: undefined, b: [] })).toBe('{"b":[]}');
  });

  it('means the same value', () => {
    fc.assert(
      fc.property(json, (value) => {
        expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  it('does not depend on the order of members', () => {
    fc.assert(
      fc.property(json, (value) => canonicalJson(shuffled(value)) === canonicalJson(value)),
    );
  });

  it('refuses what nests too deep instead of overflowing the stack', () => {
    let deep: JsonValue = [];
    for (let level = 0; level < 100_000; level++) deep = [deep];
    expect(() => canonicalJson(deep)).toThrow(RangeError);
  });
});
