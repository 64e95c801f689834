/** Events of one stream that differ in nothing but a few texts: what they share is read once. */

/** Texts and numbers that may differ. More of them, and little is shared. */
const maxHoles = 4;
const maxLength = 4096;
/** Comparisons a stream is worth: where no two events are alike they cost as much as reading does. */
const maxTries = 16;
const QUOTE = 34;
const BACKSLASH = 92;
const BRACE = 123;
const decoder = /* @__PURE__ */ new TextDecoder();

/** Where a hole begins and ends in the event that it was found in. */
interface Hole {
  readonly from: number;
  readonly to: number;
  readonly isText: boolean;
}

/**
 * JSON text with holes: insides of strings (at least one character, no quote, no escape, no control character) and
 * whole numbers of plain digits. All texts that fit into it have the same tokens but for these, so that whatever
 * was found out about the rest of one of them holds for each.
 *
 * Readers of a format keep what they found out on the frame itself, under symbols of their own.
 */
export class EventFrame {
  /** An event that fits, its holes in their order. */
  readonly #like: Uint8Array;
  readonly #holes: readonly Hole[];
  [key: symbol]: unknown;

  constructor(like: Uint8Array, holes: readonly Hole[]) {
    this.#like = like;
    this.#holes = holes;
  }

  /** Where the holes of this text begin and end, in turn; `undefined` when it does not fit. */
  match(bytes: Uint8Array, from: number, to: number): readonly number[] | undefined {
    const like = this.#like;
    const found: number[] = [];
    let at = from;
    let part = 0;
    for (const hole of this.#holes) {
      while (part < hole.from) if (like[part++] !== bytes[at++]) return undefined;
      const end = hole.isText ? endOfText(bytes, at, to) : endOfDigits(bytes, at, to);
      if (end === -1) return undefined;
      found.push(at, end);
      at = end;
      part = hole.to;
    }
    while (part < like.length) if (like[part++] !== bytes[at++]) return undefined;
    return at === to ? found : undefined;
  }

  /** The text with this in its holes, which has to be as JSON writes it. */
  fill(values: readonly string[]): string {
    return this.#parts().reduce((text, part, index) => text + values[index - 1] + part);
  }

  /** For each hole what stands nowhere else in the frame, so that it can be found again in what was parsed. */
  marks(): readonly string[] {
    const parts = this.#parts();
    let [text, number] = ['hole', 7_000];
    while (parts.some((part) => part.includes(text))) text += '-';
    while (parts.some((part) => part.includes(String(number)))) number++;
    return this.#holes.map(({ isText }, hole) => (isText ? text : number) + String(hole));
  }

  /** What stands before, between and behind the holes. */
  #parts(): string[] {
    const ends = this.#holes.map(({ to }) => to);
    const part = (from: number, to?: number) => decoder.decode(this.#like.subarray(from, to));
    return [0, ...ends].map((from, index) => part(from, this.#holes[index]?.from));
  }
}

/** Finds the frame of a stream's events, of which each is shown once. */
export class FrameReader {
  #frame: EventFrame | undefined;
  /** The last that did not fit: the next one like it shows what may differ. */
  #before: Uint8Array | undefined;
  #tries = 0;
  /** Where the holes of the text that was read last begin and end, in turn; `undefined` when it did not fit. */
  holes: readonly number[] | undefined;

  /** @returns the frame that the text between these bytes fits into, `undefined` while it is not known. */
  read(bytes: Uint8Array, from: number, to: number): EventFrame | undefined {
    this.holes = this.#frame?.match(bytes, from, to);
    if (this.holes !== undefined) return this.#frame;
    if (this.#tries >= maxTries || to - from > maxLength || bytes[from] !== BRACE) return undefined;
    this.#tries++;
    // A copy: a part of a chunk would keep all of the chunk.
    const now = bytes.slice(from, to);
    const frame = this.#before === undefined ? undefined : compare(this.#before, now);
    this.#before = now;
    this.holes = frame?.match(bytes, from, to);
    if (this.holes === undefined) return undefined;
    this.#frame = frame;
    this.#before = undefined;
    return frame;
  }
}

/** What two texts have in common, when all that differs are texts and numbers. */
function compare(before: Uint8Array, now: Uint8Array): EventFrame | undefined {
  const holes: Hole[] = [];
  /** Where the string begins that both are inside of. */
  let inside = -1;
  let other = 0;
  for (let at = 0; at < now.length || other < before.length; at++, other++) {
    const code = now[at];
    if (code === before[other]) {
      if (code === QUOTE) inside = inside === -1 ? at + 1 : -1;
      if (code !== BACKSLASH || inside === -1) continue;
      at++;
      other++;
      if (now[at] !== before[other]) return undefined;
      continue;
    }
    const isText = inside !== -1;
    const from = isText ? inside : startOfDigits(now, at);
    const end = isText ? endOfText : endOfDigits;
    const to = end(now, from, now.length);
    const otherTo = end(before, other - at + from, before.length);
    if (to === -1 || otherTo === -1 || holes.length === maxHoles) return undefined;
    // Another name is another frame; and a number that goes on behind its digits is none of these.
    if (isText ? isName(now, to) : from < (holes.at(-1)?.to ?? 0)) return undefined;
    holes.push({ from, to, isText });
    at = to - 1;
    other = otherTo - 1;
  }
  return holes.length === 0 ? undefined : new EventFrame(now, holes);
}

/** Where a string ends whose inside begins there; -1 when it is empty, does not end or needs to be unescaped. */
function endOfText(bytes: Uint8Array, from: number, end: number): number {
  for (let at = from; at < end; at++) {
    const code = bytes[at]!;
    if (code === QUOTE) return at === from ? -1 : at;
    if (code === BACKSLASH || code < 32) return -1;
  }
  return -1;
}

/** Whether the string that ends there is the name of a member. */
function isName(bytes: Uint8Array, quote: number): boolean {
  let at = quote + 1;
  while (bytes[at]! <= 32) at++;
  return bytes[at] === 58;
}

const isDigit = (code: number | undefined): boolean => code! >= 48 && code! <= 57;

function startOfDigits(bytes: Uint8Array, at: number): number {
  let from = at;
  while (isDigit(bytes[from - 1])) from--;
  return from;
}

/** Where a whole number ends that begins there; -1 when none does. */
function endOfDigits(bytes: Uint8Array, from: number, end: number): number {
  let at = from;
  while (at < end && isDigit(bytes[at])) at++;
  const isNumber = at > from && (bytes[from] !== 48 || at === from + 1);
  // `-`, `.` or an exponent beside it belong to the number; in JSON these can not.
  const isWhole =
    ' :,['.includes(characterOf(bytes, from - 1)) && ' ,}]'.includes(characterOf(bytes, at));
  return isNumber && isWhole ? at : -1;
}

function characterOf(bytes: Uint8Array, at: number): string {
  return String.fromCharCode(bytes[at] ?? 0);
}
