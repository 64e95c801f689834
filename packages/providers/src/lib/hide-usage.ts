/** The empty `usage` member that an upstream writes into every chunk because we asked for usage. */
import { createSseEvent, type SseEvent } from '@wintergate/core';

const member = /"usage"\s*:\s*null/g;

/**
 * The event without `"usage":null` at the top of its data, every other byte as it was; the same
 * event when it holds none.
 */
export function withoutNullUsage(event: SseEvent): SseEvent {
  const { data } = event;
  if (!data.includes('"usage"')) return event;
  for (const { 0: found, index } of data.matchAll(member)) {
    let from = index;
    let to = index + found.length;
    if (data.charCodeAt(from - 1) === 92 || !isTopLevel(data, to)) continue;
    // One comma goes with it: the one before, or for the first member the one behind.
    const before = data.slice(0, from).trimEnd();
    const after = data.slice(to).trimStart();
    if (before.endsWith(',')) from = before.length - 1;
    else if (after.startsWith(',')) to = data.length - after.length + 1;
    return new EditedEvent(event, from, to);
  }
  return event;
}

/** Whether the object that ends next is the outermost. Linear; strings are skipped. */
function isTopLevel(data: string, from: number): boolean {
  let depth = 1;
  for (let at = from; at < data.length; at++) {
    const code = data.charCodeAt(at);
    if (code === 34) at = endOfString(data, at);
    else if (code === 123 || code === 91) depth++;
    else if ((code === 125 || code === 93) && --depth === 0)
      return data.slice(at + 1).trim() === '';
  }
  return false;
}

function endOfString(data: string, from: number): number {
  let at = from + 1;
  while (at < data.length && data.charCodeAt(at) !== 34) at += data.charCodeAt(at) === 92 ? 2 : 1;
  return at;
}

/** An event from whose data a piece was cut. */
class EditedEvent implements SseEvent {
  readonly raw: Uint8Array;
  readonly data: string;
  readonly #origin: SseEvent;
  #json: unknown;

  constructor(origin: SseEvent, from: number, to: number) {
    const { data, event, id } = origin;
    this.#origin = origin;
    this.data = data.slice(0, from) + data.slice(to);
    this.raw =
      cutBytes(origin.raw, data, from, to) ??
      createSseEvent({ data: this.data, event, ...(id === undefined ? {} : { id }) }).raw;
  }

  get event(): string {
    return this.#origin.event;
  }

  get id(): string | undefined {
    return this.#origin.id;
  }

  get lastEventId(): string {
    return this.#origin.lastEventId;
  }

  endsWith(text: string): boolean {
    return this.data.endsWith(text);
  }

  json(): unknown {
    if (this.#json === undefined) {
      const { usage: _, ...rest } = this.#origin.json() as { usage: unknown };
      this.#json = rest;
    }
    return this.#json;
  }
}

/** The same cut in the bytes, counted from the last brace; `undefined` when it does not stand there. */
function cutBytes(raw: Uint8Array, data: string, from: number, to: number): Uint8Array | undefined {
  const brace = data.lastIndexOf('}');
  const end = raw.lastIndexOf(125) - utf8Length(data, to, brace);
  const start = end - (to - from);
  if (start < 0) return undefined;
  for (let at = from; at < to; at++) {
    if (raw[start + at - from] !== data.charCodeAt(at)) return undefined;
  }
  const cut = new Uint8Array(raw.length - (to - from));
  cut.set(raw.subarray(0, start));
  cut.set(raw.subarray(end), start);
  return cut;
}

function utf8Length(text: string, from: number, to: number): number {
  let length = 0;
  for (let at = from; at < to; at++) {
    const code = text.charCodeAt(at);
    // A surrogate is half of a pair of four bytes.
    length += code < 0x80 ? 1 : code < 0x800 || (code >= 0xd800 && code < 0xe000) ? 2 : 3;
  }
  return length;
}
