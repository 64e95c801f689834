/** The content of a user's turn in OpenAI's parts. */
import type { WriteOptions } from './target-dialect.ts';
import { mayWrite } from './translation-table.ts';
import type { JsonObject, JsonValue, NeutralMedia, NeutralPart } from './types.ts';

/** Text alone is a string. */
export function writeContentParts(
  parts: readonly NeutralPart[],
  path: string,
  options: WriteOptions,
): JsonValue {
  if (parts.length === 1 && parts[0]?.type === 'text') return parts[0].text;
  const written: JsonObject[] = [];
  for (const [at, part] of parts.entries()) {
    const one = writePart(part, `${path}.content[${at}]`, options);
    if (one !== undefined) written.push(one);
  }
  return written.length === 0 ? '' : written;
}

function writePart(part: NeutralPart, path: string, options: WriteOptions): JsonObject | undefined {
  switch (part.type) {
    case 'text':
      return { type: 'text', text: part.text };
    case 'refusal':
      return { type: 'text', text: part.text };
    case 'image': {
      const url = urlOf(part);
      if (url === undefined) break;
      const detail = part.detail === undefined ? {} : { detail: part.detail };
      return { type: 'image_url', image_url: { url, ...detail } };
    }
    case 'audio':
      if (part.data === undefined || !mayWrite('openai-chat', 'audio', path, options.notice)) break;
      return {
        type: 'input_audio',
        input_audio: { data: part.data, format: audioFormat(part.mediaType) },
      };
    case 'file': {
      const file = writeFile(part);
      if (file === undefined) break;
      return { type: 'file', file };
    }
  }
  options.notice({
    field: path,
    action: 'drop',
    detail: `${part.type} has no form in OpenAI chat`,
  });
  return undefined;
}

/** Bytes as a `data:` URL, where they are given. */
export function urlOf({ url, data, mediaType }: NeutralMedia): string | undefined {
  return data === undefined
    ? url
    : `data:${mediaType ?? 'application/octet-stream'};base64,${data}`;
}

function writeFile(part: NeutralMedia): JsonObject | undefined {
  if (part.data === undefined)
    return part.fileId === undefined ? undefined : { file_id: part.fileId };
  return { filename: part.filename ?? 'document', file_data: urlOf(part) ?? '' };
}

function audioFormat(mediaType = 'audio/wav'): string {
  return /mpeg|mp3/.test(mediaType) ? 'mp3' : 'wav';
}
