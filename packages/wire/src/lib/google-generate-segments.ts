/** Every place of a Google body where text stands that a model reads, with its path. */
import { isObject } from './json.ts';
import { memberPath } from './json-path.ts';
import { mapStrings } from './map-strings.ts';
import type { JsonObject, JsonValue, SegmentRole, TextSegment } from './types.ts';

type Collect = (role: SegmentRole, path: string, text: string) => void;

/** Text of the turns, the tools' definitions and the answer's schema. */
export function googleSegments(body: JsonObject): readonly TextSegment[] {
  const found: TextSegment[] = [];
  const collect: Collect = (role, path, text) => {
    if (text !== '') found.push({ role, path, text });
  };
  collectContent(body['systemInstruction'], 'systemInstruction', 'system', collect);
  each(body['contents'], 'contents', (content, path) =>
    collectContent(content, path, content['role'] === 'model' ? 'assistant' : 'user', collect),
  );
  for (const name of ['tools', 'generationConfig']) {
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

const roles: Readonly<Record<string, SegmentRole>> = {
  functionCall: 'tool-arguments',
  executableCode: 'tool-arguments',
  toolCall: 'tool-arguments',
  functionResponse: 'tool-result',
  codeExecutionResult: 'tool-result',
  toolResponse: 'tool-result',
};
/** Opaque, or names of Google's own: never read by a model as text. */
const opaque = /^(?:thoughtSignature|mimeType|fileUri|data|id|name|language|outcome|toolType)$/;

/** A turn's text; whatever a part is, its strings count, at any depth. */
export function collectContent(
  content: JsonValue | undefined,
  path: string,
  role: SegmentRole,
  collect: Collect,
): void {
  if (!isObject(content)) return;
  each(content['parts'], `${path}.parts`, (part, at) => {
    for (const field of Object.keys(part)) {
      const value = part[field];
      const own = Object.hasOwn(roles, field) ? roles[field] : undefined;
      if (!isObject(value)) {
        if (!opaque.test(field)) strings(value, memberPath(at, field), role, collect);
        continue;
      }
      for (const name of Object.keys(value)) {
        if (opaque.test(name) && typeof value[name] === 'string') continue;
        strings(value[name], memberPath(memberPath(at, field), name), own ?? role, collect);
      }
    }
  });
}

function strings(
  value: JsonValue | undefined,
  path: string,
  role: SegmentRole,
  collect: Collect,
): void {
  if (typeof value === 'string') collect(role, path, value);
  else if (Array.isArray(value)) {
    for (const [at, item] of value.entries()) strings(item, `${path}[${at}]`, role, collect);
  } else if (isObject(value)) {
    for (const name of Object.keys(value))
      strings(value[name], memberPath(path, name), role, collect);
  }
}

function each(
  value: JsonValue | undefined,
  path: string,
  visit: (item: JsonObject, path: string) => void,
): void {
  if (!Array.isArray(value)) return;
  for (const [at, item] of value.entries()) if (isObject(item)) visit(item, `${path}[${at}]`);
}
