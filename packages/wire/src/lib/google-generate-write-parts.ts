/** Turns in Google's parts. */

import { writeFunctionCall } from './google-generate-compose.ts';
import { readResponse } from './google-generate-parts.ts';
import { isObject } from './json.ts';
import type { WriteOptions } from './target-dialect.ts';
import { mayWrite, unsupported } from './translation-table.ts';
import type {
  JsonObject,
  JsonValue,
  ModelCall,
  NeutralMedia,
  NeutralMessage,
  NeutralPart,
} from './types.ts';

const id = 'google-generate';
/** Accepted in the place of a signature that the history does not have. */
const noSignature = 'skip_thought_signature_validator';

/** The turns, neighbours of one role joined: results need the names that their calls had. */
export function writeContents(call: ModelCall, model: string, options: WriteOptions): JsonObject[] {
  const names = new Map<string, string>();
  const contents: { role: string; parts: JsonObject[] }[] = [];
  for (const [at, message] of call.messages.entries()) {
    const role = message.role === 'assistant' ? 'model' : 'user';
    const parts = message.parts.flatMap((part) => {
      if (part.type === 'tool-call') names.set(part.id, part.name);
      const own = call.dialect.id === id && 'raw' in part ? part.raw : undefined;
      if (isObject(own)) return [own];
      return writePart(part, message, names, `messages[${at}]`, options);
    });
    const last = contents[contents.length - 1];
    if (parts.length === 0) continue;
    if (last?.role === role) last.parts.push(...parts);
    else contents.push({ role, parts });
  }
  if (!/gemini-[12](?:\D|$)/.test(model)) for (const { parts } of contents) sign(parts);
  return contents as unknown as JsonObject[];
}

/** The first call of a turn must have a signature. */
function sign(parts: JsonObject[]): void {
  const first = parts.findIndex((part) => part['functionCall'] !== undefined);
  const part = parts[first];
  if (part !== undefined && part['thoughtSignature'] === undefined)
    parts[first] = { ...part, thoughtSignature: noSignature };
}

function writePart(
  part: NeutralPart,
  message: NeutralMessage,
  names: ReadonlyMap<string, string>,
  path: string,
  { notice }: WriteOptions,
): JsonObject[] {
  switch (part.type) {
    case 'text':
    case 'refusal':
      return part.text === '' ? [] : [{ text: part.text }];
    case 'reasoning':
      // It is another model's: Google refuses it, or takes it for its own.
      return [];
    case 'tool-call':
      return [writeFunctionCall(part)];
    case 'image':
    case 'audio':
    case 'file':
      return [writeMedia(part, path, { notice })];
    case 'tool-result': {
      const { toolCallId, isError = false } = part;
      const name = part.name ?? names.get(toolCallId) ?? message.name ?? toolCallId;
      const texts = part.parts.flatMap((one) => (one.type === 'text' ? one.text : []));
      const others = part.parts.filter(({ type }) => type !== 'text');
      const more = others.flatMap((one) => writePart(one, message, names, path, { notice }));
      if (more.length > 0) {
        const detail = 'media of a tool result stands beside it';
        notice({ field: path, action: 'emulate', detail });
      }
      const response = writeResponse(texts.join('\n'), isError);
      return [
        { functionResponse: { ...(toolCallId === '' ? {} : { id: toolCallId }), name, response } },
        ...more,
      ];
    }
    default:
      notice({ field: path, action: 'drop', detail: `${part.type} has no form in Gemini` });
      return [];
  }
}

/** An object where the text is one and can be told from it again, else the text in a field. */
function writeResponse(text: string, isError: boolean): JsonObject {
  if (isError) return { error: text };
  try {
    const value: JsonValue = JSON.parse(text);
    if (isObject(value) && readResponse(value).text === text) return value;
  } catch {
    // It is no JSON.
  }
  return { result: text };
}

/** A place on the web is not fetched there, and an id of another provider's file says nothing. */
function writeMedia(
  part: NeutralMedia & { readonly type: 'image' | 'audio' | 'file' },
  path: string,
  { notice }: Pick<WriteOptions, 'notice'>,
): JsonObject {
  const { data, url, mediaType } = part;
  const mimeType = mediaType || defaults[part.type];
  if (data !== undefined) return { inlineData: { mimeType, data } };
  if (url === undefined || !mayWrite(id, 'imageUrl', path, notice)) throw unsupported(path);
  return { fileData: { mimeType, fileUri: url } };
}

const defaults = { image: 'image/png', audio: 'audio/wav', file: 'application/pdf' } as const;
