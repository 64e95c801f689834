/**
 * Server-sent events: bytes in, events out, split anywhere. Follows the event stream rules of the
 * WHATWG HTML standard (section 9.2.6): LF, CR and CRLF, comments, multi-line data, one BOM.
 */

import { BlockReader } from './block-reader.ts';
import { Chunk, LF, SseBlock, type SseEvent } from './sse-block.ts';

/** Decodes a stream of bytes. See {@link createSseDecoder}. */
export interface SseDecoder {
  /** The events that this chunk completed. @throws {RangeError} when one event exceeds the limit. */
  push(chunk: Uint8Array): SseEvent[];
  /** The unterminated rest, which the standard discards. */
  end(): Uint8Array;
}

const encoder = /* @__PURE__ */ new TextEncoder();

/**
 * Creates a decoder for one stream.
 *
 * @param options.maxEventBytes size at which one event is refused, in bytes. Default 8 MiB.
 * @example
 * const sse = createSseDecoder();
 * for await (const chunk of response.body) for (const event of sse.push(chunk)) console.log(event.data);
 */
export function createSseDecoder(options: { maxEventBytes?: number } = {}): SseDecoder {
  const reader = new BlockReader(options.maxEventBytes);
  return {
    push(chunk) {
      const events: SseEvent[] = [];
      reader.push(new Chunk(chunk), (block) => {
        if (block.dispatches()) events.push(block);
      });
      return events;
    },
    end: () => reader.rest(),
  };
}

/**
 * Frames an event as bytes. Line breaks in `data` become several `data:` lines; in `event` and
 * `id`, where they would forge fields, they are removed.
 */
export function encodeSse(fields: { data: string; event?: string; id?: string }): Uint8Array {
  return encoder.encode(frameSse(fields));
}

/** As {@link encodeSse}, as text. */
export function frameSse(fields: { data: string; event?: string; id?: string }): string {
  let text = '';
  if (fields.event) text += `event: ${fields.event.replace(/[\r\n]/g, '')}\n`;
  if (fields.id !== undefined) text += `id: ${fields.id.replace(/[\r\n\0]/g, '')}\n`;
  const { data } = fields;
  if (data.includes('\n') || data.includes('\r')) {
    for (const line of data.split(/\r\n|\r|\n/)) text += `data: ${line}\n`;
  } else {
    text += `data: ${data}\n`;
  }
  return `${text}\n`;
}

/** Creates an event to write to a {@link StageOutput}. */
export function createSseEvent(fields: { data: string; event?: string; id?: string }): SseEvent {
  const bytes = encodeSse(fields);
  const dataAt = fields.event ? bytes.indexOf(LF) + 1 : 0;
  const isOneLine = bytes.indexOf(LF, dataAt) === bytes.length - 2;
  const lines = isOneLine ? (dataAt > 0 ? 2 : 1) : 0;
  const id = fields.id ?? '';
  return new SseBlock(new Chunk(bytes), 0, bytes.length, lines, dataAt, false, id, undefined);
}
