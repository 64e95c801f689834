/** Turns as items of a Responses call. */
import { urlOf } from './openai-chat-write-parts.ts';
import type { WriteOptions } from './target-dialect.ts';
import { mayWrite } from './translation-table.ts';
import type { JsonObject, JsonValue, NeutralMedia, NeutralMessage, NeutralPart } from './types.ts';

/** A turn's text is one message; its calls, and the results of calls, are items of their own. */
export function writeItems(
  message: NeutralMessage,
  path: string,
  options: WriteOptions,
): JsonObject[] {
  const items: JsonObject[] = [];
  const role = message.role === 'tool' ? 'user' : message.role;
  let said: NeutralPart[] = [];
  const flush = (): void => {
    const content = writeContent(said, path, options);
    if (content.length > 0) items.push({ role, content: simple(content, role) });
    said = [];
  };
  for (const part of message.parts) {
    // The reasoning of others is neither asked for nor understood.
    if (part.type === 'reasoning') continue;
    if (part.type !== 'tool-call' && part.type !== 'tool-result') {
      said.push(part);
      continue;
    }
    flush();
    items.push(part.type === 'tool-call' ? writeCallItem(part) : writeResult(part, path, options));
  }
  flush();
  return items;
}

/** Text alone is a string; what the assistant said always is: its parts have ids of the provider's. */
function simple(content: JsonObject[], role: string): JsonValue {
  const texts = content.flatMap((part) =>
    part['type'] === 'input_text' ? (part['text'] ?? '') : [],
  );
  if (role === 'assistant') return texts.join('');
  return content.length === 1 && texts.length === 1 ? (texts[0] ?? '') : content;
}

/** A call in a history needs no id but the one that its result names. */
export function writeCallItem(call: {
  readonly id: string;
  readonly name: string;
  readonly arguments: string;
  readonly custom?: boolean;
}): JsonObject {
  const { id, name, arguments: text, custom } = call;
  if (custom === true) return { type: 'custom_tool_call', call_id: id, name, input: text };
  return { type: 'function_call', call_id: id, name, arguments: text === '' ? '{}' : text };
}

function writeResult(
  part: Extract<NeutralPart, { type: 'tool-result' }>,
  path: string,
  options: WriteOptions,
): JsonObject {
  const { toolCallId, parts } = part;
  const texts = parts.flatMap((one) => (one.type === 'text' ? one.text : []));
  const output =
    texts.length === parts.length ? texts.join('\n') : writeContent(parts, path, options);
  return { type: 'function_call_output', call_id: toolCallId, output };
}

function writeContent(
  parts: readonly NeutralPart[],
  path: string,
  options: WriteOptions,
): JsonObject[] {
  const written: JsonObject[] = [];
  for (const [at, part] of parts.entries()) {
    const one = writePart(part, `${path}.content[${at}]`, options);
    if (one !== undefined) written.push(one);
  }
  return written;
}

function writePart(
  part: NeutralPart,
  path: string,
  { notice }: WriteOptions,
): JsonObject | undefined {
  switch (part.type) {
    case 'text':
    case 'refusal':
      return part.text === '' ? undefined : { type: 'input_text', text: part.text };
    case 'image': {
      const url = urlOf(part);
      if (url === undefined) break;
      return { type: 'input_image', image_url: url, detail: part.detail ?? 'auto' };
    }
    case 'file': {
      const file = writeFile(part);
      if (file === undefined) break;
      return { type: 'input_file', ...file };
    }
    case 'audio':
      mayWrite('openai-responses', 'audio', path, notice);
  }
  notice({ field: path, action: 'drop', detail: `${part.type} has no form in OpenAI Responses` });
  return undefined;
}

function writeFile(part: NeutralMedia): JsonObject | undefined {
  if (part.data !== undefined)
    return { filename: part.filename ?? 'document', file_data: urlOf(part) ?? '' };
  return part.url === undefined ? undefined : { file_url: part.url };
}
