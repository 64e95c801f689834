/** Every place of a Messages body where text stands that a model reads, with its path. */
import { isObject } from './json.ts';
import { memberPath } from './json-path.ts';
import { mapStrings } from './map-strings.ts';
import type { JsonObject, JsonValue, SegmentRole, TextSegment } from './types.ts';

type Collect = (role: SegmentRole, path: string, text: string) => void;

/** Text of the system, the turns, the tools' definitions and the answer's schema. */
export function anthropicSegments(body: JsonObject): readonly TextSegment[] {
  const found: TextSegment[] = [];
  const collect: Collect = (role, path, text) => {
    if (text !== '') found.push({ role, path, text });
  };
  collectStrings(body['system'], 'system', 'system', collect);
  const { messages } = body;
  for (const [at, message] of (Array.isArray(messages) ? messages : []).entries()) {
    if (!isObject(message)) continue;
    const path = `messages[${at}].content`;
    collectStrings(message['content'], path, roleOf(message['role']), collect);
  }
  for (const name of ['tools', 'output_config']) {
    mapStrings(
      body[name] ?? null,
      (path, text) => {
        if (path.endsWith('.description')) collect('tool-definition', path, text);
        return text;
      },
      name,
    );
  }
  return found;
}

function roleOf(role: JsonValue | undefined): SegmentRole {
  return role === 'assistant' || role === 'system' ? role : 'user';
}

/** Opaque, or names of the format's own: never read by a model as text. */
const opaque: ReadonlySet<string> = /* @__PURE__ */ new Set([
  'type',
  'id',
  'tool_use_id',
  'media_type',
  'file_id',
  'signature',
  'encrypted_content',
  'encrypted_index',
  'cache_control',
]);

/** Whatever a block is, its strings count, at any depth. */
function collectStrings(
  value: JsonValue | undefined,
  path: string,
  role: SegmentRole,
  collect: Collect,
): void {
  if (typeof value === 'string') collect(role, path, value);
  else if (Array.isArray(value)) {
    for (const [at, item] of value.entries()) collectStrings(item, `${path}[${at}]`, role, collect);
  } else if (isObject(value)) collectBlock(value, path, role, collect);
}

function collectBlock(block: JsonObject, path: string, role: SegmentRole, collect: Collect): void {
  const { type } = block;
  const own = typeof type === 'string' && type.endsWith('tool_result') ? 'tool-result' : role;
  for (const name of Object.keys(block)) {
    if (opaque.has(name) || isBytes(block, name)) continue;
    const at = memberPath(path, name);
    if (name === 'input') collectArguments(block[name], at, collect);
    else if (name !== 'name' || typeof block[name] !== 'string')
      collectStrings(block[name], at, own, collect);
  }
}

/** Bytes of a file, and reasoning that nobody can read. */
function isBytes({ type }: JsonObject, name: string): boolean {
  return name === 'data' && type !== 'text';
}

/** Any name may stand in arguments: none of them is the format's. */
function collectArguments(value: JsonValue | undefined, path: string, collect: Collect): void {
  if (typeof value === 'string') collect('tool-arguments', path, value);
  else if (Array.isArray(value)) {
    for (const [at, item] of value.entries()) collectArguments(item, `${path}[${at}]`, collect);
  } else if (isObject(value)) {
    for (const name of Object.keys(value))
      collectArguments(value[name], memberPath(path, name), collect);
  }
}
