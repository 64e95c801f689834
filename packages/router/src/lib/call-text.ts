/** What rules and strategies read of a call. */
import type { ModelCall, NeutralPart } from '@wintergate/wire';

/** UTF-16 units of text in all messages. */
export function textLength(call: ModelCall): number {
  let length = 0;
  for (const { parts } of call.messages)
    for (const part of parts) if ('text' in part) length += part.text.length;
  return length;
}

export function hasImage(call: ModelCall): boolean {
  return call.messages.some(({ parts }) => parts.some(({ type }) => type === 'image'));
}

export function firstUserText(call: ModelCall): string {
  return textOf(call.messages.find(isUser)?.parts);
}

export function lastUserText(call: ModelCall): string {
  const { messages } = call;
  for (let at = messages.length - 1; at >= 0; at--) {
    const message = messages[at];
    if (message !== undefined && isUser(message)) return textOf(message.parts);
  }
  return '';
}

function isUser({ role }: { role: string }): boolean {
  return role === 'user';
}

function textOf(parts: readonly NeutralPart[] = []): string {
  return parts.flatMap((part) => (part.type === 'text' ? [part.text] : [])).join('\n');
}
