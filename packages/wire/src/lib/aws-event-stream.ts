/**
 * AWS event streams (`application/vnd.amazon.eventstream`): frames of headers and a payload, each
 * under two checksums, told as server-sent events. Facts: AWS, "Amazon event stream encoding";
 * CRC-32 of ISO 3309.
 */
import { joined, onOneLine } from './bytes.ts';
import { crc32 } from './crc32.ts';
import { StreamFormatError, type StreamReframer } from './target-dialect.ts';

/** Bytes of the prelude: two lengths and their checksum; and of the checksum at the end. */
const preludeLength = 12;
const checksumLength = 4;
/** AWS allows 16 MiB of payload and 128 KiB of headers. */
const maxFrame = 24 * 1024 * 1024;

/** A frame that was read. */
export interface EventFrame {
  /** The headers that are text; the others say nothing that is needed. */
  readonly headers: ReadonlyMap<string, string>;
  readonly payload: Uint8Array;
}

/**
 * Reads frames from bytes split anywhere, in one pass.
 *
 * @throws {StreamFormatError} on a checksum or a length that is wrong.
 */
export function createFrameReader(): {
  push(chunk: Uint8Array): readonly EventFrame[];
  /** Whether a frame is cut off. */
  readonly isOpen: boolean;
} {
  let held: Uint8Array[] = [];
  let size = 0;
  let wanted = preludeLength;

  function take(length: number): Uint8Array {
    const all = held.length === 1 ? (held[0] as Uint8Array) : joined(held);
    size -= length;
    held = size === 0 ? [] : [all.subarray(length)];
    return all.subarray(0, length);
  }

  function peek(): DataView {
    if (held.length > 1) held = [joined(held)];
    const all = held[0] as Uint8Array;
    return new DataView(all.buffer, all.byteOffset, preludeLength);
  }

  return {
    push(chunk) {
      if (chunk.byteLength > 0) held.push(chunk);
      size += chunk.byteLength;
      const frames: EventFrame[] = [];
      while (size >= wanted) {
        if (wanted === preludeLength) wanted = frameLength(peek(), held[0] as Uint8Array);
        if (size < wanted) break;
        frames.push(readFrame(take(wanted)));
        wanted = preludeLength;
      }
      return frames;
    },
    get isOpen() {
      return size > 0;
    },
  };
}

function frameLength(view: DataView, bytes: Uint8Array): number {
  const length = view.getUint32(0);
  const headers = view.getUint32(4);
  if (view.getUint32(8) !== crc32(bytes.subarray(0, 8)))
    throw new StreamFormatError('A frame of the stream has a wrong checksum');
  if (length > maxFrame || headers > length - preludeLength - checksumLength || length < 16)
    throw new StreamFormatError('A frame of the stream has a wrong length');
  return length;
}

function readFrame(bytes: Uint8Array): EventFrame {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = bytes.byteLength - checksumLength;
  if (view.getUint32(end) !== crc32(bytes.subarray(0, end)))
    throw new StreamFormatError('A frame of the stream has a wrong checksum');
  const headersEnd = preludeLength + view.getUint32(4);
  return {
    headers: readHeaders(view, preludeLength, headersEnd),
    // The buffer may be the transport's: what is kept is a copy.
    payload: bytes.slice(headersEnd, end),
  };
}

/** Bytes of a value by its type; -1: two bytes of length stand before it. */
const valueLengths = [0, 0, 1, 2, 4, 8, -1, -1, 8, 16];
const stringType = 7;

function readHeaders(view: DataView, from: number, end: number): Map<string, string> {
  const headers = new Map<string, string>();
  const decoder = new TextDecoder();
  let at = from;
  function next(length: number): number {
    const start = at;
    at += length;
    if (at > end) throw new StreamFormatError('A frame of the stream has a header cut off');
    return start;
  }
  const text = (start: number, length: number): string =>
    decoder.decode(new Uint8Array(view.buffer, view.byteOffset + start, length));
  while (at < end) {
    const nameLength = view.getUint8(next(1));
    if (nameLength === 0)
      throw new StreamFormatError('A frame of the stream has a nameless header');
    const name = text(next(nameLength), nameLength);
    const type = view.getUint8(next(1));
    const known = valueLengths[type];
    if (known === undefined)
      throw new StreamFormatError('A frame of the stream has a header of an unknown type');
    const length = known === -1 ? view.getUint16(next(2)) : known;
    const start = next(length);
    if (type === stringType) headers.set(name, text(start, length));
  }
  return headers;
}

/**
 * Tells each frame as an event whose data is `{"<event type>": <payload>}`; an exception's as
 * `{"exception": {"type": …, "payload": …}}`.
 */
export function createEventStreamReframer(): StreamReframer {
  const reader = createFrameReader();
  return {
    push(chunk) {
      return joined(reader.push(chunk).map(eventOf));
    },
    end() {
      if (reader.isOpen) throw new StreamFormatError('The stream broke off within a frame');
      return new Uint8Array(0);
    },
  };
}

function eventOf({ headers, payload }: EventFrame): Uint8Array {
  const encoder = new TextEncoder();
  const kind = headers.get(':message-type');
  const told = onOneLine(payload.byteLength === 0 ? encoder.encode('{}') : payload);
  const [before, after] =
    kind === 'event'
      ? [`data: {${JSON.stringify(headers.get(':event-type') ?? '')}:`, '}\n\n']
      : [`data: {"exception":{"type":${JSON.stringify(exceptionOf(headers))},"payload":`, '}}\n\n'];
  return joined([encoder.encode(before), told, encoder.encode(after)]);
}

function exceptionOf(headers: ReadonlyMap<string, string>): string {
  return headers.get(':exception-type') ?? headers.get(':error-code') ?? 'unknown';
}
