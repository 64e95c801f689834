/** Items and parts of the Responses API in neutral form: of calls and of replies alike. */
import { isObject, objectsOf, stringOf } from './json.ts';
import { readUrl } from './openai-chat-read.ts';
import type { JsonObject, JsonValue, NeutralCitation, NeutralMedia, NeutralPart } from './types.ts';

/** What an item says. Hosted tools, compaction and what is new are kept as they are. */
export function readItem(item: JsonObject): NeutralPart[] {
  const id = stringOf(item['call_id']) ?? '';
  const name = stringOf(item['name']) ?? '';
  switch (item['type']) {
    case undefined:
    case null:
    case 'message':
      return readContent(item['content']);
    case 'function_call':
      return [{ type: 'tool-call', id, name, arguments: stringOf(item['arguments']) ?? '' }];
    case 'custom_tool_call':
      return [
        { type: 'tool-call', id, name, arguments: stringOf(item['input']) ?? '', custom: true },
      ];
    case 'function_call_output':
    case 'custom_tool_call_output':
      return [{ type: 'tool-result', toolCallId: id, parts: readContent(item['output']) }];
    case 'reasoning': {
      const signature = stringOf(item['encrypted_content']);
      return [
        { type: 'reasoning', text: reasoningText(item), ...(signature ? { signature } : {}) },
      ];
    }
    default:
      return [{ type: 'unknown', raw: item }];
  }
}

/** Reasoning itself where the host shows it, else its summary. */
export function reasoningText({ content, summary }: JsonObject): string {
  const whole = objectsOf(content).map(({ text }) => stringOf(text) ?? '');
  if (whole.length > 0) return whole.join('');
  return objectsOf(summary)
    .map(({ text }) => stringOf(text) ?? '')
    .join('\n\n');
}

export function readContent(content: JsonValue | undefined): NeutralPart[] {
  if (typeof content === 'string') return content === '' ? [] : [{ type: 'text', text: content }];
  return objectsOf(content).map(readPart);
}

function readPart(part: JsonObject): NeutralPart {
  switch (part['type']) {
    case 'input_text':
    case 'output_text':
    case 'text': {
      const citations = objectsOf(part['annotations']).map(readAnnotation);
      const text = stringOf(part['text']) ?? '';
      return { type: 'text', text, ...(citations.length === 0 ? {} : { citations }) };
    }
    case 'refusal':
      return { type: 'refusal', text: stringOf(part['refusal']) ?? '' };
    case 'input_image': {
      const detail = stringOf(part['detail']);
      const media = { ...readUrl(stringOf(part['image_url'])), ...fileId(part) };
      return { type: 'image', ...media, ...(detail ? { detail } : {}), raw: part };
    }
    case 'input_file':
      return { type: 'file', ...readFile(part), raw: part };
    default:
      return { type: 'unknown', raw: part };
  }
}

function readFile(part: JsonObject): NeutralMedia {
  const { filename, file_url: url, file_data: data } = part;
  return {
    ...fileId(part),
    ...(typeof filename === 'string' ? { filename } : {}),
    ...(typeof url === 'string' ? { url } : {}),
    ...readUrl(stringOf(data)),
  };
}

function fileId({ file_id: id }: JsonObject): NeutralMedia {
  return typeof id === 'string' ? { fileId: id } : {};
}

/** A source: a page of the web, or a file that was searched. */
export function readAnnotation(annotation: JsonObject): NeutralCitation {
  const { url, title, filename, start_index: start, end_index: end } = annotation;
  const name = stringOf(title) ?? stringOf(filename);
  return {
    ...(typeof url === 'string' ? { url } : {}),
    ...(name === undefined ? {} : { title: name }),
    ...(typeof start === 'number' ? { start } : {}),
    ...(typeof end === 'number' ? { end } : {}),
    raw: annotation,
  };
}

export function isRole(item: JsonObject, ...roles: readonly string[]): boolean {
  const { role } = item;
  return typeof role === 'string' && roles.includes(role);
}

/** Log probabilities of a text part, in chat's form. */
export function readLogprobs(value: unknown): JsonObject | undefined {
  const content = objectsOf(value);
  return content.length === 0 || !isObject(content[0]) ? undefined : { content: [...content] };
}
