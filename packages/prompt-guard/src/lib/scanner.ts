/** Runs value detectors over a text that may still be growing. */
import { isOf, WORD } from './characters.ts';
import { type Follow, HIT, type Hit, LIKELY, MAYBE, NO, type ValueDetector } from './detector.ts';

/** Detectors by the first two characters of a candidate: almost every place in a text has none. */
interface PairTable {
  /** Index into `lists` by first and second code; 0: none. */
  readonly pairs: Uint16Array;
  readonly lists: readonly (readonly ValueDetector[])[];
  /** By first code, where the text ends after it. */
  readonly last: readonly (readonly ValueDetector[] | undefined)[];
}

export interface ScanTable {
  /** After a letter, digit or underscore. */
  readonly inside: PairTable;
  /** After anything else. */
  readonly outside: PairTable;
  /**
   * By first and second code: in which of the two a candidate can begin, and whether the first is of a word. All that
   * is asked at each character.
   */
  readonly sides: Uint8Array;
}

const [insideBit, outsideBit, wordBit] = [1, 2, 4];

/** Where a scan stands. One a text. */
export interface ScanState {
  /** Everything before it is decided. */
  at: number;
  /** The detector whose value goes on at `at`. */
  following: ValueDetector | undefined;
  readonly follow: Follow;
  readonly hit: Hit;
  /** Why the scan waits at `at`. */
  candidate: ValueDetector | undefined;
  likely: boolean;
}

/** Hears of a value, and of each further piece of one that was found open. */
export type Found = (detector: ValueDetector, from: number, to: number, continued: boolean) => void;

export function createScanTable(detectors: readonly ValueDetector[]): ScanTable {
  const inside = createPairTable(detectors.filter(({ anywhere }) => anywhere));
  const outside = createPairTable(detectors);
  const sides = new Uint8Array(128 * 128);
  for (let pair = 0; pair < sides.length; pair++) {
    sides[pair] =
      (inside.pairs[pair] === 0 ? 0 : insideBit) |
      (outside.pairs[pair] === 0 ? 0 : outsideBit) |
      (isOf(pair >> 7, WORD) ? wordBit : 0);
  }
  return { inside, outside, sides };
}

function createPairTable(detectors: readonly ValueDetector[]): PairTable {
  const pairs = new Uint16Array(128 * 128);
  const lists: (readonly ValueDetector[])[] = [[]];
  const last: ValueDetector[][] = [];
  /** The list that comes of one list and one detector more. */
  const longer = new Map<number, number>();
  detectors.forEach((detector, index) => {
    for (const start of detector.starts) {
      const first = start.charCodeAt(0);
      (last[first] ??= []).push(detector);
      for (const second of detector.seconds) {
        const pair = first * 128 + second.charCodeAt(0);
        const step = pairs[pair]! * detectors.length + index;
        if (!longer.has(step))
          longer.set(step, lists.push([...lists[pairs[pair]!]!, detector]) - 1);
        pairs[pair] = longer.get(step)!;
      }
    }
  });
  return { pairs, lists, last };
}

export function createScanState(): ScanState {
  return {
    at: 0,
    following: undefined,
    follow: { at: 0, count: 0, mode: 0 },
    hit: { from: 0, to: 0, open: false },
    candidate: undefined,
    likely: false,
  };
}

/**
 * Scans on from `state.at`. Afterwards everything before `state.at` is decided: nothing found
 * later begins before it. Each place costs at most a bounded number of characters of look-ahead,
 * so a text costs time in proportion to its length.
 */
export function scan(
  table: ScanTable,
  state: ScanState,
  text: string,
  ended: boolean,
  found: Found,
): void {
  state.candidate = undefined;
  if (state.following !== undefined && !follow(state, text, ended, found)) return;
  const { hit } = state;
  let at = state.at;
  while (at < text.length) {
    at = nextPair(table, text, at);
    const first = text.charCodeAt(at);
    const isLast = at + 1 === text.length;
    const side = isInside(text, at) ? table.inside : table.outside;
    const detectors = isLast
      ? side.last[first]
      : side.lists[side.pairs[first * 128 + text.charCodeAt(at + 1)]!];
    if (detectors === undefined || (isLast && ended)) {
      at++;
      continue;
    }
    const result = matchAt(detectors, state, text, at, ended);
    if (result === NO) {
      at++;
      continue;
    }
    state.at = at;
    if (result !== HIT) return;
    const detector = state.candidate!;
    state.candidate = undefined;
    at = state.at = hit.to;
    const { open } = hit;
    found(detector, hit.from, hit.to, false);
    if (open) {
      startFollow(state, detector);
      if (!follow(state, text, ended, found)) return;
      at = state.at;
    }
  }
  state.at = text.length;
}

/** The next place whose two characters a candidate can begin with, or the last place of the text. */
function nextPair({ sides }: ScanTable, text: string, from: number): number {
  const last = text.length - 1;
  let first = text.charCodeAt(from);
  let side = isInside(text, from) ? insideBit : outsideBit;
  for (let at = from; at < last; at++) {
    const second = text.charCodeAt(at + 1);
    if ((first | second) < 128) {
      const both = sides[(first << 7) | second]!;
      if ((both & side) !== 0) return at;
      side = (both & wordBit) === 0 ? outsideBit : insideBit;
    } else side = isOf(first, WORD) ? insideBit : outsideBit;
    first = second;
  }
  return last;
}

/** Whether nothing in a text could begin a value, nor end as one does that goes on. ASCII only. */
export function isPlain(table: ScanTable, text: string, before: number): boolean {
  const { inside, outside, sides } = table;
  const last = text.length - 1;
  let first = text.charCodeAt(0);
  let side = isOf(before, WORD) ? insideBit : outsideBit;
  for (let at = 0; at < last; at++) {
    const second = text.charCodeAt(at + 1);
    if ((first | second) >= 128) return false;
    const both = sides[(first << 7) | second]!;
    if ((both & side) !== 0) return false;
    side = (both & wordBit) === 0 ? outsideBit : insideBit;
    first = second;
  }
  return first < 128 && (side === insideBit ? inside : outside).last[first] === undefined;
}

function isInside(text: string, at: number): boolean {
  return at > 0 && isOf(text.charCodeAt(at - 1), WORD);
}

function matchAt(
  detectors: readonly ValueDetector[],
  state: ScanState,
  text: string,
  at: number,
  ended: boolean,
): typeof NO | typeof MAYBE | typeof HIT {
  let waiting: typeof NO | typeof MAYBE = NO;
  for (const detector of detectors) {
    const result = detector.match(text, at, ended, state.hit);
    if (result === NO) continue;
    if (result === HIT) {
      // Not before those have decided that come first.
      if (waiting === MAYBE) return MAYBE;
      state.candidate = detector;
      return HIT;
    }
    if (waiting === NO || (result === LIKELY && !state.likely)) {
      state.candidate = detector;
      state.likely = result === LIKELY;
    }
    waiting = MAYBE;
  }
  return waiting;
}

function startFollow(state: ScanState, detector: ValueDetector): void {
  state.following = detector;
  state.follow.count = 0;
  state.follow.mode = 0;
}

function follow(state: ScanState, text: string, ended: boolean, found: Found): boolean {
  const detector = state.following!;
  state.follow.at = state.at;
  const done = detector.follow(text, state.follow, ended) || ended;
  if (state.follow.at > state.at) found(detector, state.at, state.follow.at, true);
  state.at = state.follow.at;
  if (done) state.following = undefined;
  return done;
}

/** Decides a likely candidate against itself: what is there of it counts as a value, the rest is swallowed. */
export function force(state: ScanState, text: string, found: Found): void {
  const detector = state.candidate!;
  const from = state.at;
  state.candidate = undefined;
  state.at = text.length;
  startFollow(state, detector);
  found(detector, from, text.length, false);
}
