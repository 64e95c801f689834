/** Anthropic's turns and tools in neutral form. The body has been checked. */
import { readParameters } from './anthropic-parameters.ts';
import { readBlock } from './anthropic-reply.ts';
import type { CallReaders } from './call.ts';
import { isObject, objectsOf, stringOf } from './json.ts';
import type {
  JsonObject,
  JsonValue,
  NeutralMedia,
  NeutralMessage,
  NeutralPart,
  NeutralTool,
} from './types.ts';

export const anthropicReaders: CallReaders = {
  /** Newer models take the system's turns among the others too. */
  system: ({ system, messages }) =>
    [system, ...objectsOf(messages).flatMap((turn) => (isSystem(turn) ? [turn['content']] : []))]
      .flatMap((content) => textsOf(content))
      .join('\n\n'),
  messages: ({ messages }) =>
    objectsOf(messages)
      .filter((turn) => !isSystem(turn))
      .map(readTurn),
  tools: ({ tools }) => objectsOf(tools).map(readTool),
  parameters: readParameters,
  mapped: /* @__PURE__ */ new Set([
    'model',
    'max_tokens',
    'messages',
    'system',
    'stream',
    'temperature',
    'top_p',
    'top_k',
    'stop_sequences',
    'tools',
    'tool_choice',
    'thinking',
    'output_config',
    'metadata',
    'service_tier',
  ]),
  /** Marks inside of turns and tools that tell where to cache: told once, for all of them. */
  unmapped: (body) =>
    body['cache_control'] === undefined && hasBreakpoint(body) ? ['cache_control'] : [],
};

function isSystem(turn: JsonObject): boolean {
  return turn['role'] === 'system';
}

function textsOf(content: JsonValue | undefined): string[] {
  if (typeof content === 'string') return content === '' ? [] : [content];
  return objectsOf(content).flatMap(({ text }) => stringOf(text) || []);
}

function readTurn({ role, content }: JsonObject): NeutralMessage {
  const parts = readContent(content);
  if (role === 'assistant') return { role, parts };
  const results = parts.length > 0 && parts.every(({ type }) => type === 'tool-result');
  return { role: results ? 'tool' : 'user', parts };
}

function readContent(content: JsonValue | undefined): NeutralPart[] {
  if (typeof content === 'string') return content === '' ? [] : [{ type: 'text', text: content }];
  return objectsOf(content).map(readPart);
}

function readPart(block: JsonObject): NeutralPart {
  switch (block['type']) {
    case 'image':
      return { type: 'image', ...readSource(block['source']), raw: block };
    case 'document': {
      const title = stringOf(block['title']);
      const named = title === undefined ? {} : { filename: title };
      return { type: 'file', ...readSource(block['source']), ...named, raw: block };
    }
    case 'tool_result':
      return {
        type: 'tool-result',
        toolCallId: stringOf(block['tool_use_id']) ?? '',
        parts: readContent(block['content']),
        ...(block['is_error'] === true ? { isError: true } : {}),
      };
    default:
      return readBlock(block);
  }
}

function readSource(source: JsonValue | undefined): NeutralMedia {
  if (!isObject(source)) return {};
  const { type, url, data, media_type: mediaType, file_id: fileId, content } = source;
  switch (type) {
    case 'url':
      return { url: stringOf(url) ?? '' };
    case 'file':
      return { fileId: stringOf(fileId) ?? '' };
    case 'text':
      return { data: base64Of(stringOf(data) ?? ''), mediaType: 'text/plain' };
    case 'content':
      return { data: base64Of(textsOf(content).join('\n\n')), mediaType: 'text/plain' };
    default:
      return {
        data: stringOf(data) ?? '',
        ...(typeof mediaType === 'string' ? { mediaType } : {}),
      };
  }
}

function base64Of(text: string): string {
  let binary = '';
  for (const byte of new TextEncoder().encode(text)) binary += String.fromCharCode(byte);
  return btoa(binary);
}

/** Tools that Anthropic runs or defines itself have a type of their own. */
function readTool(tool: JsonObject): NeutralTool {
  const { type, description, input_schema: parameters, strict } = tool;
  const name = stringOf(tool['name']) ?? stringOf(type) ?? '';
  if (type !== undefined && type !== null && type !== 'custom') return { name, raw: tool };
  return {
    name,
    ...(typeof description === 'string' ? { description } : {}),
    ...(isObject(parameters) ? { parameters } : {}),
    ...(typeof strict === 'boolean' ? { strict } : {}),
  };
}

function hasBreakpoint({ system, tools, messages }: JsonObject): boolean {
  const isMarked = (item: JsonObject): boolean => isObject(item['cache_control']);
  return (
    objectsOf(system).some(isMarked) ||
    objectsOf(tools).some(isMarked) ||
    objectsOf(messages).some(({ content }) => objectsOf(content).some(isMarked))
  );
}
