/** Checks of a request's fields: each failure is a 400 that names the field and what was expected. */
import { RequestError } from '@wintergate/core';
import { isDeeperThan, isObject, maxJsonDepth } from './json.ts';
import type { JsonObject } from './types.ts';

export function invalid(param: string | undefined, message: string): RequestError {
  return new RequestError({ status: 400, type: 'invalid_request_error', message, param });
}

/** @throws {RequestError} when the body is not an object or nests too deep. */
export function checkBody(body: unknown): asserts body is JsonObject {
  if (!isObject(body))
    throw invalid(undefined, `Expected a JSON object as the body, got ${kindOf(body)}`);
  if (isDeeperThan(body, maxJsonDepth)) {
    throw invalid(undefined, `Nest the body at most ${maxJsonDepth} levels deep`);
  }
}

export function wrongType(param: string, expected: string, value: unknown): RequestError {
  return invalid(param, `Expected ${expected} for '${param}', got ${kindOf(value)}`);
}

export type FieldKind = 'string' | 'boolean' | 'number' | 'integer' | 'object' | 'array';

const article: Record<FieldKind, string> = {
  string: 'a string',
  boolean: 'true or false',
  number: 'a number',
  integer: 'an integer',
  object: 'an object',
  array: 'an array',
};

/** Checks the optional, nullable fields of `fields` on `body`. */
export function checkFields(
  body: JsonObject,
  fields: readonly (readonly [string, FieldKind])[],
): void {
  for (const [name, kind] of fields) {
    const value = body[name];
    if (value === undefined || value === null) continue;
    if (!isKind(value, kind)) throw wrongType(name, article[kind], value);
  }
}

function isKind(value: unknown, kind: FieldKind): boolean {
  switch (kind) {
    case 'integer':
      return Number.isInteger(value);
    case 'number':
      // A number such as 1e999 parses as Infinity, which no upstream reads back.
      return Number.isFinite(value);
    case 'object':
      return isObject(value);
    case 'array':
      return Array.isArray(value);
    default:
      return typeof value === kind;
  }
}

function kindOf(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'an array';
  if (typeof value === 'number' && !Number.isFinite(value)) return 'a number out of range';
  if (typeof value === 'object') return 'an object';
  return typeof value === 'string' ? 'a string' : `a ${typeof value}`;
}
