/** One text for each JSON value, whatever the order its members came in: what digests are made of. */
import type { JsonValue } from './types.ts';

const maxDepth = 256;
/** Text that stands in JSON as it is; cheaper to test than to have it written. */
const plain = /^[ !#-[\]-~]*$/;

/**
 * Writes a value as canonical JSON (RFC 8785): members sorted by UTF-16 code units, no white space,
 * numbers and strings as ECMAScript writes them. Members that are `undefined` are left out.
 *
 * @throws {RangeError} for a value nested deeper than 256, which no body that was read is.
 * @example
 * canonicalJson({ b: 1.0, a: 'x' }); // {"a":"x","b":1}
 */
export function canonicalJson(value: JsonValue): string {
  return write(value, 0);
}

function write(value: JsonValue, depth: number): string {
  if (typeof value === 'string') return quote(value);
  if (typeof value === 'boolean') return value ? 'true' : 'false';
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (depth === maxDepth) throw new RangeError(`Refuse JSON nested deeper than ${maxDepth}`);
  if (Array.isArray(value)) {
    let text = '[';
    for (let index = 0; index < value.length; index++) {
      if (index > 0) text += ',';
      text += write(value[index] ?? null, depth + 1);
    }
    return `${text}]`;
  }
  let text = '';
  for (const key of sortedKeys(value)) {
    const member = value[key];
    if (member === undefined) continue;
    text += `${text === '' ? '' : ','}${quote(key)}:${write(member, depth + 1)}`;
  }
  return `{${text}}`;
}

/** Objects have few members, mostly in order: `sort()` makes three lists to find that out. */
function sortedKeys(value: object): string[] {
  const keys = Object.keys(value);
  if (keys.length > 32) return keys.sort();
  for (let from = 1; from < keys.length; from++) {
    for (let at = from; at > 0 && keys[at - 1]! > keys[at]!; at--)
      [keys[at - 1], keys[at]] = [keys[at]!, keys[at - 1]!];
  }
  return keys;
}

function quote(text: string): string {
  return plain.test(text) ? `"${text}"` : JSON.stringify(text);
}
