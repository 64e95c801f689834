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
  let afterCr = false;
  let first = true;
  let lastEventId = '';

  function block(raw: Uint8Array): SseBlock {
    const made = new SseBlock(raw, first, lastEventId);
    first = false;
    lastEventId = made.lastEventId;
    return made;
  }

  function take(tail: Uint8Array): Uint8Array {
    if (held === 0) return tail;
    const raw = concat(parts, held, tail);
    parts = [];
    held = 0;
    return raw;
  }

  return {
    push(chunk, onBlock) {
      const length = chunk.length;
      const hasCr = chunk.indexOf(CR) !== -1;
      let start = 0;
      let at = 0;
      while (at < length) {
        const byte = chunk[at];
        if (byte === LF) {
          at++;
          if (afterCr) {
            // The LF of a CRLF whose CR has already ended the line.
            afterCr = false;
          } else if (lineEmpty) {
            onBlock(block(take(chunk.subarray(start, at))));
            start = at;
          } else {
            lineEmpty = true;
          }
        } else if (byte === CR) {
          at++;
          afterCr = true;
          if (lineEmpty) {
            if (at < length && chunk[at] === LF) {
              at++;
              afterCr = false;
            }
            onBlock(block(take(chunk.subarray(start, at))));
            start = at;
          } else {
            lineEmpty = true;
          }
        } else {
          afterCr = false;
          lineEmpty = false;
          at = lineEnd(chunk, at, hasCr);
        }
      }
      if (start < length) {
        parts.push(chunk.subarray(start));
        held += length - start;
        if (held > maxEventBytes) {
          throw new EventTooLargeError(`Refuse an event of more than ${maxEventBytes} bytes`);
        }
      }
    },
    rest: () => take(new Uint8Array(0)),
    lastBlock() {
      if (held === 0) return undefined;
      const raw = take(encoder.encode('\n\n'));
      const made = block(raw);
      return made.dispatches() ? made : undefined;
    },
  };
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

/** A block of a stream: an event if it has data. */
export class SseBlock implements SseEvent {
  readonly raw: Uint8Array;
  readonly lastEventId: string;
  #event = '';
  #data: string | undefined;
  #id: string | undefined;
  #parsed: boolean;
  #json: unknown = notParsed;

  constructor(raw: Uint8Array, first: boolean, lastEventId: string) {
    this.raw = raw;
    // The common form by far: one `data:` line, ended by two LF. Its text is decoded only when read.
    this.#parsed = !isSingleDataLine(raw);
    if (this.#parsed) this.#parse(first);
    this.lastEventId = this.#id ?? lastEventId;
  }

  /** Whether the block is an event: the standard dispatches only blocks that have data. */
  dispatches(): boolean {
    return !this.#parsed || this.#data !== undefined;
  }

  get event(): string {
    return this.#event;
  }

  get id(): string | undefined {
    return this.#id;
  }

  get data(): string {
    if (!this.#parsed) {
      this.#parsed = true;
      const from = this.raw[5] === 32 ? 6 : 5;
      this.#data = decoder.decode(this.raw.subarray(from, this.raw.length - 2));
    }
    return this.#data ?? '';
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

function isSingleDataLine(raw: Uint8Array): boolean {
  const end = raw.length - 2;
  return (
    raw[0] === 100 && // data:
    raw[1] === 97 &&
    raw[2] === 116 &&
    raw[3] === 97 &&
    raw[4] === 58 &&
    raw[end] === LF &&
    raw.indexOf(LF) === end &&
    raw.indexOf(CR) === -1
  );
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
  return new SseBlock(encodeSse(fields), false, fields.id ?? '');
}
