import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { repeatedName } from './repeated-name.ts';

describe('repeatedName()', () => {
  it.each([
    ['{"a":1,"a":2}', 'a'],
    ['{"a":{"b":1,"c":[],"b" : 2}}', 'b'],
    ['[{"x":1},{"x":1,"y":{"x":2},"x":3}]', 'x'],
    ['{"a":1,"\\u0061":2}', 'a'],
    ['{"a\\"":1,"b":"\\\\","a\\"":2}', 'a"'],
    ['{"__proto__":1,"__proto__":2}', '__proto__'],
    ['{"":{},"":{}}', ''],
  ])('finds it in %s', (text, name) => {
    expect(repeatedName(text)).toBe(name);
  });

  it.each([
    '{"a":"a","b":{"a":1},"c":[{"a":1},{"a":2}]}',
    '{"a":"x\\",\\"a\\":","b":"\\\\","c":"{","d":"}"}',
    '["a","a"]',
    '"a"',
    '{}',
  ])('finds none in %s', (text) => {
    expect(repeatedName(text)).toBeUndefined();
  });

  it('finds none in what was serialised', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom(undefined, 1), (value, indent) => {
        expect(repeatedName(JSON.stringify(value, undefined, indent))).toBeUndefined();
      }),
    );
  });

  it('finds it among many names, whatever objects stand between', () => {
    const many = (from: number) =>
      Array.from({ length: 40 }, (_, at) => `"n${from + at}":{"n1":[{"n2":0}]}`).join(',');
    expect(repeatedName(`{${many(0)},"n5":1}`)).toBe('n5');
    expect(repeatedName(`{${many(0)},"m":{${many(20)}},"n39":1}`)).toBe('n39');
    expect(repeatedName(`{${many(0)},"m":{${many(20)}},"n40":1}`)).toBeUndefined();
  });

  it('finds what was put in twice', () => {
    fc.assert(
      fc.property(fc.string(), fc.jsonValue(), fc.jsonValue(), (name, one, other) => {
        const member = (value: unknown): string =>
          `${JSON.stringify(name)}: ${JSON.stringify(value)}`;
        expect(repeatedName(`{"outer":[{${member(one)}, ${member(other)}}]}`)).toBe(name);
      }),
    );
  });
});
