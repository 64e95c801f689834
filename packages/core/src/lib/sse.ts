/**
 * Server-sent events: bytes in, events out, split anywhere. Follows the event stream rules of the
 * WHATWG HTML standard (section 9.2.6): LF, CR and CRLF, comments, multi-line data, one BOM.
 */

import { Chunk, CR, LF, SseBlock, type SseEvent } from './sse-block.ts';
import { FrameReader } from './sse-frame.ts';

/** Decodes a stream of bytes. See {@link createSseDecoder}. */
export interface SseDecoder {
  /** The events that this chunk completed. @throws {RangeError} when one event exceeds the limit. */
  push(chunk: Uint8Array): SseEvent[];
  /** The unterminated rest, which the standard discards. */
  end(): Uint8Array;
}

const defaultMaxEventBytes = 8 * 1024 * 1024;
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
  const reader = createBlockReader(options.maxEventBytes);
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

/** One event grew beyond the limit: the fault of who sent it. */
export class EventTooLargeError extends RangeError {
  override readonly name = 'EventTooLargeError';
}

/** Splits a stream into blocks, each ended by a blank line; comment-only blocks included. */
export interface BlockReader {
  /** @param chunk from a reader before this one, whose blocks are taken if they are what this one would find. */
  push(chunk: Chunk, onBlock: (block: SseBlock) => void): void;
  /** The unterminated rest; the reader is empty afterwards. */
  rest(): Uint8Array;
  /** The rest as if it had been terminated, `undefined` when it says nothing. */
  lastBlock(): SseBlock | undefined;
}

export function createBlockReader(maxEventBytes = defaultMaxEventBytes): BlockReader {
  let parts: Uint8Array[] = [];
  let held = 0;
  let lineEmpty = true;
  /** Lines of the block that say something, where the second begins, and whether a CR was seen. */
  let lines = 0;
  let second = 0;
  let anyCr = false;
  let afterCr = false;
  let first = true;
  let lastEventId = '';
  const frames = new FrameReader();

  /** Ends the block at `to` of this chunk. */
  function block(chunk: Chunk, from: number, to: number): SseBlock {
    let source = chunk;
    let start = from;
    let end = to;
    if (held > 0) {
      source = new Chunk(concat(parts, held, chunk.bytes.subarray(from, to)));
      start = 0;
      end = source.bytes.length;
      second = source.lineFeed(0) + 1;
      parts = [];
      held = 0;
    }
    const known = anyCr ? 0 : lines;
    const made = new SseBlock(source, start, end, known, second, first, lastEventId, frames);
    first = false;
    lines = 0;
    lastEventId = made.lastEventId;
    return made;
  }

  function rest(tail: Uint8Array): Uint8Array {
    const bytes = concat(parts, held, tail);
    parts = [];
    held = 0;
    return bytes;
  }

  /** Nothing is left over from the chunk before. */
  const isClean = (): boolean => held === 0 && lineEmpty && !anyCr && !afterCr;

  return {
    push(chunk, handle) {
      const { bytes, blocks: known } = chunk;
      const wasClean = isClean();
      if (wasClean && known && chunk.isFirst === first && chunk.lastEventId === lastEventId) {
        for (const one of known) {
          first = false;
          lastEventId = one.lastEventId;
          handle(one);
        }
        return;
      }
      const found: SseBlock[] = [];
      const [wasFirst, idBefore] = [first, lastEventId];
      const onBlock = (one: SseBlock): void => {
        found.push(one);
        handle(one);
      };
      const length = bytes.length;
      const hasCr = chunk.hasCarriageReturn();
      anyCr ||= hasCr;
      let start = 0;
      let at = 0;
      while (at < length) {
        const byte = bytes[at];
        if (byte === LF) {
          at++;
          if (afterCr) {
            // The LF of a CRLF whose CR has already ended the line.
            afterCr = false;
          } else if (lineEmpty) {
            onBlock(block(chunk, start, at));
            anyCr = hasCr;
            start = at;
          } else {
            lineEmpty = true;
            if (++lines === 1) second = at;
          }
        } else if (byte === CR) {
          at++;
          afterCr = true;
          if (lineEmpty) {
            if (at < length && bytes[at] === LF) {
              at++;
              afterCr = false;
            }
            onBlock(block(chunk, start, at));
            start = at;
          } else {
            lineEmpty = true;
            lines++;
          }
        } else {
          afterCr = false;
          lineEmpty = false;
          at = lineEnd(chunk, at, hasCr);
        }
      }
      if (start < length) {
        parts.push(bytes.subarray(start));
        held += length - start;
        if (held > maxEventBytes) {
          throw new EventTooLargeError(`Refuse an event of more than ${maxEventBytes} bytes`);
        }
      }
      if (!wasClean || !isClean()) return;
      chunk.blocks = found;
      chunk.isFirst = wasFirst;
      chunk.lastEventId = idBefore;
    },
    rest: () => rest(new Uint8Array(0)),
    lastBlock() {
      if (held === 0) return undefined;
      const chunk = new Chunk(rest(encoder.encode('\n\n')));
      const made = new SseBlock(chunk, 0, chunk.bytes.length, 0, 0, first, lastEventId, frames);
      return made.dispatches() ? made : undefined;
    },
  };
}

function lineEnd(chunk: Chunk, from: number, hasCr: boolean): number {
  const { length } = chunk.bytes;
  const lf = chunk.lineFeed(from);
  if (!hasCr) return lf === -1 ? length : lf;
  const cr = chunk.bytes.indexOf(CR, from);
  if (lf === -1) return cr === -1 ? length : cr;
  return cr === -1 || lf < cr ? lf : cr;
}

function concat(parts: readonly Uint8Array[], size: number, tail: Uint8Array): Uint8Array {
  const joined = new Uint8Array(size + tail.length);
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  joined.set(tail, at);
  return joined;
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
