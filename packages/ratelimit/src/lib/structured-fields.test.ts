/// <reference types="node" />
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  type BareItem,
  type StructuredItem,
  serializeItem,
  serializeList,
} from './structured-fields.ts';

const vectors = new URL(
  '../../../../../shared/data/conformance/structured-field-tests/',
  import.meta.url,
);

describe('serializeList()', () => {
  it('writes the fields of the draft', () => {
    expect(
      serializeList([
        ['rpm', { q: 60, w: 60 }],
        ['tpm', { q: 100_000, qu: 'tokens', w: 60 }],
      ]),
    ).toBe('"rpm";q=60;w=60, "tpm";q=100000;qu="tokens";w=60');
  });

  it('escapes quotes and backslashes', () => {
    expect(serializeItem(['a"b\\c', {}])).toBe('"a\\"b\\\\c"');
  });

  it('writes a byte sequence as base64 between colons', () => {
    expect(serializeItem(['x', { pk: new Uint8Array([1, 2, 255]) }])).toBe('"x";pk=:AQL/:');
  });

  it('writes minus zero as zero', () => {
    expect(serializeItem([-0, {}])).toBe('0');
  });

  it.each<[string, StructuredItem]>([
    ['a control character', ['a\nb', {}]],
    ['a character outside ASCII', ['é', {}]],
    ['a fraction', ['a', { q: 1.5 }]],
    ['a number of 16 digits', ['a', { q: 1e15 }]],
    ['no number', ['a', { q: Number.NaN }]],
    ['an upper-case key', ['a', { Q: 1 }]],
    ['an empty key', ['a', { '': 1 }]],
  ])('refuses %s', (_name, item) => {
    expect(() => serializeItem(item)).toThrow(TypeError);
  });
});

interface Vector {
  readonly name: string;
  readonly raw?: readonly string[];
  readonly header_type: string;
  readonly expected?: unknown;
  readonly must_fail?: boolean;
  readonly canonical?: readonly string[];
}

const files = [
  'binary',
  'boolean',
  'number',
  'string',
  'string-generated',
  'list',
  'param-list',
  'key-generated',
  'number-generated',
  'examples',
  'item',
  'large-generated',
  'serialisation-tests/key-generated',
  'serialisation-tests/number',
  'serialisation-tests/string-generated',
];
const present = existsSync(vectors);
if (!present) console.warn('structured-field-tests: not run, ../shared/data is not there');

describe.skipIf(!present && process.env['WINTERGATE_REQUIRE'] !== 'all')(
  'structured-field-tests',
  () => {
    it('serialises every list and item of the types we write as the vectors say', () => {
      let checked = 0;
      for (const file of files) {
        const cases = JSON.parse(
          readFileSync(new URL(`${file}.json`, vectors), 'utf8'),
        ) as Vector[];
        for (const vector of cases) {
          const items = ourItems(vector);
          if (items === undefined) continue;
          checked += 1;
          if (vector.must_fail === true) {
            expect(() => serializeList(items), `${file}: ${vector.name}`).toThrow(TypeError);
          } else {
            // We have no tokens: the vectors about keys get a string in their place.
            const wanted = (vector.canonical ?? vector.raw ?? [])
              .join(', ')
              .replace(/(?<=^|, )foo(?=[;,]|$)/g, '"foo"');
            expect(serializeList(items), `${file}: ${vector.name}`).toBe(wanted);
          }
        }
      }
      expect(checked).toBeGreaterThan(450);
    });
  },
);

/** The vector's structure as ours, or `undefined` when it is about parsing or a type we never write. */
function ourItems(vector: Vector): StructuredItem[] | undefined {
  if (vector.expected === undefined) return undefined;
  // Decimals look like integers once parsed ("1.0"); the vectors about them are told by their text.
  if (/-?\d+\.\d/.test((vector.canonical ?? vector.raw ?? []).join())) return undefined;
  if (vector.header_type !== 'item' && vector.header_type !== 'list') return undefined;
  const list = (vector.header_type === 'item' ? [vector.expected] : vector.expected) as [
    unknown,
    [string, unknown][],
  ][];
  const items: StructuredItem[] = [];
  for (const [value, parameters] of list) {
    const ours = bareItem(value);
    const oursParameters = parameters.map(
      ([key, parameter]) => [key, bareItem(parameter)] as const,
    );
    if (ours === undefined || oursParameters.some(([, parameter]) => parameter === undefined))
      return undefined;
    items.push([ours, Object.fromEntries(oursParameters) as Record<string, BareItem>]);
  }
  return items;
}

function bareItem(value: unknown): BareItem | undefined {
  if (typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number') return value;
  const typed = value as { __type?: string; value?: string };
  if (typed.__type === 'token' && typed.value === 'foo') return 'foo';
  return typed.__type === 'binary' ? base32(typed.value ?? '') : undefined;
}

function base32(text: string): Uint8Array {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
  const bytes: number[] = [];
  let bits = 0;
  let value = 0;
  for (const character of text.replace(/=+$/, '')) {
    value = (value << 5) | alphabet.indexOf(character);
    bits += 5;
    if (bits >= 8) {
      bits -= 8;
      bytes.push((value >> bits) & 255);
    }
    value &= (1 << bits) - 1;
  }
  return new Uint8Array(bytes);
}
