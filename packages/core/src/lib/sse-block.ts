/** A block of an event stream, read only as far as somebody asks. */
import { type EventFrame, type FrameReader, parsedData, viewOf } from './sse-frame.ts';
import type { ReadChunk } from './stage-types.ts';

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
  /**
   * What `data` has in common with events before it that differ in a few {@link texts} alone; `undefined` when it
   * is like none of them, or was made anew.
   */
  readonly frame?: EventFrame | undefined;
  /** What stands in the holes of {@link frame}: texts, and numbers as they are written. */
  readonly texts?: readonly string[];
}

export const LF = 10;
export const CR = 13;
const dataField = 'data:';
const eventField = 'event:';
const notParsed = Symbol();
const noTexts: readonly string[] = [];
const decoder = /* @__PURE__ */ new TextDecoder('utf-8', { ignoreBOM: true });

/** As many bytes are worth a text of their own: several events came at once. */
const manyBytes = 1024;

/** Bytes that arrived together. Where they are ASCII they are decoded once for all their events. */
export class Chunk implements ReadChunk {
  readonly bytes: Uint8Array;
  /** All of it as text, where a unit of text is a byte: search and cut are cheaper there. */
  readonly ascii: string | undefined;
  /** The blocks in it, when it is made of nothing but whole ones, as read by somebody who knew no more than this. */
  blocks: readonly SseBlock[] | undefined;
  lastEventId = '';
  isFirst = false;
  #view: DataView | undefined;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    if (bytes.length < manyBytes) return;
    const text = decoder.decode(bytes);
    // UTF-8 never has fewer bytes than UTF-16 has units: as many means one for one.
    if (text.length === bytes.length) this.ascii = text;
  }

  /** For whoever compares several bytes at a time. */
  get view(): DataView {
    this.#view ??= viewOf(this.bytes);
    return this.#view;
  }

  /** Where the line feed after `from` stands, -1 when there is none. */
  lineFeed(from: number): number {
    return this.ascii === undefined ? this.bytes.indexOf(LF, from) : this.ascii.indexOf('\n', from);
  }

  hasCarriageReturn(): boolean {
    return this.ascii === undefined ? this.bytes.includes(CR) : this.ascii.includes('\r');
  }

  decode(from: number, to: number): string {
    return this.ascii?.slice(from, to) ?? decoder.decode(this.bytes.subarray(from, to));
  }

  /** Whether this ASCII text stands there. */
  startsWith(text: string, at: number): boolean {
    for (let index = 0; index < text.length; index++)
      if (this.bytes[at + index] !== text.charCodeAt(index)) return false;
    return true;
  }
}

/** A block of a stream: an event if it has data. A range of its chunk until somebody wants more. */
export class SseBlock implements SseEvent {
  readonly lastEventId: string;
  /** What it was cut from, and where it stands in it. */
  readonly source: Chunk;
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
  /** Reads the frame, once. */
  #frames: FrameReader | undefined;
  #frame: EventFrame | undefined;
  #texts = noTexts;

  /**
   * @param lines how many lines it has, each ended by LF; 0 when that is not known.
   * @param second where the second of them begins, when there are two.
   */
  constructor(
    chunk: Chunk,
    from: number,
    to: number,
    lines: number,
    second: number,
    first: boolean,
    lastEventId: string,
    frames: FrameReader | undefined,
  ) {
    this.source = chunk;
    this.from = from;
    this.to = to;
    // The common forms by far: one `data:` line, or after one `event:` line. Text is decoded only when read.
    const dataAt = lines === 2 && chunk.startsWith(eventField, from) ? second : from;
    this.#dataAt = dataAt;
    this.#parsed = !((lines === 1 || dataAt > from) && chunk.startsWith(dataField, dataAt));
    if (this.#parsed) this.#parse(first);
    else this.#frames = frames;
    this.lastEventId = this.#id ?? lastEventId;
  }

  get raw(): Uint8Array {
    this.#raw ??= this.source.bytes.subarray(this.from, this.to);
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
    const at = this.to - 2 - text.length;
    return at >= this.#dataAt + dataField.length && this.source.startsWith(text, at);
  }

  json(): unknown {
    if (this.#json === notParsed) {
      this.#json = parsedData(this.data);
    }
    return this.#json;
  }

  get frame(): EventFrame | undefined {
    const frames = this.#frames;
    if (frames !== undefined) {
      this.#frames = undefined;
      const from = this.#valueAt(this.#dataAt + dataField.length);
      this.#frame = frames.read(this.source, from, this.to - 2);
      if (this.#frame !== undefined) this.#texts = frames.texts;
    }
    return this.#frame;
  }

  get texts(): readonly string[] {
    return this.frame === undefined ? noTexts : this.#texts;
  }

  /** What stands after the name of a field, one space aside. */
  #value(line: number, name: number, end: number): string {
    return this.source.decode(this.#valueAt(line + name), end);
  }

  #valueAt(from: number): number {
    return this.source.bytes[from] === 32 ? from + 1 : from;
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
