/** Google's parts in neutral form: of turns and of answers alike. */
import { isObject, objectsOf, stringOf } from './json.ts';
import type { JsonObject, JsonValue, NeutralMedia, NeutralPart } from './types.ts';

/** Gives tool calls and their results the ids that Google may leave out. */
export interface CallIds {
  /** The id of the next call; `own` is what it says itself. */
  call(name: string, own: string): string;
  /** The id of the call that a result answers. */
  result(name: string, own: string): string;
}

/** The parts of a turn or of a candidate's content. */
export function readParts(content: unknown, ids: CallIds): NeutralPart[] {
  const parts = isObject(content) ? objectsOf(content['parts']) : [];
  return parts.flatMap((part) => readPart(part, ids) ?? []);
}

function readPart(part: JsonObject, ids: CallIds): NeutralPart | undefined {
  const { text, functionCall, functionResponse, inlineData, fileData } = part;
  const signature = stringOf(part['thoughtSignature']);
  const signed = signature === undefined ? {} : { signature };
  if (isObject(functionCall)) {
    const called = readFunctionCall(functionCall, ids);
    return { type: 'tool-call', ...called, ...signed, raw: part };
  }
  if (isObject(functionResponse)) return readFunctionResponse(functionResponse, ids);
  if (isObject(inlineData)) return media(readInline(inlineData), part);
  if (isObject(fileData)) return media(readFile(fileData), part);
  if (typeof text === 'string') {
    if (part['thought'] === true) return { type: 'reasoning', text, ...signed, raw: part };
    if (text === '' && signature === undefined) return undefined;
    return { type: 'text', text, ...(Object.keys(part).length > 1 ? { raw: part } : {}) };
  }
  return { type: 'unknown', raw: part };
}

/** A tool call's id, name and arguments. */
export function readFunctionCall(
  call: JsonObject,
  ids: CallIds,
): { readonly id: string; readonly name: string; readonly arguments: string } {
  const name = stringOf(call['name']) ?? '';
  return {
    id: ids.call(name, stringOf(call['id']) ?? ''),
    name,
    arguments: JSON.stringify(call['args'] ?? {}),
  };
}

function readFunctionResponse(given: JsonObject, ids: CallIds): NeutralPart {
  const name = stringOf(given['name']) ?? '';
  const { response = {} } = given;
  const said = readResponse(response);
  return {
    type: 'tool-result',
    toolCallId: ids.result(name, stringOf(given['id']) ?? ''),
    ...(name === '' ? {} : { name }),
    parts: [{ type: 'text', text: said.text }, ...readParts(given, ids)],
    ...(said.isError ? { isError: true } : {}),
  };
}

/**
 * What a function answered, as text. Alone in one of these fields, text is the answer itself; any
 * other object is its JSON.
 */
export function readResponse(response: JsonValue): { text: string; isError: boolean } {
  const [name = '', ...more] = isObject(response) ? Object.keys(response) : [];
  const only = isObject(response) && more.length === 0 ? response[name] : undefined;
  const isError = name === 'error' && typeof only === 'string';
  return typeof only === 'string' && /^(?:result|output|error)$/.test(name)
    ? { text: only, isError }
    : { text: JSON.stringify(response), isError };
}

function media(found: NeutralMedia, raw: JsonObject): NeutralPart {
  const [kind] = (found.mediaType ?? '').split('/');
  return { type: kind === 'image' || kind === 'audio' ? kind : 'file', ...found, raw };
}

function readInline({ data, mimeType, displayName }: JsonObject): NeutralMedia {
  return {
    ...(typeof data === 'string' ? { data } : {}),
    ...(typeof mimeType === 'string' ? { mediaType: mimeType } : {}),
    ...(typeof displayName === 'string' ? { filename: displayName } : {}),
  };
}

/** Files of Google's own are known to Google alone. */
function readFile({ fileUri, mimeType }: JsonObject): NeutralMedia {
  const uri = stringOf(fileUri) ?? '';
  const isPublic = /^https?:/.test(uri) && !uri.includes('generativelanguage.googleapis.com/');
  return {
    ...(isPublic ? { url: uri } : { fileId: uri }),
    ...(typeof mimeType === 'string' ? { mediaType: mimeType } : {}),
  };
}
