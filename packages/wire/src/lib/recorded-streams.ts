/** The recorded streams of the shared data, for tests. Not part of any entry. */
import { readdirSync, readFileSync } from 'node:fs';
import { expect } from 'vitest';
import { anthropicMessages } from './anthropic-messages.ts';
import { openaiChat } from './openai-chat.ts';
import { openaiResponses } from './openai-responses.ts';
import { dataPath } from './test-support.ts';
import type { Dialect, ModelCall } from './types.ts';

/** Where they are, in the shared data. */
export const recordedFolder = 'conformance/';
const messages = [{ role: 'user', content: 'x' }];
const dialects: readonly [told: string, Dialect, path: string, fields: object][] = [
  ['chat.completion.chunk', openaiChat, '/v1/chat/completions', { messages }],
  ['response.created', openaiResponses, '/v1/responses', { input: 'x' }],
  ['message_start', anthropicMessages, '/v1/messages', { messages, max_tokens: 9 }],
];

export interface Recorded {
  readonly name: string;
  readonly text: string;
  readonly call: ModelCall;
}

/** All of them, and enough. */
export function recorded(): Recorded[] {
  const all = readdirSync(dataPath(recordedFolder), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.sse\.\d+\.json$|\.sse$|\.chunks\.txt$/.test(name))
    .flatMap((name) => {
      const text = streamIn(name, readFileSync(dataPath(recordedFolder + name), 'utf8'));
      const found = dialects.find(([told]) => text.includes(told));
      if (found === undefined) return [];
      const [, dialect, path, fields] = found;
      const body = { model: 'm', stream: true, ...fields };
      const call = dialect.readCall(body, 'chat', new URL(`http://localhost${path}`));
      return [{ name, text, call }];
    });
  expect(all.length).toBeGreaterThan(90);
  return all;
}

function streamIn(name: string, text: string): string {
  if (name.endsWith('.json')) return String(JSON.parse(text).response.body);
  if (name.endsWith('.sse')) return `${text.trimEnd()}\n\n`;
  const lines = text.trim().split('\n');
  return lines.map((line) => `data: ${line}\n\n`).join('');
}
