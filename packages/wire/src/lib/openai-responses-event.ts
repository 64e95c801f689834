/** The events of a Responses stream, as they are written: numbered, one after another. */
import { createSseEvent, type SseEvent } from '@wintergate/core';
import type { JsonObject } from './types.ts';

/** Writes events in order. */
export class ResponsesEvents {
  #number = 0;
  #events: SseEvent[] = [];

  add(type: string, fields: JsonObject): void {
    const data = JSON.stringify({ type, sequence_number: this.#number++, ...fields });
    this.#events.push(createSseEvent({ event: type, data }));
  }

  /** What was added since. */
  take(): readonly SseEvent[] {
    const events = this.#events;
    this.#events = [];
    return events;
  }

  /** The response is there, and goes on. */
  begin(response: JsonObject): void {
    const { usage: _, ...rest } = response;
    const empty = { ...rest, status: 'in_progress', output: [] };
    this.add('response.created', { response: empty });
    this.add('response.in_progress', { response: empty });
  }

  /** The last event of all, with the whole response. */
  finish(response: JsonObject): void {
    const type = response['status'] === 'incomplete' ? 'response.incomplete' : 'response.completed';
    this.add(type, { response });
  }
}
