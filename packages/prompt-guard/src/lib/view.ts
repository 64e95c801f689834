/**
 * A text as detectors see it, and the way back to what stood there. In the view invisible
 * characters are gone, full-width forms and exotic blanks are plain, and, for JSON text, escapes
 * are decoded and the quotes around strings are barriers.
 */

/** What has been read of a text that may still be growing. */
export interface View {
  readonly isJson: boolean;
  /** Inside a JSON string at the end of what was read. */
  inString: boolean;
  /** Invisible characters at the end of the text so far: they go with the next visible one. */
  dropped: string;
  /** How many invisible characters there are since the last visible one. */
  run: number;
  /** The end of the text so far that can not be read yet: half an escape, a lone surrogate. */
  rest: string;
}

/**
 * A stretch of view. Behind `chars[i]` stand `lengths[i]` raw characters: in units of 16 the
 * invisible ones before it, and below that its own. Absent: one each.
 */
export interface Stretch {
  readonly chars: string;
  readonly raw: string;
  readonly lengths: number[] | undefined;
}

export const leadUnit = 16;

export function createView(isJson: boolean): View {
  return { isJson, inString: false, dropped: '', run: 0, rest: '' };
}

const DROPPED = 0x10000;
/** A step is a code (17 bits) and how many raw characters it took; 0 when more is needed. */
const lengthShift = 17;
const codeMask = 0x1ffff;
/** Stands for invisible characters at the very end, and for each {@link maxRun} of them. */
const nothing = '\ufffe';
const maxRun = 256;

// Soft hyphen, zero-width and directional marks, word joiners, tags, variation selectors; full-width
// forms; exotic blanks and hyphens; the barrier itself; a high surrogate at the end.
const unusual =
  /[\u00a0\u00ad\u180e\u2000-\u2015\u2028-\u202f\u2060-\u206f\ufeff\uff01-\uff5e\uffff\udb40]|[\ufe00-\ufe0f]|[\ud800-\udbff]$/;

/** Reads on. With `ended`, nothing is left over. */
export function readView(view: View, text: string, ended: boolean): Stretch {
  const raw = view.dropped + view.rest + text;
  view.run -= view.dropped.length;
  view.dropped = view.rest = '';
  if (!view.isJson && (/^[\x00-\x7f]*$/.test(raw) || !unusual.test(raw)))
    return { chars: raw, raw, lengths: undefined };
  let chars = '';
  const lengths: number[] = [];
  let from = 0;
  let at = 0;
  while (at < raw.length) {
    const step = readOne(view, raw, at, ended);
    if (step === 0) break;
    const length = step >> lengthShift;
    const code = step & codeMask;
    view.run = code === DROPPED ? view.run + length : 0;
    if (code !== DROPPED) {
      chars += String.fromCharCode(code);
      lengths.push((at - from) * leadUnit + length);
      from = at + length;
    } else if (view.run >= maxRun) {
      chars += nothing;
      lengths.push((at + length - from) * leadUnit);
      from = at + length;
      view.run = 0;
    }
    at += length;
  }
  if (ended && from < raw.length) {
    chars += nothing;
    lengths.push((raw.length - from) * leadUnit);
    from = raw.length;
  }
  view.dropped = raw.slice(from, at);
  view.rest = raw.slice(Math.max(from, at));
  return { chars, raw: raw.slice(0, from), lengths };
}

function readOne(view: View, raw: string, at: number, ended: boolean): number {
  const code = raw.charCodeAt(at);
  if (!view.isJson) return readPlain(raw, at, code, ended);
  if (code === 34) {
    view.inString = !view.inString;
    return step(0xffff, 1);
  }
  if (!view.inString || code !== 92) return readPlain(raw, at, code, ended);
  const letter = raw[at + 1];
  if (letter === undefined) return ended ? step(code, 1) : 0;
  if (letter !== 'u') return step(simpleEscapes[letter] ?? letter.charCodeAt(0), 2);
  const hex = raw.slice(at + 2, at + 6);
  if (/^[0-9a-f]{4}$/i.test(hex)) return step(fold(Number.parseInt(hex, 16)), 6);
  return at + 2 + hex.length === raw.length && hex.length < 4 && !ended ? 0 : step(code, 1);
}

const simpleEscapes: Readonly<Record<string, number>> = { n: 10, r: 13, t: 9, b: 8, f: 12 };

function readPlain(raw: string, at: number, code: number, ended: boolean): number {
  // A surrogate pair is never cut.
  const isLast = at + 1 === raw.length;
  if (code >= 0xd800 && code < 0xdc00 && isLast && !ended) return 0;
  // The plane of tags and variation selectors: both halves are invisible.
  if (code === 0xdb40 && !isLast) return step(DROPPED, 2);
  return step(fold(code), 1);
}

function step(code: number, length: number): number {
  return (length << lengthShift) | code;
}

function fold(code: number): number {
  if (code < 0xa0) return code;
  if (code >= 0xff01 && code <= 0xff5e) return code - 0xfee0;
  if (code === 0xa0 || code === 0x202f || (code >= 0x2000 && code <= 0x200a)) return 32;
  if (code >= 0x2010 && code <= 0x2015) return 45;
  if (code === 0x2028 || code === 0x2029) return 10;
  if (code === 0xffff) return 0xfffe;
  return isInvisible(code) ? DROPPED : code;
}

function isInvisible(code: number): boolean {
  if (code === 0xad || code === 0x180e || code === 0xfeff) return true;
  if (code >= 0x2000 && code <= 0x206f) {
    return (
      (code >= 0x200b && code <= 0x200f) || (code >= 0x202a && code <= 0x202e) || code >= 0x2060
    );
  }
  return code >= 0xfe00 && code <= 0xfe0f;
}
