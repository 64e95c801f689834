/** A stored message as a stream. */
import { encodeSse, type SseEvent } from '@wintergate/core';
import { formOf, textOfBlock } from './anthropic-blocks.ts';
import { blockDelta, blockStart, blockStop, endEvents, startEvent } from './anthropic-event.ts';
import { isObject, objectsOf } from './json.ts';
import type { JsonObject, ModelCall } from './types.ts';

/** Writes the message as its caller asked for it: a stream has the whole of a block in one piece. */
export function replayAnthropic(body: JsonObject, call: ModelCall): Uint8Array {
  if (!call.stream) return new TextEncoder().encode(JSON.stringify(body));
  const { content, stop_reason, stop_sequence, usage, ...rest } = body;
  const counts = isObject(usage) ? usage : {};
  const events: SseEvent[] = [startEvent({ ...rest, usage: { ...counts, output_tokens: 0 } })];
  for (const [index, block] of objectsOf(content).entries())
    events.push(...replayBlock(index, block));
  const delta = { stop_reason: stop_reason ?? 'end_turn', stop_sequence: stop_sequence ?? null };
  events.push(...endEvents(delta, counts));
  return joined(events.map(({ event, data }) => encodeSse({ event, data })));
}

function replayBlock(index: number, block: JsonObject): SseEvent[] {
  const form = formOf(block);
  if (form === undefined) return [blockStart(index, block), blockStop(index)];
  const { citations, signature, ...rest } = block;
  const text = textOfBlock(block, form);
  const isInput = form.kind === 'tool-arguments';
  const empty = { ...rest, [form.field]: isInput ? {} : '' };
  const events = [blockStart(index, signature === undefined ? empty : { ...empty, signature: '' })];
  if (text !== '')
    events.push(blockDelta(index, { type: form.deltaType, [form.deltaField]: text }));
  for (const citation of objectsOf(citations))
    events.push(blockDelta(index, { type: 'citations_delta', citation }));
  if (signature) events.push(blockDelta(index, { type: 'signature_delta', signature }));
  events.push(blockStop(index));
  return events;
}

function joined(chunks: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(chunks.reduce((size, { byteLength }) => size + byteLength, 0));
  let at = 0;
  for (const chunk of chunks) {
    all.set(chunk, at);
    at += chunk.byteLength;
  }
  return all;
}
