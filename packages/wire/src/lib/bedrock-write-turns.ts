/** The turns of a conversation in Converse's form: user and assistant in turns, made of blocks. */
import { inputOf, toolId } from './anthropic-write-turns.ts';
import { parseJson } from './json.ts';
import type { WriteOptions } from './target-dialect.ts';
import { mayWrite, unsupported } from './translation-table.ts';
import type { JsonObject, NeutralMedia, NeutralMessage, NeutralPart } from './types.ts';

const id = 'bedrock-converse';

/** Neighbours of one role become one turn; what a turn says of tools' results stands in a user's. */
export function writeBedrockTurns(
  messages: readonly NeutralMessage[],
  options: WriteOptions,
): JsonObject[] {
  const turns: { role: string; content: JsonObject[] }[] = [];
  const names = documentNames();
  for (const [at, message] of messages.entries()) {
    const role = message.role === 'assistant' ? 'assistant' : 'user';
    const blocks = message.parts.flatMap((part) =>
      writePart(part, `messages[${at}]`, names, options),
    );
    if (blocks.length === 0) continue;
    const last = turns[turns.length - 1];
    if (last?.role === role) last.content.push(...blocks);
    else turns.push({ role, content: blocks });
  }
  if (turns[0]?.role === 'assistant') {
    options.notice({ field: 'messages[0]', action: 'emulate', detail: 'a user turn before it' });
    turns.unshift({ role: 'user', content: [{ text: '(The conversation goes on.)' }] });
  }
  return turns as unknown as JsonObject[];
}

function writePart(
  part: NeutralPart,
  path: string,
  names: (given: string | undefined) => string,
  options: WriteOptions,
): JsonObject[] {
  switch (part.type) {
    case 'text':
    case 'refusal':
      // Blank text is refused.
      return part.text.trim() === '' ? [] : [{ text: part.text }];
    case 'tool-call':
      return [
        {
          toolUse: { toolUseId: toolId(part.id), name: part.name, input: inputOf(part.arguments) },
        },
      ];
    case 'tool-result': {
      const content = part.parts.flatMap((one) =>
        one.type === 'text' ? [resultOf(one.text)] : writePart(one, path, names, options),
      );
      const status = part.isError === true ? { status: 'error' } : {};
      return [{ toolResult: { toolUseId: toolId(part.toolCallId), content, ...status } }];
    }
    case 'reasoning':
      // It is another model's: its signature means nothing there.
      return [];
    case 'image': {
      const format = formatOf(part, 'png');
      return [{ image: { format, source: { bytes: bytesOf(part, path, options) } } }];
    }
    case 'file': {
      const source = { bytes: bytesOf(part, path, options) };
      const format = documentFormat(part);
      return [{ document: { format, name: names(part.filename), source } }];
    }
    case 'audio':
      mayWrite(id, 'audio', path, options.notice);
      return [];
    default:
      options.notice({
        field: path,
        action: 'drop',
        detail: `${part.type} has no form in Converse`,
      });
      return [];
  }
}

function resultOf(text: string): JsonObject {
  const value = parseJson(text);
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  return isObject ? { json: value as JsonObject } : { text };
}

/** Nothing is fetched there. */
function bytesOf({ data }: NeutralMedia, path: string, { notice }: WriteOptions): string {
  if (data !== undefined) return data;
  mayWrite(id, 'imageUrl', path, notice);
  throw unsupported(path);
}

function formatOf({ mediaType }: NeutralMedia, fallback: string): string {
  return /^image\/(png|jpeg|gif|webp)$/.exec(mediaType ?? '')?.[1] ?? fallback;
}

const documents: Readonly<Record<string, string>> = {
  'application/pdf': 'pdf',
  'text/csv': 'csv',
  'text/html': 'html',
  'text/markdown': 'md',
  'text/plain': 'txt',
  'application/msword': 'doc',
  'application/vnd.openxmlformats-officedocument.wordprocessingml.document': 'docx',
  'application/vnd.ms-excel': 'xls',
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet': 'xlsx',
};

function documentFormat({ mediaType = '' }: NeutralMedia): string {
  return documents[mediaType] ?? (mediaType.startsWith('text/') ? 'txt' : 'pdf');
}

/** Names are letters, digits, single spaces, hyphens, brackets; each once. */
function documentNames(): (given: string | undefined) => string {
  const used = new Set<string>();
  return (given) => {
    const plain = (given ?? 'document').replace(/[^A-Za-z0-9()[\]-]+/g, ' ').trim() || 'document';
    let name = plain;
    for (let count = 2; used.has(name); count++) name = `${plain} ${count}`;
    used.add(name);
    return name;
  };
}
