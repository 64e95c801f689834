import { describe, expect, it } from 'vitest';
import { sampleSchema } from './simulated-schema.ts';

const text = (property: string): string => `<${property}>`;

describe('sampleSchema()', () => {
  it('fills an object with every declared property', () => {
    const schema = {
      type: 'object',
      properties: {
        city: { type: 'string' },
        unit: { enum: ['celsius', 'fahrenheit'] },
        days: { type: 'integer', minimum: 3 },
        exact: { type: 'boolean' },
        tags: { type: 'array', items: { type: 'string' }, minItems: 2 },
        note: { type: ['null', 'string'] },
      },
    };
    expect(sampleSchema(schema, text)).toEqual({
      city: '<city>',
      unit: 'celsius',
      days: 3,
      exact: true,
      tags: ['<tags>', '<tags>'],
      note: '<note>',
    });
  });

  it('follows local references and alternatives', () => {
    const schema = {
      $ref: '#/$defs/pair',
      $defs: {
        pair: {
          type: 'object',
          properties: {
            left: { anyOf: [{ const: 7 }, { type: 'string' }] },
            right: { $ref: '#/$defs/day' },
          },
        },
        day: { type: 'string', format: 'date' },
      },
    };
    expect(sampleSchema(schema, text)).toEqual({ left: 7, right: '2026-01-01' });
  });

  it('ends on a schema that contains itself', () => {
    const schema = { type: 'object', properties: { next: { $ref: '#' } } };
    expect(JSON.stringify(sampleSchema(schema, text))).toMatch(/^(\{"next":)+null\}+$/);
  });

  it('keeps bounds', () => {
    expect(sampleSchema({ type: 'number', maximum: -2 }, text)).toBe(-2);
    expect(sampleSchema({ type: 'integer', exclusiveMinimum: 4 }, text)).toBe(5);
    expect(sampleSchema({ type: 'string', maxLength: 2 }, text)).toHaveLength(2);
    expect(sampleSchema({ type: 'string', minLength: 9 }, text)).toHaveLength(9);
    expect(sampleSchema({ type: 'array', items: {}, maxItems: 0 }, text)).toEqual([]);
  });

  it.each([undefined, null, 3, [], { type: 'nonsense' }])('answers something for %j', (schema) => {
    expect(JSON.stringify(sampleSchema(schema, text))).toBeTypeOf('string');
  });
});
