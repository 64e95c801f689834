/** Recorded answers of real providers, as their servers would send them again. */
import { readdirSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { frame } from './aws-frame.ts';

export type Format = 'chat' | 'responses' | 'messages' | 'generate' | 'converse' | 'cohere';

export interface Recording {
  readonly name: string;
  readonly format: Format;
  readonly stream: boolean;
  readonly status: number;
  readonly type: string;
  readonly body: Uint8Array<ArrayBuffer>;
}

const data = new URL('../../../../shared/data/conformance/', import.meta.url);
export const recorded = fileURLToPath(new URL('pydantic-ai-recordings/', data));
const shortened = fileURLToPath(new URL('vercel-ai-fixtures/', data));

const encode = (text: string) => new TextEncoder().encode(text);

/** By the file's name. */
const kinds: readonly (readonly [RegExp, Format, stream: boolean])[] = [
  [/^chat-completions\.json/, 'chat', false],
  [/^chat-completions\.sse/, 'chat', true],
  [/^responses\.json/, 'responses', false],
  [/^responses\.sse/, 'responses', true],
  [/^messages\.json/, 'messages', false],
  [/^messages\.sse/, 'messages', true],
  [/^generateContent\.json/, 'generate', false],
  [/^streamGenerateContent\.sse/, 'generate', true],
  [/^converse\.json/, 'converse', false],
  [/^converse-stream\.eventstream/, 'converse', true],
  [/^v2-chat\.json/, 'cohere', false],
];

/** All that have one of the formats. */
export function readRecordings(): Recording[] {
  const exchanges = filesOf(recorded, '.json').flatMap(([name, text]) => {
    const kind = kinds.find(([pattern]) => pattern.test(basename(name)));
    return kind === undefined ? [] : readExchange(name, text, kind);
  });
  const bodies = filesOf(shortened, '.json').flatMap(([name, text]) => readBody(name, text));
  const streams = [...filesOf(shortened, '.chunks.txt'), ...filesOf(shortened, '.sse')].flatMap(
    ([name, text]) => readChunks(name, text),
  );
  return [...exchanges, ...bodies, ...streams];
}

function filesOf(folder: string, end: string): [string, string][] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith(end))
    .sort()
    .map((name) => [name, readFileSync(`${folder}${name}`, 'utf8')]);
}

function readExchange(
  name: string,
  text: string,
  [, format, stream]: (typeof kinds)[number],
): Recording[] {
  const { status, body } = JSON.parse(text).response as { status: number; body: unknown };
  const bytes = Buffer.from((body as { $base64?: string } | null)?.$base64 ?? '', 'base64');
  if (stream && status === 200) {
    const type = format === 'converse' ? 'application/vnd.amazon.eventstream' : 'text/event-stream';
    const sent = format === 'converse' ? new Uint8Array(bytes) : encode(body as string);
    return [{ name, format, stream, status, type, body: sent }];
  }
  const sent = typeof body === 'string' ? body : JSON.stringify(body);
  return [{ name, format, stream, status, type: 'application/json', body: encode(sent) }];
}

function readBody(name: string, text: string): Recording[] {
  const value = JSON.parse(text) as Record<string, unknown>;
  const format = formatOfBody(value);
  if (format === undefined) return [];
  const status = 200;
  return [{ name, format, stream: false, status, type: 'application/json', body: encode(text) }];
}

function formatOfBody(value: Record<string, unknown>): Format | undefined {
  const { object, type, output, message } = value;
  if (object === 'response') return 'responses';
  if (Array.isArray(value['choices'])) return 'chat';
  if (type === 'message') return 'messages';
  if (Array.isArray(value['candidates'])) return 'generate';
  if (typeof output === 'object' && output !== null && 'message' in output) return 'converse';
  if (typeof message === 'object' && message !== null && 'content' in message) return 'cohere';
  return undefined;
}

/** A value a line; the lines of some files are framed already. */
function readChunks(name: string, text: string): Recording[] {
  const lines = text
    .split('\n')
    .map((line) => line.replace(/^data: ?/, '').trim())
    .filter((line) => line.startsWith('{'));
  const values = lines.map(readLine);
  const format = formatOfChunk(values[0] ?? {});
  if (format === undefined) return [];
  const status = 200;
  if (format === 'converse') {
    const frames = values.flatMap((value) =>
      Object.entries(value).map(([type, fields]) => frame(type, fields as object)),
    );
    const body = new Uint8Array(Buffer.concat(frames));
    const type = 'application/vnd.amazon.eventstream';
    return [{ name, format, stream: true, status, type, body }];
  }
  const named = format === 'responses' || format === 'messages' || format === 'cohere';
  const events = values.map((value, at) =>
    named ? `event: ${value['type']}\ndata: ${lines[at]}\n\n` : `data: ${lines[at]}\n\n`,
  );
  const body = encode(events.join('') + (format === 'chat' ? 'data: [DONE]\n\n' : ''));
  return [{ name, format, stream: true, status, type: 'text/event-stream', body }];
}

/** One recording holds broken JSON: it is sent as it is. */
function readLine(line: string): Record<string, unknown> {
  try {
    return JSON.parse(line) as Record<string, unknown>;
  } catch {
    return { type: /"type":"([^"]+)"/.exec(line)?.[1] };
  }
}

function formatOfChunk(value: Record<string, unknown>): Format | undefined {
  const type = String(value['type']);
  if (type.startsWith('response.')) return 'responses';
  if (type === 'message_start') return 'messages';
  if (type === 'message-start') return 'cohere';
  if (Array.isArray(value['choices'])) return 'chat';
  if (Array.isArray(value['candidates'])) return 'generate';
  return 'messageStart' in value ? 'converse' : undefined;
}
