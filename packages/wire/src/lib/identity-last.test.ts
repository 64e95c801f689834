import { expect, it } from 'vitest';
import { anthropicMessages } from './anthropic-messages.ts';
import { googleGenerate } from './google-generate.ts';
import { openaiChat } from './openai-chat.ts';
import { openaiResponses } from './openai-responses.ts';
import type { Dialect, JsonObject, JsonValue } from './types.ts';

const turns = (name: string): JsonObject[] =>
  ['Hi', 'Hello', 'And now?'].map((text, at) => ({
    role: at % 2 === 0 ? 'user' : name === 'contents' ? 'model' : 'assistant',
    ...(name === 'contents' ? { parts: [{ text }] } : { content: text }),
  }));

it.each<[string, Dialect, string, string, JsonObject]>([
  ['chat', openaiChat, '/v1/chat/completions', 'messages', { user: 'u' }],
  ['Messages', anthropicMessages, '/v1/messages', 'messages', { max_tokens: 9 }],
  ['Responses', openaiResponses, '/v1/responses', 'input', { instructions: 'Be brief' }],
  ['Google', googleGenerate, '/v1beta/models/m:generateContent', 'contents', {}],
])('scope and last message say all of a call: %s', (_, dialect, path, list, fields) => {
  const url = new URL(`http://localhost${path}`);
  const identityOf = (messages: JsonObject[]) =>
    dialect.identity(dialect.readCall({ model: 'm', ...fields, [list]: messages }, 'chat', url));

  const { exact, scope, last } = identityOf(turns(list));
  const messages = (scope as JsonObject)[list] as JsonValue[];
  expect({ ...(scope as JsonObject), [list]: [...messages.slice(0, -1), last] }).toEqual(exact);
  expect(messages.at(-1)).not.toEqual(last);

  const answered = identityOf(turns(list).slice(0, 2));
  expect(answered.last).toBeUndefined();
  expect(answered.scope).toEqual(answered.exact);
});
