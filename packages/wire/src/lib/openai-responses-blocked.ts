/** The end of a stream that a filter stopped: what was open is ended, as far as it was told. */
import { createSseEvent, type SseEvent } from '@wintergate/core';
import type { OpenText } from './openai-responses-texts.ts';
import type { JsonObject } from './types.ts';

/**
 * @param items the items as they left last: those that have ended are whole.
 * @param number the member that numbers the next event.
 */
export function blockedEvents(
  response: JsonObject,
  hasBegun: boolean,
  items: readonly (JsonObject | undefined)[],
  texts: Iterable<OpenText>,
  number: () => JsonObject,
): readonly SseEvent[] {
  const events: SseEvent[] = [];
  const add = (type: string, fields: JsonObject): void => {
    const data = JSON.stringify({ type, ...number(), ...fields });
    events.push(createSseEvent({ event: type, data }));
  };
  const empty = { ...response, status: 'in_progress', output: [] };
  if (!hasBegun) add('response.created', { response: empty });
  const all = [...texts];
  const output: JsonObject[] = [];
  for (const [index, item] of items.entries()) {
    if (item === undefined) continue;
    const isOpen =
      item['status'] === 'in_progress' || (item['status'] === undefined && isBare(item));
    if (!isOpen) {
      output.push(item);
      continue;
    }
    // A tool call cut short is none.
    if (item['type'] !== 'message') continue;
    const content = all.filter((text) => text.item === index).map(partOf);
    for (const [at, part] of content.entries()) {
      const place = { item_id: item['id'] ?? '', output_index: index, content_index: at };
      add(`response.${part['type']}.done`, { ...place, ...textOf(part) });
      add('response.content_part.done', { ...place, part });
    }
    const ended = { ...item, status: 'incomplete', content };
    add('response.output_item.done', { output_index: index, item: ended });
    output.push(ended);
  }
  add('response.incomplete', {
    response: {
      ...response,
      status: 'incomplete',
      incomplete_details: { reason: 'content_filter' },
      output,
    },
  });
  return events;
}

function isBare({ type, summary }: JsonObject): boolean {
  return type === 'reasoning' && Array.isArray(summary) && summary.length === 0;
}

function partOf({ name, left }: OpenText): JsonObject {
  return name === 'refusal'
    ? { type: 'refusal', refusal: left }
    : { type: 'output_text', text: left, annotations: [], logprobs: [] };
}

function textOf(part: JsonObject): JsonObject {
  return part['type'] === 'refusal'
    ? { refusal: part['refusal'] ?? '' }
    : { text: part['text'] ?? '', logprobs: [] };
}
