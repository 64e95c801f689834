import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { memberPath, replaceStrings } from './json-path.ts';
import type { JsonObject, JsonValue } from './types.ts';

function pathsOf(value: JsonValue, path: string, found: Map<string, string>): Map<string, string> {
  if (typeof value === 'string') found.set(path, value);
  else if (Array.isArray(value))
    for (const [at, item] of value.entries()) pathsOf(item, `${path}[${at}]`, found);
  else if (typeof value === 'object' && value !== null) {
    for (const [key, member] of Object.entries(value))
      pathsOf(member ?? null, memberPath(path, key), found);
  }
  return found;
}

describe('replaceStrings()', () => {
  it('replaces every string of any object at its path, and nothing else', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (object) => {
        const root = JSON.parse(JSON.stringify(object)) as JsonObject;
        const before = JSON.stringify(root);
        const paths = pathsOf(root, '', new Map());
        const edits = new Map([...paths].map(([path, text]) => [path, `${text}!`]));
        const written = replaceStrings(root, edits);
        expect([...pathsOf(written, '', new Map()).values()]).toEqual([...edits.values()]);
        expect(JSON.stringify(root)).toBe(before);
        const back = new Map(paths);
        expect(replaceStrings(written, back)).toEqual(root);
      }),
    );
  });

  it('copies only what lies on a path', () => {
    const root = { a: [{ b: 'x' }, { b: 'y' }], c: { d: 'z' } };
    const written = replaceStrings(root, new Map([['a[0].b', 'X']]));
    expect(written).toEqual({ a: [{ b: 'X' }, { b: 'y' }], c: { d: 'z' } });
    expect((written['a'] as JsonValue[])[1]).toBe(root.a[1]);
    expect(written['c']).toBe(root.c);
  });

  it('writes a member named __proto__ as data', () => {
    const root = JSON.parse('{"a":{"__proto__":"x"}}') as JsonObject;
    const written = replaceStrings(root, new Map([[memberPath('a', '__proto__'), 'y']]));
    expect(JSON.stringify(written)).toBe('{"a":{"__proto__":"y"}}');
  });

  it.each([
    '',
    'b',
    'a[7]',
    'a..b',
    'a[',
    'a.length',
    'n',
    'constructor.name',
    '__proto__.x',
    'a["',
  ])('refuses the path %j', (path) => {
    expect(() => replaceStrings({ a: ['x'], n: 1 }, new Map([[path, 'y']]))).toThrow(RangeError);
  });
});
