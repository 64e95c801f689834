/** Every string of a body, wherever it stands. */
import { isObject, setMember } from './json.ts';
import { memberPath } from './json-path.ts';
import type { JsonValue } from './types.ts';

/** What a format itself writes there: never somebody's text. */
const harmless = /* @__PURE__ */ new Set(
  'id object role model type finish_reason system_fingerprint tool_call_id'.split(' '),
);

/**
 * A copy with each string as `map` answers it; the same value when nothing changes. Strings that
 * the format itself writes, such as roles and ids, are left out.
 */
export function mapStrings<T extends JsonValue>(
  value: T,
  map: (path: string, text: string) => string,
  path?: string,
): T;
export function mapStrings(
  value: JsonValue,
  map: (path: string, text: string) => string,
  path = '',
): JsonValue {
  if (typeof value === 'string') return map(path, value);
  if (Array.isArray(value)) {
    let items = value;
    for (let index = 0; index < value.length; index++) {
      const item = value[index] as JsonValue;
      if (typeof item === 'number') continue;
      const mapped = mapStrings(item, map, `${path}[${index}]`);
      if (mapped === item) continue;
      if (items === value) items = value.slice();
      items[index] = mapped;
    }
    return items;
  }
  if (!isObject(value)) return value;
  let members = value;
  for (const name of Object.keys(value)) {
    const member = value[name];
    if (typeof member !== 'object' && typeof member !== 'string') continue;
    if (member === null || (typeof member === 'string' && harmless.has(name))) continue;
    const mapped = mapStrings(member, map, memberPath(path, name));
    if (mapped === member) continue;
    if (members === value) members = { ...value };
    setMember(members, name, mapped);
  }
  return members;
}
