/** An event with other data: what a stage writes in the place of one that it changed. */
import { createSseEvent, type SseEvent } from '@wintergate/core';

export function withData({ event, id }: SseEvent, data: string): SseEvent {
  return createSseEvent({
    data,
    ...(event ? { event } : {}),
    ...(id === undefined ? {} : { id }),
  });
}
