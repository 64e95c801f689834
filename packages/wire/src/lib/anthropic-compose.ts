/** A reply in neutral form as an Anthropic message. */
import { writeStopReason } from './anthropic-finish.ts';
import { writeAnthropicUsage } from './anthropic-usage.ts';
import { inputOf, toolId } from './anthropic-write-turns.ts';
import type {
  JsonObject,
  ModelCall,
  NeutralCitation,
  NeutralPart,
  NeutralReply,
  NeutralToolCall,
} from './types.ts';

/** See `Dialect.writeReply`. A message is one choice; callers of this format can not ask for more. */
export function writeAnthropicReply(reply: NeutralReply, call: ModelCall): JsonObject {
  const own = reply.dialect === 'anthropic-messages';
  if (own && reply.error !== undefined) return reply.extra ?? {};
  const { parts = [], finish, stopSequence } = reply.choices[0] ?? {};
  const content = parts.flatMap((part) => writeBlocks(part, own));
  if (own) return { ...reply.extra, content };
  return {
    id: messageId(reply.id),
    type: 'message',
    role: 'assistant',
    model: reply.model ?? call.model ?? '',
    content,
    stop_reason: writeStopReason(finish, stopSequence),
    stop_sequence: stopSequence ?? null,
    usage: writeAnthropicUsage(reply.usage ?? { inputTokens: 0, outputTokens: 0 }),
  };
}

/** SDKs and logs know a message by its prefix. */
export function messageId(id: string | undefined): string {
  if (id?.startsWith('msg_')) return id;
  return `msg_${(id ?? crypto.randomUUID()).replace(/[^\w]/g, '_')}`;
}

/** A refusal is text: the stop reason tells that it is one. */
function writeBlocks(part: NeutralPart, own: boolean): JsonObject[] {
  if (own && 'raw' in part && part.raw !== undefined) return [part.raw as JsonObject];
  switch (part.type) {
    case 'text': {
      if (part.text === '') return [];
      const citations = (part.citations ?? []).map(writeCitation);
      return [{ type: 'text', text: part.text, ...(citations.length === 0 ? {} : { citations }) }];
    }
    case 'refusal':
      return part.text === '' ? [] : [{ type: 'text', text: part.text }];
    case 'reasoning':
      return [{ type: 'thinking', thinking: part.text, signature: part.signature ?? '' }];
    case 'tool-call':
      return [writeToolUse(part)];
    default:
      return [];
  }
}

export function writeToolUse({ id, name, arguments: text }: NeutralToolCall): JsonObject {
  return { type: 'tool_use', id: toolId(id), name, input: inputOf(text) };
}

/** Sources are pages of the web, whoever found them. */
export function writeCitation({ url, title, quote }: NeutralCitation): JsonObject {
  return {
    type: 'web_search_result_location',
    url: url ?? '',
    title: title ?? null,
    encrypted_index: '',
    cited_text: quote ?? '',
  };
}
