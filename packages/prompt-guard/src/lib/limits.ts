/** Sizes, checked before anything costs time in proportion to them. */
import type { ErrorDetails } from '@wintergate/core';
import type { JsonValue, ModelCall } from '@wintergate/wire';
import type { GuardLimits } from './options.ts';

export interface LimitBreach {
  /** Which limit: `bytes`, `messages`, `depth` or `characters`. */
  readonly category: string;
  readonly path: string;
  readonly error: ErrorDetails;
}

/** The first of the call's own limits that it breaks. */
export function checkCall(
  call: ModelCall,
  bytes: number,
  limits: Readonly<Record<keyof GuardLimits, number>>,
): LimitBreach | undefined {
  const { maxBytes, maxMessages, maxDepth } = limits;
  if (bytes > maxBytes)
    return breach('bytes', '', 413, `Send at most ${maxBytes} bytes, got ${bytes}`);
  if (isDeeper(call.body, maxDepth)) {
    return breach('depth', '', 400, `Nest the JSON at most ${maxDepth} levels deep`);
  }
  const messages = countMessages(call);
  if (messages > maxMessages) {
    return breach(
      'messages',
      'messages',
      400,
      `Send at most ${maxMessages} messages, got ${messages}`,
    );
  }
  return undefined;
}

export function checkText(
  path: string,
  length: number,
  limits: Readonly<Record<keyof GuardLimits, number>>,
): LimitBreach | undefined {
  const { maxTextCharacters } = limits;
  if (length <= maxTextCharacters) return undefined;
  return breach(
    'characters',
    path,
    413,
    `Send at most ${maxTextCharacters} characters in one text, got ${length}`,
  );
}

function breach(category: string, path: string, status: number, message: string): LimitBreach {
  const param = path === '' ? null : path;
  const type = 'invalid_request_error';
  return {
    category,
    path,
    error: { status, type, code: 'prompt_too_large', message, param, retry: false },
  };
}

function countMessages(call: ModelCall): number {
  if (call.operation !== 'chat') return 0;
  const { messages } = call.body;
  return Array.isArray(messages) ? messages.length : call.messages.length;
}

/** Level by level, so that no nesting is too deep for the check itself. */
function isDeeper(body: JsonValue, maxDepth: number): boolean {
  let level: JsonValue[] = [body];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > maxDepth) return true;
    const next: JsonValue[] = [];
    for (const value of level) {
      if (typeof value !== 'object' || value === null) continue;
      for (const key in value) {
        const child = (value as Record<string, JsonValue | undefined>)[key];
        if (typeof child === 'object' && child !== null) next.push(child);
      }
    }
    level = next;
  }
  return false;
}
