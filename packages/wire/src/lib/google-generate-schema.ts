/** Google's own schemas (a subset of OpenAPI 3.0) as JSON Schema. */
import { isObject, setMember } from './json.ts';
import type { JsonObject, JsonValue } from './types.ts';

/** A type in capitals becomes JSON Schema's, and `nullable` one of the types. */
export function jsonSchema(schema: JsonObject): JsonObject {
  const { type, nullable, ...rest } = schema;
  const written: JsonObject = {};
  if (typeof type === 'string' && type !== 'TYPE_UNSPECIFIED') {
    const name = type.toLowerCase();
    written['type'] = nullable === true ? [name, 'null'] : name;
  }
  for (const key of Object.keys(rest)) setMember(written, key, inner(key, rest[key] ?? null));
  return written;
}

function inner(key: string, value: JsonValue): JsonValue {
  if (key === 'properties' && isObject(value)) {
    const properties: JsonObject = {};
    for (const name of Object.keys(value)) setMember(properties, name, schemaOf(value[name] ?? {}));
    return properties;
  }
  if (key === 'items' || key === 'additionalProperties') return schemaOf(value);
  return key === 'anyOf' && Array.isArray(value) ? value.map(schemaOf) : value;
}

function schemaOf(value: JsonValue): JsonValue {
  return isObject(value) ? jsonSchema(value) : value;
}
