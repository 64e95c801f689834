/** A stored response as a stream. */
import { encodeSse } from '@wintergate/core';
import { objectsOf, stringOf } from './json.ts';
import { ResponsesEvents } from './openai-responses-event.ts';
import { textSlots } from './openai-responses-slots.ts';
import type { JsonObject, ModelCall } from './types.ts';

/** Writes the response as its caller asked for it: a stream has each text in one piece. */
export function replayResponses(body: JsonObject, call: ModelCall): Uint8Array {
  const encoder = new TextEncoder();
  if (!call.stream) return encoder.encode(JSON.stringify(body));
  const events = new ResponsesEvents();
  events.begin(body);
  for (const [index, item] of objectsOf(body['output']).entries()) replayItem(events, index, item);
  events.finish(body);
  const decoder = new TextDecoder();
  const frames = events.take().map(({ event, data }) => decoder.decode(encodeSse({ event, data })));
  return encoder.encode(frames.join(''));
}

function replayItem(events: ResponsesEvents, index: number, item: JsonObject): void {
  const at = { item_id: stringOf(item['id']) ?? '', output_index: index };
  const slots = textSlots(item);
  let empty = item;
  for (const slot of slots) empty = slot.write(empty, '');
  const inProgress = item['status'] === undefined ? {} : { status: 'in_progress' };
  events.add('response.output_item.added', {
    output_index: index,
    item: { ...withoutParts(empty), ...inProgress },
  });
  for (const slot of slots) {
    const place = { ...at, ...slot.place };
    const part = slot.part === undefined ? undefined : { ...slot.part, [slot.field]: '' };
    if (part !== undefined) events.add(`response.${slot.container}.added`, { ...place, part });
    const logprobs = slot.name === 'output_text' ? { logprobs: [] } : {};
    if (slot.text !== '')
      events.add(`response.${slot.name}.delta`, { ...place, delta: slot.text, ...logprobs });
    for (const [annotation_index, annotation] of objectsOf(slot.part?.['annotations']).entries())
      events.add('response.output_text.annotation.added', {
        ...place,
        annotation_index,
        annotation,
      });
    const named = slot.name === 'function_call_arguments' ? { name: item['name'] ?? '' } : {};
    const whole = { ...place, ...named, [slot.field]: slot.text, ...logprobs };
    events.add(`response.${slot.name}.done`, whole);
    if (slot.part !== undefined)
      events.add(`response.${slot.container}.done`, { ...place, part: slot.part });
  }
  events.add('response.output_item.done', { output_index: index, item });
}

/** Parts are announced one by one. */
function withoutParts(item: JsonObject): JsonObject {
  if (item['type'] === 'message') return { ...item, content: [] };
  if (item['type'] !== 'reasoning') return item;
  return { ...item, summary: [], ...(item['content'] === undefined ? {} : { content: [] }) };
}
