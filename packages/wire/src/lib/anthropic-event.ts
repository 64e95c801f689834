/** The events of a Messages stream, as they are written. */
import { createSseEvent, type SseEvent } from '@wintergate/core';
import type { JsonObject } from './types.ts';

/** An event whose name is its type. */
export function anthropicEvent(type: string, fields: JsonObject = {}): SseEvent {
  return createSseEvent({ event: type, data: JSON.stringify({ type, ...fields }) });
}

/** The first event: the message as far as it is known. */
export function startEvent(message: JsonObject): SseEvent {
  return anthropicEvent('message_start', {
    message: {
      type: 'message',
      role: 'assistant',
      ...message,
      content: [],
      stop_reason: null,
      stop_sequence: null,
    },
  });
}

export function blockStart(index: number, block: JsonObject): SseEvent {
  return anthropicEvent('content_block_start', { index, content_block: block });
}

export function blockDelta(index: number, delta: JsonObject): SseEvent {
  return anthropicEvent('content_block_delta', { index, delta });
}

export function blockStop(index: number): SseEvent {
  return anthropicEvent('content_block_stop', { index });
}

/** The last two events. */
export function endEvents(delta: JsonObject, usage: JsonObject): readonly SseEvent[] {
  return [anthropicEvent('message_delta', { delta, usage }), anthropicEvent('message_stop')];
}
