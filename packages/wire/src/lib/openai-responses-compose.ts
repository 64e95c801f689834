/** A reply in neutral form as a response. */
import { baseResponse, writeResponsesUsage } from './openai-responses-base.ts';
import { writeCallItem } from './openai-responses-items.ts';
import type {
  FinishReason,
  JsonObject,
  ModelCall,
  NeutralCitation,
  NeutralPart,
  NeutralReply,
} from './types.ts';

/** See `Dialect.writeReply`. A response is one choice; callers of this format can not ask for more. */
export function writeResponsesReply(reply: NeutralReply, call: ModelCall): JsonObject {
  if (reply.dialect === 'openai-responses') return reply.extra ?? {};
  const base = baseResponse(call, reply);
  const { parts = [], finish } = reply.choices[0] ?? {};
  return {
    ...base,
    ...statusOf(finish),
    output: writeOutput(parts, String(base['id'])),
    ...(reply.usage === undefined ? {} : { usage: writeResponsesUsage(reply.usage) }),
  };
}

/** What tells how a response ended. */
export function statusOf(finish: FinishReason | undefined): JsonObject {
  if (finish === 'length' || finish === 'content-filter') {
    const reason = finish === 'length' ? 'max_output_tokens' : 'content_filter';
    return { status: 'incomplete', incomplete_details: { reason } };
  }
  return { status: finish === undefined ? 'in_progress' : 'completed' };
}

/** The items of an answer: texts that follow one another are one message. */
function writeOutput(parts: readonly NeutralPart[], responseId: string): JsonObject[] {
  const items: JsonObject[] = [];
  let content: JsonObject[] | undefined;
  for (const part of parts) {
    const id = itemId(responseId, items.length);
    if (part.type === 'text' || part.type === 'refusal') {
      if (content === undefined) {
        content = [];
        items.push(messageItem(id, 'completed', content));
      }
      content.push(writeContentPart(part));
      continue;
    }
    if (part.type !== 'tool-call' && part.type !== 'reasoning') continue;
    content = undefined;
    items.push(
      part.type === 'tool-call'
        ? { id: `fc${id}`, ...writeCallItem(part), status: 'completed' }
        : reasoningItem(id, part.text, part.signature),
    );
  }
  return items;
}

/** Ids of items: unique in the response, and the same each time that it is written. */
export function itemId(responseId: string, at: number): string {
  return `_${responseId.replace(/^resp_/, '')}_${at}`;
}

export function messageItem(
  id: string,
  status: string,
  content: readonly JsonObject[],
): JsonObject {
  return {
    id: `msg${id}`,
    type: 'message',
    status,
    role: 'assistant',
    content: content as JsonObject[],
  };
}

/** Reasoning of other providers is told as a summary: the one place for it that clients show. */
export function reasoningItem(id: string, text: string, signature?: string): JsonObject {
  return {
    id: `rs${id}`,
    type: 'reasoning',
    summary: text === '' ? [] : [{ type: 'summary_text', text }],
    ...(signature === undefined ? {} : { encrypted_content: signature }),
  };
}

function writeContentPart(part: Extract<NeutralPart, { type: 'text' | 'refusal' }>): JsonObject {
  if (part.type === 'refusal') return { type: 'refusal', refusal: part.text };
  const annotations = (part.citations ?? []).map(writeUrlCitation);
  return { type: 'output_text', text: part.text, annotations, logprobs: [] };
}

export function writeUrlCitation({ url, title, start, end }: NeutralCitation): JsonObject {
  return {
    type: 'url_citation',
    url: url ?? '',
    title: title ?? '',
    start_index: start ?? 0,
    end_index: end ?? 0,
  };
}
