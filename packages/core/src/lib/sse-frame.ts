/** Events of one stream that differ in nothing but a few texts: what they share is read once. */
import type { Chunk } from './sse-block.ts';

/** Places that may differ. More of them, and little is shared. */
const maxHoles = 6;
const maxLength = 4096;
/** Frames of a stream: pieces of text come with and without padding, of reasoning and of answers in turn. */
const maxFrames = 4;
/** Comparisons in vain: where no two events are alike they cost as much as reading does. */
const maxTries = 16;
const QUOTE = 34;
const BACKSLASH = 92;
const BRACE = 123;
const BLANK = 32;
const decoder = /* @__PURE__ */ new TextDecoder();

/** A place of the event that a frame was found in. */
interface Hole {
  readonly from: number;
  readonly to: number;
  /** The inside of a string, a whole number of plain digits, or blanks between tokens, which say nothing. */
  readonly kind: 'text' | 'number' | 'blank';
}

/** See {@link EventFrame.sample}. */
export interface FrameSample {
  /** Of each text and number, in their order. */
  readonly marks: readonly string[];
  /** `undefined` when it is not JSON. */
  readonly json: unknown;
}

/**
 * JSON text with holes: insides of strings with at least one character in them, whole numbers of plain digits, and
 * blanks between tokens. All texts that fit into it have the same tokens but for the former two, so that whatever was
 * found out about the rest of one of them holds for each.
 *
 * Readers of a format keep what they found out on the frame itself, under symbols of their own.
 */
export class EventFrame {
  /** An event that fits, its holes in their order. */
  readonly #like: Uint8Array;
  readonly #view: DataView;
  readonly #holes: readonly Hole[];
  /** Places that {@link match} finds: lists that grow take more room than they need. */
  readonly #places: number;
  #sample: FrameSample | undefined;
  [key: symbol]: unknown;

  constructor(like: Uint8Array, holes: readonly Hole[]) {
    this.#like = like;
    this.#view = viewOf(like);
    this.#holes = holes;
    this.#places = 2 * holes.filter(({ kind }) => kind !== 'blank').length;
  }

  /** Where the texts and numbers of this text begin and end, in turn; `undefined` when it does not fit. */
  match(chunk: Chunk, from: number, to: number): readonly number[] | undefined {
    const { bytes } = chunk;
    const like = this.#view;
    const found = new Array<number>(this.#places);
    let next = 0;
    let at = from;
    let part = 0;
    for (const hole of this.#holes) {
      const shared = hole.from - part;
      if (at + shared > to || !isSame(like, part, chunk.view, at, shared)) return undefined;
      at += shared;
      part = hole.to;
      const end = ends[hole.kind](bytes, at, to);
      if (end === -1) return undefined;
      if (hole.kind !== 'blank') {
        found[next++] = at;
        found[next++] = end;
      }
      at = end;
    }
    const rest = like.byteLength - part;
    return at + rest === to && isSame(like, part, chunk.view, at, rest) ? found : undefined;
  }

  /** The text of an event with these texts and numbers. */
  fill(values: readonly string[]): string {
    let text = '';
    let from = 0;
    let next = 0;
    for (const hole of this.#holes) {
      text += decoder.decode(this.#like.subarray(from, hole.from));
      if (hole.kind !== 'blank') text += JSON.stringify(values[next++]).slice(1, -1);
      from = hole.to;
    }
    return text + decoder.decode(this.#like.subarray(from));
  }

  /** A text that fits, with a mark in each of its holes, and what it says; made once. Shared: never change it. */
  sample(): FrameSample {
    if (this.#sample === undefined) {
      const marks = this.#marks();
      this.#sample = { marks, json: parsedData(this.fill(marks)) };
    }
    return this.#sample;
  }

  /**
   * For each text and number what stands nowhere else in the frame, so that it can be found again once parsed. Drawn,
   * since the rest may say it in other ways, such as escapes.
   */
  #marks(): readonly string[] {
    const holes = this.#holes.filter(({ kind }) => kind !== 'blank');
    const drawn = 1e11 + Math.floor(Math.random() * 1e11);
    return holes.map(
      ({ kind }, hole) => (kind === 'text' ? `hole ${drawn} ` : drawn) + String(hole),
    );
  }
}

export function viewOf({ buffer, byteOffset, length }: Uint8Array): DataView {
  return new DataView(buffer, byteOffset, length);
}

/** Whether so many bytes are the same: four at a time, since most of an event is. */
function isSame(one: DataView, from: number, other: DataView, at: number, count: number): boolean {
  const shift = at - from;
  const end = from + count;
  let place = from;
  for (; place + 4 <= end; place += 4)
    if (one.getInt32(place, true) !== other.getInt32(place + shift, true)) return false;
  for (; place < end; place++)
    if (one.getUint8(place) !== other.getUint8(place + shift)) return false;
  return true;
}

const noFrames: readonly EventFrame[] = [];
const noTexts: readonly string[] = [];

/** Finds the frames of a stream's events, of which each is shown once. */
export class FrameReader {
  #frames = noFrames;
  /** The last that did not fit: the next one like it shows what may differ. */
  #before: Uint8Array | undefined;
  #tries = 0;
  /** The texts and numbers of the event that was read last. */
  texts = noTexts;

  /** @returns the frame that the text between these bytes fits into, `undefined` while it is not known. */
  read(chunk: Chunk, from: number, to: number): EventFrame | undefined {
    for (const known of this.#frames) {
      if (!this.#fits(known, chunk, from, to)) continue;
      if (this.#tries > 0) this.#tries--;
      if (known !== this.#frames[0]) this.#putFirst(known);
      return known;
    }
    if (this.#tries >= maxTries || to - from > maxLength || chunk.bytes[from] !== BRACE)
      return undefined;
    this.#tries++;
    // A copy: a part of a chunk would keep all of the chunk.
    const now = chunk.bytes.slice(from, to);
    const frame = this.#before === undefined ? undefined : compare(this.#before, now);
    this.#before = now;
    if (frame === undefined || !this.#fits(frame, chunk, from, to)) return undefined;
    this.#before = undefined;
    this.#putFirst(frame);
    return frame;
  }

  #fits(frame: EventFrame, chunk: Chunk, from: number, to: number): boolean {
    const holes = frame.match(chunk, from, to);
    if (holes === undefined) return false;
    const texts = new Array<string>(holes.length / 2);
    for (let at = 0; at < texts.length; at++) {
      const text = unescaped(chunk.decode(holes[2 * at]!, holes[2 * at + 1]!));
      if (text === undefined) return false;
      texts[at] = text;
    }
    this.texts = texts;
    return true;
  }

  #putFirst(frame: EventFrame): void {
    const others = this.#frames.filter((one) => one !== frame);
    this.#frames = [frame, ...others.slice(0, maxFrames - 1)];
  }
}

/** What stands in a string, `undefined` when it can not. */
function unescaped(inside: string): string | undefined {
  if (!inside.includes('\\')) return inside;
  try {
    return JSON.parse(`"${inside}"`) as string;
  } catch {
    return undefined;
  }
}

/** What two texts have in common, when all that differs are texts, numbers and blanks. */
function compare(before: Uint8Array, now: Uint8Array): EventFrame | undefined {
  const holes: Hole[] = [];
  /** Where the string begins that both are inside of. */
  let inside = -1;
  let other = 0;
  for (let at = 0; at < now.length || other < before.length; at++, other++) {
    const code = now[at];
    const isEscape = code === BACKSLASH && inside !== -1;
    if (code === before[other] && (!isEscape || now[at + 1] === before[other + 1])) {
      if (code === QUOTE) inside = inside === -1 ? at + 1 : -1;
      if (!isEscape) continue;
      at++;
      other++;
      continue;
    }
    const kind =
      inside !== -1 ? 'text' : code === BLANK || before[other] === BLANK ? 'blank' : 'number';
    const from = kind === 'text' ? inside : startOf(kind, now, at);
    const to = ends[kind](now, from, now.length);
    const otherTo = ends[kind](before, other - at + from, before.length);
    if (to === -1 || otherTo === -1 || holes.length === maxHoles) return undefined;
    // Another name is another frame.
    if (kind === 'text' && isName(now, to)) return undefined;
    holes.push({ from, to, kind });
    at = to - 1;
    other = otherTo - 1;
  }
  return holes.length === 0 ? undefined : new EventFrame(now, holes);
}

/** Where what begins there ends, -1 when it is nothing of the kind. */
const ends: Readonly<
  Record<Hole['kind'], (bytes: Uint8Array, from: number, end: number) => number>
> = {
  /** The inside of a string that is not empty. */
  text(bytes, from, end) {
    for (let at = from; at < end; at++) {
      const code = bytes[at]!;
      if (code === QUOTE) return at === from ? -1 : at;
      if (code < 32) return -1;
      if (code === BACKSLASH) at++;
    }
    return -1;
  },
  number(bytes, from, end) {
    let at = from;
    while (at < end && isDigit(bytes[at])) at++;
    const isNumber = at > from && (bytes[from] !== 48 || at === from + 1);
    // `-`, `.` or an exponent beside it belong to the number; in JSON these can not.
    return isNumber && isOneOf(' :,[', bytes[from - 1]) && isOneOf(' ,}]', bytes[at]) ? at : -1;
  },
  /** Any number of them, beside what is a token by itself. */
  blank(bytes, from, end) {
    let at = from;
    while (at < end && bytes[at] === BLANK) at++;
    const structure = '{}[],:"';
    return isOneOf(structure, bytes[from - 1]) || isOneOf(structure, bytes[at]) ? at : -1;
  },
};

/** Where the digits or blanks begin that end there, or before that place. */
function startOf(kind: 'number' | 'blank', bytes: Uint8Array, at: number): number {
  let from = at;
  while (kind === 'number' ? isDigit(bytes[from - 1]) : bytes[from - 1] === BLANK) from--;
  return from;
}

/** Whether the string that ends there is the name of a member. */
function isName(bytes: Uint8Array, quote: number): boolean {
  let at = quote + 1;
  while (bytes[at]! <= 32) at++;
  return bytes[at] === 58;
}

const isDigit = (code: number | undefined): boolean => code! >= 48 && code! <= 57;

function isOneOf(characters: string, code: number | undefined): boolean {
  return code !== undefined && characters.includes(String.fromCharCode(code));
}

/** What an event says, `undefined` when it is not JSON. */
export function parsedData(data: string): unknown {
  // How most streams of models end; an exception costs more than all the rest of such an event.
  if (data === '[DONE]') return undefined;
  try {
    return JSON.parse(data);
  } catch {
    return undefined;
  }
}
