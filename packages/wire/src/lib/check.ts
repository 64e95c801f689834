/** Checks of a request's fields: each failure is a 400 that names the field and what was expected. */
import { RequestError } from '@wintergate/core';
import { isDeeperThan, isObject, maxJsonDepth } from './json.ts';
import type { JsonObject } from './types.ts';

/** What is wrong: found without building a path, which is put together on the way out. */
export interface Fault {
  readonly path: string;
  readonly expected: string;
  readonly value: unknown;
}

/** Tells what is wrong with a value, if anything. */
export type Check = (value: unknown) => Fault | undefined;

/** @throws {RequestError} 400 when the body is not an object, nests too deep, or fails the check. */
export function checkBody(body: unknown, check: Check): asserts body is JsonObject {
  if (!isObject(body))
    throw invalid(undefined, `Expected a JSON object as the body, got ${kindOf(body)}`);
  if (isDeeperThan(body, maxJsonDepth)) {
    throw invalid(undefined, `Nest the body at most ${maxJsonDepth} levels deep`);
  }
  const found = check(body);
  if (found === undefined) return;
  const { path, expected, value } = found;
  const param = path.slice(1);
  throw invalid(param, `Expected ${expected} for '${param}', got ${kindOf(value)}`);
}

function invalid(param: string | undefined, message: string): RequestError {
  return new RequestError({ status: 400, type: 'invalid_request_error', message, param });
}

export function fault(expected: string, value: unknown, path = ''): Fault {
  return { path, expected, value };
}

const names = {
  string: 'a string',
  boolean: 'true or false',
  number: 'a number',
  object: 'an object',
  array: 'an array',
};

export function is(kind: keyof typeof names): Check {
  return (value) => (isKind(value, kind) ? undefined : fault(names[kind], value));
}

/** An integer of at least `least`. */
export function integer(least = Number.NEGATIVE_INFINITY): Check {
  const expected = least < 0 ? 'an integer' : `an integer of at least ${least}`;
  return (value) =>
    Number.isInteger(value) && (value as number) >= least ? undefined : fault(expected, value);
}

/** Also absent, or null. */
export function optional(check: Check): Check {
  return (value) => (value === undefined || value === null ? undefined : check(value));
}

/** A string, or what `check` says of an array or an object. */
export function stringOr(expected: string, check: Check): Check {
  return (value) => {
    if (typeof value === 'string') return undefined;
    return typeof value === 'object' && value !== null ? check(value) : fault(expected, value);
  };
}

export function list(check: Check): Check {
  return (value) => {
    if (!Array.isArray(value)) return fault(names.array, value);
    for (let index = 0; index < value.length; index++) {
      const found = check(value[index]);
      if (found !== undefined) return { ...found, path: `[${index}]${found.path}` };
    }
    return undefined;
  };
}

/** An object with these fields, and any others. */
export function shape(fields: Readonly<Record<string, Check>>): Check {
  const all = Object.entries(fields);
  return (value) => {
    if (!isObject(value)) return fault(names.object, value);
    for (const [name, check] of all) {
      const found = check(value[name]);
      if (found !== undefined) return { ...found, path: `.${name}${found.path}` };
    }
    return undefined;
  };
}

/** A shape that depends on the object. */
export function shapeBy(choose: (value: JsonObject) => Check): Check {
  return (value) => (isObject(value) ? choose(value)(value) : fault(names.object, value));
}

function isKind(value: unknown, kind: keyof typeof names): boolean {
  if (kind === 'object') return isObject(value);
  if (kind === 'array') return Array.isArray(value);
  // A number such as 1e999 parses as Infinity, which no upstream reads back.
  return typeof value === kind && (kind !== 'number' || Number.isFinite(value));
}

function kindOf(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value === null || value === '' || typeof value === 'number') return JSON.stringify(value);
  if (Array.isArray(value)) return value.length === 0 ? 'an empty array' : 'an array';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}
