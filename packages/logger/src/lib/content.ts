/** Prompts and completions in OpenTelemetry's message form, redacted first and bounded after. */
import { atOnce } from '@wintergate/core';
import type { ModelCall, NeutralPart } from '@wintergate/wire';
import { maxEntries, type ReplyFacts, type ReplyText } from './exchange.ts';
import { Field } from './names.ts';
import type { LogText, LogValue } from './types.ts';

interface ContentState {
  readonly redact: (text: LogText) => string;
  readonly maxChars: number;
  /** Set when anything was cut or left out. */
  truncated: boolean;
}

/**
 * So many characters beyond the bound are collected and redacted with the rest, so that a secret
 * that lies across the bound is seen whole before the rest is cut off.
 */
export const redactionMargin = 2048;

/**
 * The fields that hold content.
 *
 * @throws whatever `redact` throws.
 */
export function contentFields(
  call: ModelCall,
  reply: ReplyFacts,
  options: Pick<ContentState, 'redact' | 'maxChars'>,
): Record<string, LogValue | undefined> {
  const state: ContentState = { ...options, truncated: false };
  return {
    [Field.systemInstructions]: systemInstructions(call, state),
    [Field.inputMessages]: inputMessages(call, state),
    [Field.outputMessages]: outputMessages(reply, state),
    [Field.contentTruncated]: state.truncated || undefined,
  };
}

function systemInstructions(call: ModelCall, state: ContentState): LogValue | undefined {
  if (call.system === '') return undefined;
  return [{ type: 'text', content: clean(call.system, 'system', state) }];
}

/** The last messages of a call, oldest first. */
function inputMessages(call: ModelCall, state: ContentState): LogValue | undefined {
  if (call.messages.length === 0) return undefined;
  if (call.messages.length > maxEntries) state.truncated = true;
  return call.messages.slice(-maxEntries).map(({ role, parts }) => ({
    role,
    parts: partsOf(parts, role, state),
  }));
}

function outputMessages(reply: ReplyFacts, state: ContentState): LogValue | undefined {
  const texts = reply.content ?? [];
  if (texts.length === 0) return undefined;
  const choices = [...new Set(texts.map(({ choice }) => choice))].sort((a, b) => a - b);
  return choices.map((choice) => ({
    role: 'assistant',
    parts: texts.filter((one) => one.choice === choice).map((one) => replyPart(one, state)),
  }));
}

function replyPart({ kind, name, text }: ReplyText, state: ContentState): LogValue {
  const content = clean(text, 'assistant', state);
  if (kind === 'tool-call') return { type: 'tool_call', name, arguments: content };
  return { type: kind === 'reasoning' ? 'reasoning' : 'text', content };
}

function partsOf(parts: readonly NeutralPart[], role: string, state: ContentState): LogValue[] {
  if (parts.length > maxEntries) state.truncated = true;
  return parts.slice(0, maxEntries).map((part) => partOf(part, role, state));
}

/** Media and what we do not know stand there by their type alone. */
function partOf(part: NeutralPart, role: string, state: ContentState): LogValue {
  switch (part.type) {
    case 'text':
    case 'refusal':
      return { type: 'text', content: clean(part.text, role, state) };
    case 'reasoning':
      return { type: 'reasoning', content: clean(part.text, role, state) };
    case 'tool-call':
      return {
        type: 'tool_call',
        id: part.id,
        name: part.name,
        arguments: clean(part.arguments, role, state),
      };
    case 'tool-result':
      return {
        type: 'tool_call_response',
        id: part.toolCallId,
        // One level: results hold text and media, never results.
        result: part.parts
          .slice(0, maxEntries)
          .map((inner) =>
            inner.type === 'text' ? clean(inner.text, 'tool', state) : `[${inner.type}]`,
          ),
      };
    default:
      return { type: part.type };
  }
}

function clean(text: string, role: string, state: ContentState): string {
  const seen = text.slice(0, state.maxChars + redactionMargin);
  const redacted = atOnce(state.redact({ text: seen, role }), 'redact');
  if (typeof redacted !== 'string') throw new TypeError('Expected "redact" to answer a string');
  if (seen.length === text.length && redacted.length <= state.maxChars) return redacted;
  state.truncated = true;
  return redacted.slice(0, state.maxChars);
}
