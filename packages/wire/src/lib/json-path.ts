/** Paths such as `messages[2].content[0].text`: how segments are named and written back. */
import { isObject, setMember } from './json.ts';
import type { JsonObject, JsonValue } from './types.ts';

const plainName = /^[A-Za-z_$][\w$]*$/;

/** Appends a member's name, quoted when it is not a plain one: `a.b`, `a["x.y"]`. */
export function memberPath(path: string, name: string): string {
  if (!plainName.test(name)) return `${path}[${JSON.stringify(name)}]`;
  return path === '' ? name : `${path}.${name}`;
}

/**
 * A copy of `root` with the strings at these paths replaced. Only what lies on a path is copied.
 *
 * @throws {RangeError} when a path does not lead to a string.
 */
export function replaceStrings(root: JsonObject, edits: ReadonlyMap<string, string>): JsonObject {
  const copied = new Set<JsonValue>();
  const body = copyOnce(root, copied) as JsonObject;
  for (const [path, text] of edits) {
    const keys = parsePath(path);
    const last = keys.pop();
    let at: JsonValue = body;
    for (const key of keys) {
      const child: JsonValue | undefined = member(at, key);
      if (typeof child !== 'object' || child === null) throw noText(path);
      const copy: JsonValue = copyOnce(child, copied);
      assign(at, key, copy);
      at = copy;
    }
    if (last === undefined || typeof member(at, last) !== 'string') throw noText(path);
    assign(at, last, text);
  }
  return body;
}

function copyOnce(value: JsonValue, copied: Set<JsonValue>): JsonValue {
  if (copied.has(value)) return value;
  const copy: JsonValue = Array.isArray(value) ? value.slice() : { ...(value as JsonObject) };
  copied.add(copy);
  return copy;
}

function member(value: JsonValue, key: string | number): JsonValue | undefined {
  if (typeof key === 'number') return Array.isArray(value) ? value[key] : undefined;
  return isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}

function assign(target: JsonValue, key: string | number, value: JsonValue): void {
  if (Array.isArray(target)) target[key as number] = value;
  else setMember(target as JsonObject, key as string, value);
}

/** Linear: each match starts where the last one ended. */
function parsePath(path: string): (string | number)[] {
  const step = /\.?([A-Za-z_$][\w$]*)|\[(\d+)\]|\[("(?:[^"\\]|\\.)*")\]/y;
  const keys: (string | number)[] = [];
  while (step.lastIndex < path.length) {
    const match = step.exec(path);
    if (match === null) throw noText(path);
    if (match[1] !== undefined) keys.push(match[1]);
    else if (match[2] !== undefined) keys.push(Number(match[2]));
    else keys.push(JSON.parse(match[3] ?? '""') as string);
  }
  return keys;
}

function noText(path: string): RangeError {
  return new RangeError(`Use a path that leads to text: "${path}"`);
}
