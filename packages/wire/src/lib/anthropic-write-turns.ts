/** The turns of a conversation in Anthropic's form: user and assistant in turns, made of blocks. */
import { parseJson } from './json.ts';
import type { WriteOptions } from './target-dialect.ts';
import { mayWrite } from './translation-table.ts';
import type { JsonObject, NeutralMedia, NeutralMessage, NeutralPart } from './types.ts';

const id = 'anthropic-messages';

/**
 * Turns of one role that follow each other become one, as results of parallel tool calls must; a turn
 * that says nothing is left out. The first is the user's, which the API demands.
 */
export function writeTurns(
  messages: readonly NeutralMessage[],
  options: WriteOptions,
): JsonObject[] {
  const turns: { role: string; content: JsonObject[] }[] = [];
  for (const [at, message] of messages.entries()) {
    const path = `messages[${at}]`;
    const role = message.role === 'assistant' ? 'assistant' : 'user';
    const blocks = message.parts.flatMap((part) => writePart(part, role, path, options));
    if (blocks.length === 0) continue;
    const last = turns[turns.length - 1];
    if (last?.role === role) last.content.push(...blocks);
    else turns.push({ role, content: blocks });
  }
  if (turns[0]?.role === 'assistant') {
    options.notice({ field: 'messages[0]', action: 'emulate', detail: 'a user turn before it' });
    turns.unshift({
      role: 'user',
      content: [{ type: 'text', text: '(The conversation goes on.)' }],
    });
  }
  return turns.map(({ role, content }) => ({ role, content: resultsFirst(content) }));
}

/** Results of tools must stand before anything else of their turn. */
function resultsFirst(content: readonly JsonObject[]): JsonObject[] {
  const isResult = (block: JsonObject): boolean => block['type'] === 'tool_result';
  return [...content.filter(isResult), ...content.filter((block) => !isResult(block))];
}

function writePart(
  part: NeutralPart,
  role: 'user' | 'assistant',
  path: string,
  options: WriteOptions,
): JsonObject[] {
  switch (part.type) {
    case 'text':
    case 'refusal':
      // Empty text is refused.
      return part.text === '' ? [] : [{ type: 'text', text: part.text }];
    case 'tool-call':
      return [
        { type: 'tool_use', id: toolId(part.id), name: part.name, input: inputOf(part.arguments) },
      ];
    case 'tool-result':
      return [
        {
          type: 'tool_result',
          tool_use_id: toolId(part.toolCallId),
          content: part.parts.flatMap((inner) => writePart(inner, 'user', path, options)),
          ...(part.isError === undefined ? {} : { is_error: part.isError }),
        },
      ];
    case 'reasoning':
      return [];
    case 'image':
      return role === 'user' ? media('image', part, path, options) : dropped(part, path, options);
    case 'file':
      return media('document', part, path, options);
    case 'audio':
      mayWrite(id, 'audio', path, options.notice);
      return [];
    default:
      return dropped(part, path, options);
  }
}

function media(
  type: 'image' | 'document',
  part: NeutralMedia & { readonly type: NeutralPart['type'] },
  path: string,
  options: WriteOptions,
): JsonObject[] {
  const { url, data, mediaType, filename } = part;
  const named = type === 'document' && filename !== undefined ? { title: filename } : {};
  if (data !== undefined) {
    if (type === 'document' && mediaType?.startsWith('text/') === true)
      return [
        { type, source: { type: 'text', media_type: 'text/plain', data: textOf(data) }, ...named },
      ];
    const known = mediaType || (type === 'image' ? 'image/png' : 'application/pdf');
    return [{ type, source: { type: 'base64', media_type: known, data }, ...named }];
  }
  if (url !== undefined) return [{ type, source: { type: 'url', url }, ...named }];
  return dropped(part, path, options);
}

function dropped(
  { type }: { readonly type: string },
  field: string,
  { notice }: WriteOptions,
): JsonObject[] {
  notice({ field, action: 'drop', detail: `${type} that only its own provider can read` });
  return [];
}

/** Ids are letters, digits, `_` and `-`; a call and its result are changed alike. */
export function toolId(given: string): string {
  return given.replace(/[^\w-]/g, '_') || 'call';
}

/** Input is an object; what a model wrote that is none stands in one. */
export function inputOf(text: string): JsonObject {
  if (text.trim() === '') return {};
  const value = parseJson(text);
  if (typeof value === 'object' && value !== null && !Array.isArray(value))
    return value as JsonObject;
  return { arguments: text };
}

function textOf(base64: string): string {
  try {
    return new TextDecoder().decode(Uint8Array.from(atob(base64), (char) => char.charCodeAt(0)));
  } catch {
    // Not base64 after all: text as it stands.
    return base64;
  }
}
