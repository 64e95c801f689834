/** What a chunk's `delta` and a reply's `message` have in common: text and reasoning. */

import { objectsOf, stringOf } from './json.ts';
import { plainText } from './openai-chat-read.ts';
import type { JsonObject } from './types.ts';

/** Content as text. Mistral writes parts, of which `thinking` is reasoning. */
export function contentText(message: JsonObject): string {
  const { content } = message;
  if (typeof content === 'string') return content;
  return objectsOf(content)
    .filter((part) => part['type'] !== 'thinking')
    .map((part) => stringOf(part['text']) ?? '')
    .join('');
}

/** The name of the field that holds reasoning, which hosts disagree about. */
export function reasoningField(message: JsonObject): 'reasoning_content' | 'reasoning' | undefined {
  if (typeof message['reasoning_content'] === 'string') return 'reasoning_content';
  return typeof message['reasoning'] === 'string' ? 'reasoning' : undefined;
}

export function reasoningText(message: JsonObject): string {
  const field = reasoningField(message);
  const text = field === undefined ? '' : (stringOf(message[field]) ?? '');
  if (text !== '' || !Array.isArray(message['content'])) return text;
  return objectsOf(message['content'])
    .filter((part) => part['type'] === 'thinking')
    .map((part) => plainText(part['thinking']))
    .join('');
}
