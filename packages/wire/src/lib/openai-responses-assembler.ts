/** Builds the complete response from its stream: the last event repeats all of it. */
import type { SseEvent, Usage } from '@wintergate/core';
import { countOf, isObject } from './json.ts';
import { writeResponsesUsage } from './openai-responses-base.ts';
import type { JsonObject, StreamAssembler } from './types.ts';

const defaultMaxBytes = 8 * 1024 * 1024;

class ResponsesAssembler implements StreamAssembler {
  readonly #items: JsonObject[] = [];
  #left: number;
  #response: JsonObject | undefined;
  #failed = false;

  constructor(maxBytes: number) {
    this.#left = maxBytes;
  }

  push(event: SseEvent): void {
    if (this.#failed || this.#response !== undefined) return;
    this.#left -= event.raw.byteLength;
    if (this.#left < 0) this.#failed = true;
    // Pieces are repeated in what follows.
    if (this.#failed || event.event?.endsWith('.delta') === true) return;
    const said = event.json();
    if (!isObject(said)) {
      this.#failed = event.data.trim() !== '' && event.data !== '[DONE]';
      return;
    }
    switch (said['type']) {
      case 'response.output_item.done':
        if (isObject(said['item'])) this.#add(countOf(said['output_index']) ?? 0, said['item']);
        break;
      case 'response.completed':
      case 'response.incomplete':
        if (isObject(said['response'])) this.#response = said['response'];
        else this.#failed = true;
        break;
      case 'response.failed':
      case 'error':
        this.#failed = true;
    }
  }

  result(usage?: Usage): JsonObject | undefined {
    if (this.#failed || this.#response === undefined) return undefined;
    const { output } = this.#response;
    // Some hosts leave out there what they have streamed.
    const isBare = !Array.isArray(output) || output.length === 0;
    const items = this.#items.filter(isObject);
    const counts = this.#response['usage'] ?? (usage ? writeResponsesUsage(usage) : undefined);
    return {
      ...this.#response,
      ...(isBare ? { output: items } : {}),
      ...(counts === undefined ? {} : { usage: counts }),
    };
  }

  #add(index: number, item: JsonObject): void {
    if (index > 10_000) this.#failed = true;
    else this.#items[index] = item;
  }
}

/**
 * Creates the assembler of one stream.
 *
 * @param options.maxBytes size of the stream at which it gives up, in bytes. Default 8 MiB.
 */
export function createResponsesAssembler(options: { maxBytes?: number } = {}): StreamAssembler {
  return new ResponsesAssembler(options.maxBytes ?? defaultMaxBytes);
}
