/**
 * Google reads JSON as protocol buffers do: a field's name in camelCase or snake_case, and a list of
 * one without its brackets. Everything else here knows one spelling.
 */
import { RequestError } from '@wintergate/core';
import { isObject, setMember } from './json.ts';
import type { JsonObject, JsonValue } from './types.ts';

/** The messages inside of a message, by field. What is not listed is the caller's own data. */
interface Fields {
  readonly [name: string]: Fields;
}

const plain: Fields = {};
const part: Fields = {
  inlineData: plain,
  fileData: plain,
  functionCall: plain,
  functionResponse: { parts: { inlineData: plain, fileData: plain } },
  executableCode: plain,
  codeExecutionResult: plain,
};
const content: Fields = { parts: part };
const body: Fields = {
  contents: content,
  systemInstruction: content,
  tools: { functionDeclarations: plain },
  toolConfig: { functionCallingConfig: plain },
  generationConfig: { thinkingConfig: plain },
  // Embeddings.
  content,
  requests: { content },
};

const lists: ReadonlySet<string> = /* @__PURE__ */ new Set([
  'contents',
  'parts',
  'tools',
  'functionDeclarations',
  'allowedFunctionNames',
  'stopSequences',
  'requests',
]);

/**
 * The body with every field of Google's in camelCase and every list a list: the same body, not
 * copied, when it is like that already.
 *
 * @throws {RequestError} 400 when a field stands in both spellings: the upstream reads only one.
 */
export function normalBody(value: unknown): unknown {
  return isObject(value) ? normal(value, body, '') : value;
}

function normal(value: JsonObject, fields: Fields, path: string): JsonObject {
  let copy: JsonObject | undefined;
  for (const key of Object.keys(value)) {
    const member = value[key] as JsonValue;
    const name = key.includes('_') ? camelCase(key) : key;
    if (name !== key && Object.hasOwn(value, name)) throw twice(path + name);
    const inner = Object.hasOwn(fields, name) ? fields[name] : undefined;
    const listed = isBare(name, member) ? [member] : member;
    const changed = inner === undefined ? listed : normalMember(listed, inner, `${path}${name}.`);
    if (copy === undefined && (name !== key || changed !== member)) copy = before(value, key);
    if (copy !== undefined) setMember(copy, name, changed);
  }
  return copy ?? value;
}

function normalMember(value: JsonValue, fields: Fields, path: string): JsonValue {
  if (isObject(value)) return normal(value, fields, path);
  if (!Array.isArray(value)) return value;
  const items = value.map((item) => (isObject(item) ? normal(item, fields, path) : item));
  return items.some((item, at) => item !== value[at]) ? items : value;
}

/** What stands before a member; its own copies of members are set by the caller. */
function before(value: JsonObject, end: string): JsonObject {
  const copy: JsonObject = {};
  for (const key of Object.keys(value)) {
    if (key === end) break;
    setMember(copy, key, value[key] as JsonValue);
  }
  return copy;
}

function isBare(name: string, value: JsonValue): boolean {
  return lists.has(name) && (typeof value === 'string' || isObject(value));
}

function camelCase(name: string): string {
  return name.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

function twice(param: string): RequestError {
  return new RequestError({
    status: 400,
    type: 'invalid_request_error',
    message: `Write '${param}' once: the body has it in two spellings`,
    param,
  });
}
