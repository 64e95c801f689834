/** Every place of a Responses body where text stands that a model reads, with its path. */
import { isObject } from './json.ts';
import { memberPath } from './json-path.ts';
import { mapStrings } from './map-strings.ts';
import type { JsonObject, JsonValue, SegmentRole, TextSegment } from './types.ts';

type Collect = (role: SegmentRole, path: string, text: string) => void;

/** Text of the instructions, the items, the tools' definitions and the answer's schema. */
export function responsesSegments(body: JsonObject): readonly TextSegment[] {
  const found: TextSegment[] = [];
  const collect: Collect = (role, path, text) => {
    if (text !== '') found.push({ role, path, text });
  };
  collectStrings(body['instructions'], 'instructions', 'system', collect);
  const { input, prompt } = body;
  if (typeof input === 'string') collect('user', 'input', input);
  else if (Array.isArray(input)) {
    for (const [at, item] of input.entries())
      if (isObject(item)) collectStrings(item, `input[${at}]`, roleOf(item), collect);
  }
  if (isObject(prompt)) collectStrings(prompt['variables'], 'prompt.variables', 'user', collect);
  for (const name of ['tools', 'text']) {
    mapStrings(
      body[name] ?? null,
      (path, text) => {
        if (/\.(?:description|definition)$/.test(path)) collect('tool-definition', path, text);
        return text;
      },
      name,
    );
  }
  return found;
}

function roleOf({ type, role }: JsonObject): SegmentRole {
  if (typeof type === 'string' && type !== 'message') {
    if (type === 'reasoning') return 'assistant';
    return type.endsWith('_output') ? 'tool-result' : 'tool-arguments';
  }
  if (role === 'assistant') return role;
  return role === 'system' || role === 'developer' ? 'system' : 'user';
}

/** Opaque, or names of the format's own: never read by a model as text. */
const opaque: ReadonlySet<string> = /* @__PURE__ */ new Set([
  'type',
  'id',
  'call_id',
  'item_id',
  'role',
  'name',
  'status',
  'phase',
  'detail',
  'encrypted_content',
  'file_id',
  'file_data',
  'image_url',
  'container_id',
  'result',
]);

/** Whatever an item is, its strings count, at any depth. */
function collectStrings(
  value: JsonValue | undefined,
  path: string,
  role: SegmentRole,
  collect: Collect,
): void {
  if (typeof value === 'string') collect(role, path, value);
  else if (Array.isArray(value)) {
    for (const [at, item] of value.entries()) collectStrings(item, `${path}[${at}]`, role, collect);
  } else if (isObject(value)) {
    for (const name of Object.keys(value)) {
      if (opaque.has(name) && typeof value[name] === 'string') continue;
      collectStrings(value[name], memberPath(path, name), role, collect);
    }
  }
}
