/** A block of an event stream, read only as far as somebody asks. */

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

export const LF = 10;
/** `data:` and `event:`. */
const dataField = [100, 97, 116, 97, 58] as const;
const eventField = [101, 118, 101, 110, 116, 58] as const;
const notParsed = Symbol();
const decoder = /* @__PURE__ */ new TextDecoder('utf-8', { ignoreBOM: true });

/** Bytes that arrived together. Where they are ASCII they are decoded once for all their events. */
export class Chunk {
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
