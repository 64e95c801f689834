/**
 * Server-sent events: bytes in, events out, split anywhere. Follows the event stream rules of the
 * WHATWG HTML standard (section 9.2.6): LF, CR and CRLF, comments, multi-line data, one BOM.
 */

/** One event of a stream. Its bytes stay as they came; text is decoded and parsed only on demand. */
export interface SseEvent {
  /** The event's bytes with its terminator. */
  readonly raw: Uint8Array;
  /** The event's name; empty when it has none, which browsers call `message`. */
  readonly event: string;
  readonly data: string;
  /** Whether `data` ends with this ASCII text. Cheaper than a look at `data`. */
  endsWith(text: string): boolean;
  /** This event's own id; `undefined` when it has none. */
  readonly id: string | undefined;
  /** The last id seen so far in the stream. */
  readonly lastEventId: string;
  /** `data` parsed once for everybody, `undefined` when it is not JSON. Shared: never change it. */
  json(): unknown;
}

/** Decodes a stream of bytes. See {@link createSseDecoder}. */
export interface SseDecoder {
  /** The events that this chunk completed. @throws {RangeError} when one event exceeds the limit. */
  push(chunk: Uint8Array): SseEvent[];
  /** The unterminated rest, which the standard discards. */
  end(): Uint8Array;
}

const LF = 10;
const CR = 13;
const defaultMaxEventBytes = 8 * 1024 * 1024;
/** `data:` and `event:`. */
const dataField = [100, 97, 116, 97, 58] as const;
const eventField = [101, 118, 101, 110, 116, 58] as const;
const notParsed = Symbol();
const decoder = /* @__PURE__ */ new TextDecoder('utf-8', { ignoreBOM: true });
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
      reader.push(chunk, (block) => {
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
  push(chunk: Uint8Array, onBlock: (block: SseBlock) => void): void;
  /** The unterminated rest; the reader is empty afterwards. */
  rest(): Uint8Array;
  /** The rest as if it had been terminated, `undefined` when it says nothing. */
  lastBlock(): SseBlock | undefined;
}

export function createBlockReader(maxEventBytes = defaultMaxEventBytes): BlockReader {
  let parts: Uint8Array[] = [];
  let held = 0;
  let lineEmpty = true;
  /** Lines of the block that say something, and whether a CR was seen since it began. */
  let lines = 0;
  let anyCr = false;
  let afterCr = false;
  let first = true;
  let lastEventId = '';

  /** Ends the block at `to` of this chunk. */
  function block(chunk: Chunk, from: number, to: number): SseBlock {
    let [source, start, end] = [chunk, from, to];
    if (held > 0) {
      source = new Chunk(concat(parts, held, chunk.bytes.subarray(from, to)));
      [start, end] = [0, source.bytes.length];
      parts = [];
      held = 0;
    }
    const made = new SseBlock(source, start, end, anyCr ? 0 : lines, first, lastEventId);
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

  return {
    push(bytes, onBlock) {
      const chunk = new Chunk(bytes);
      const length = bytes.length;
      const hasCr = bytes.indexOf(CR) !== -1;
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
            lines++;
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
          at = lineEnd(bytes, at, hasCr);
        }
      }
      if (start < length) {
        parts.push(bytes.subarray(start));
        held += length - start;
        if (held > maxEventBytes) {
          throw new EventTooLargeError(`Refuse an event of more than ${maxEventBytes} bytes`);
        }
      }
    },
    rest: () => rest(new Uint8Array(0)),
    lastBlock() {
      if (held === 0) return undefined;
      const chunk = new Chunk(rest(encoder.encode('\n\n')));
      const made = new SseBlock(chunk, 0, chunk.bytes.length, 0, first, lastEventId);
      return made.dispatches() ? made : undefined;
    },
  };
}

/** Bytes that arrived together. Where they are ASCII they are decoded once for all their events. */
class Chunk {
  readonly bytes: Uint8Array;
  #text: string | undefined;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  decode(from: number, to: number): string {
    const { bytes } = this;
    // Most of it is this one event: nothing to share.
    if (this.#text === undefined && (to - from) * 2 > bytes.length)
      return decoder.decode(bytes.subarray(from, to));
    this.#text ??= decoder.decode(bytes);
    // UTF-8 never has fewer bytes than UTF-16 has units: as many means one for one.
    if (this.#text.length === bytes.length) return this.#text.slice(from, to);
    return decoder.decode(bytes.subarray(from, to));
  }
}

function lineEnd(chunk: Uint8Array, from: number, hasCr: boolean): number {
  const lf = chunk.indexOf(LF, from);
  if (!hasCr) return lf === -1 ? chunk.length : lf;
  const cr = chunk.indexOf(CR, from);
  if (lf === -1) return cr === -1 ? chunk.length : cr;
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

/** A block of a stream: an event if it has data. A range of its chunk until somebody wants more. */
export class SseBlock implements SseEvent {
  readonly lastEventId: string;
  readonly #chunk: Chunk;
  /** Where it stands in {@link source}. */
  readonly from: number;
  readonly to: number;
  #raw: Uint8Array | undefined;
  #event = '';
  #data: string | undefined;
  #id: string | undefined;
  #parsed: boolean;
  /** Where its `data:` line begins, where it is not parsed. */
  readonly #dataAt: number;
  #json: unknown = notParsed;

  /** @param lines how many lines it has, each ended by LF; 0 when that is not known. */
  constructor(
    chunk: Chunk,
    from: number,
    to: number,
    lines: number,
    first: boolean,
    lastEventId: string,
  ) {
    this.#chunk = chunk;
    this.from = from;
    this.to = to;
    // The common forms by far: one `data:` line, or after one `event:` line. Text is decoded only when read.
    const { bytes } = chunk;
    const dataAt =
      lines === 2 && startsWith(bytes, from, eventField) ? bytes.indexOf(LF, from) + 1 : from;
    this.#dataAt = dataAt;
    this.#parsed = !((lines === 1 || dataAt > from) && startsWith(bytes, dataAt, dataField));
    if (this.#parsed) this.#parse(first);
    this.lastEventId = this.#id ?? lastEventId;
  }

  /** The bytes it was cut from. */
  get source(): Uint8Array {
    return this.#chunk.bytes;
  }

  get raw(): Uint8Array {
    this.#raw ??= this.#chunk.bytes.subarray(this.from, this.to);
    return this.#raw;
  }

  /** Whether the block is an event: the standard dispatches only blocks that have data. */
  dispatches(): boolean {
    return !this.#parsed || this.#data !== undefined;
  }

  get event(): string {
    if (this.#event === '' && this.#dataAt > this.from)
      this.#event = this.#value(this.from, eventField.length, this.#dataAt - 1);
    return this.#event;
  }

  get id(): string | undefined {
    return this.#id;
  }

  get data(): string {
    if (!this.#parsed) {
      this.#parsed = true;
      this.#data = this.#value(this.#dataAt, dataField.length, this.to - 2);
    }
    return this.#data ?? '';
  }

  endsWith(text: string): boolean {
    if (this.#parsed) return this.data.endsWith(text);
    const { bytes } = this.#chunk;
    let at = this.to - 2 - text.length;
    if (at < this.#dataAt + dataField.length) return false;
    for (let index = 0; index < text.length; index++, at++)
      if (bytes[at] !== text.charCodeAt(index)) return false;
    return true;
  }

  json(): unknown {
    if (this.#json === notParsed) {
      try {
        this.#json = JSON.parse(this.data);
      } catch {
        this.#json = undefined;
      }
    }
    return this.#json;
  }

  /** What stands after the name of a field, one space aside. */
  #value(line: number, name: number, end: number): string {
    const from = line + name;
    return this.#chunk.decode(this.#chunk.bytes[from] === 32 ? from + 1 : from, end);
  }

  #parse(first: boolean): void {
    let text = decoder.decode(this.raw);
    if (first && text.startsWith('\uFEFF')) text = text.slice(1);
    for (const line of text.split(/\r\n|\r|\n/)) {
      const colon = line.indexOf(':');
      if (line === '' || colon === 0) continue;
      const field = colon === -1 ? line : line.slice(0, colon);
      const value = colon === -1 ? '' : line.slice(line[colon + 1] === ' ' ? colon + 2 : colon + 1);
      if (field === 'data')
        this.#data = this.#data === undefined ? value : `${this.#data}\n${value}`;
      else if (field === 'event') this.#event = value;
      else if (field === 'id' && !value.includes('\0')) this.#id = value;
    }
  }
}

function startsWith(bytes: Uint8Array, at: number, field: readonly number[]): boolean {
  for (let index = 0; index < field.length; index++)
    if (bytes[at + index] !== field[index]) return false;
  return true;
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
  return new SseBlock(new Chunk(bytes), 0, bytes.length, lines, false, fields.id ?? '');
}
