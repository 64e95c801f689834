/** A reply's body as its stages see it, parsed once for all of them. */
import { freezeJson } from './freeze-json.ts';
import { join } from './join.ts';
import { withNotes } from './json-notes.ts';
import type { ReplyBody } from './stage-types.ts';

const utf8 = /* @__PURE__ */ new TextDecoder('utf-8', { fatal: true });
const notParsed = Symbol();
const parsedKey = Symbol('@wintergate/core/parsed');

/** What is known of bytes stands on the bytes themselves: what a WeakMap holds lives until the next full collection (V8). */
interface KnownBytes extends Uint8Array {
  /** What they say; `notParsed` once they were parsed. */
  [parsedKey]?: unknown;
}

/**
 * Remembers what bytes are known to say: `context.json()` and the stages of a reply then do not parse them again.
 * Whoever asks shares the value, in whichever exchange the very same bytes are used: freeze it where there may be more
 * than one.
 *
 * @param bytes the object is remembered, and not a copy of it.
 * @example
 * rememberParsed(bytes, freezeJson(value));
 */
export function rememberParsed(bytes: Uint8Array, value: unknown): void {
  (bytes as KnownBytes)[parsedKey] = value;
}

/** What is remembered; what is JSON is never `undefined`. */
export function knownParsed(bytes: KnownBytes): unknown {
  const known = bytes[parsedKey];
  return known === notParsed ? undefined : known;
}

/** A class, because of its getter: an object literal with one costs V8 a hidden class each time. */
export class WholeBody implements ReplyBody {
  #parts: readonly Uint8Array[];
  readonly #size: number;
  #value: unknown = notParsed;

  constructor(parts: readonly Uint8Array[], size: number) {
    this.#parts = parts;
    this.#size = size;
  }

  get bytes(): Uint8Array {
    if (this.#parts.length !== 1) this.#parts = [join(this.#parts, this.#size)];
    return this.#parts[0] as Uint8Array;
  }

  /** Not a method: who takes the body apart calls it on its own. */
  readonly json = (): unknown => {
    if (this.#value === notParsed) this.#value = parsed(this.bytes);
    return this.#value;
  };
}

/** Parsed with each body that they are, a stored one twice at most while it is asked for often. */
function parsed(bytes: KnownBytes): unknown {
  let value = knownParsed(bytes);
  if (value !== undefined) return value;
  try {
    value = JSON.parse(utf8.decode(bytes));
  } catch {
    return undefined;
  }
  if (bytes[parsedKey] === notParsed) keep(bytes, value);
  else bytes[parsedKey] = notParsed;
  return value;
}

const kept: KnownBytes[] = [];
const mostKept = 256;
const largestKept = 16 * 1024;
let oldest = 0;

/** What is kept is shared by exchanges that know nothing of each other. */
function keep(bytes: KnownBytes, value: unknown): void {
  if (bytes.length > largestKept) return;
  bytes[parsedKey] = freezeJson(withNotes(value));
  const before = kept[oldest];
  if (before !== undefined) before[parsedKey] = undefined;
  kept[oldest] = bytes;
  oldest = (oldest + 1) % mostKept;
}
