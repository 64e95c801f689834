/** The published OpenAI schema, for tests: validators of its types. Not part of any entry. */
import { readFileSync } from 'node:fs';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { expect } from 'vitest';
import { dataPath } from './test-support.ts';
import type { JsonObject, JsonValue } from './types.ts';

export const schemaFile = 'conformance/openai-openapi/schemas.json';

export function schemas(): Record<string, JsonObject> {
  const { $defs } = JSON.parse(readFileSync(dataPath(schemaFile), 'utf8')) as {
    $defs: Record<string, JsonObject>;
  };
  return $defs;
}

const ignored = new Set(['discriminator', '$recursiveAnchor']);

/** OpenAPI's `nullable` in JSON Schema's words. */
function withNull(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(withNull);
  if (typeof value !== 'object' || value === null) return value;
  const { nullable, ...rest } = value;
  const plain: JsonObject = {};
  for (const [key, member] of Object.entries(rest)) {
    // Its own examples match several of them.
    const name = key === 'oneOf' ? 'anyOf' : key;
    if (member !== undefined && !ignored.has(key)) plain[name] = withNull(member);
  }
  return nullable === true ? { anyOf: [plain, { type: 'null' }] } : plain;
}

export function validator(name: string): ValidateFunction {
  const ajv = new Ajv2020({ strict: false, validateFormats: false, validateSchema: false });
  return ajv.compile({
    $ref: `#/$defs/${name}`,
    $defs: withNull(schemas() as JsonObject) as object,
  });
}

export function expectValid(validate: ValidateFunction, value: unknown, name = ''): void {
  const valid = validate(value);
  expect(valid ? [] : validate.errors, `${name} ${JSON.stringify(value)}`).toEqual([]);
}

/** All properties of a schema, through `allOf` and references. */
export function propertiesOf(schema: JsonObject, all: Record<string, JsonObject>): Set<string> {
  const found = new Set(Object.keys((schema['properties'] ?? {}) as JsonObject));
  const parts = (schema['allOf'] ?? []) as JsonObject[];
  const reference = schema['$ref'];
  if (typeof reference === 'string')
    parts.push(all[reference.replace('#/$defs/', '')] as JsonObject);
  for (const part of parts) for (const name of propertiesOf(part, all)) found.add(name);
  return found;
}
