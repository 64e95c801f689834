/** Runs value detectors over a text that may still be growing. */
import { isOf, WORD } from './characters.ts';
import { type Follow, HIT, type Hit, LIKELY, MAYBE, NO, type ValueDetector } from './detector.ts';

/** Detectors by the character that a candidate begins with. */
export interface ScanTable {
  /** After a letter, digit or underscore. */
  readonly inside: readonly (readonly ValueDetector[] | undefined)[];
  /** After anything else. */
  readonly outside: readonly (readonly ValueDetector[] | undefined)[];
}

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
  const inside: ValueDetector[][] = [];
  const outside: ValueDetector[][] = [];
  for (const detector of detectors) {
    for (const start of detector.starts) {
      const code = start.charCodeAt(0);
      (outside[code] ??= []).push(detector);
      if (detector.anywhere) (inside[code] ??= []).push(detector);
    }
  }
  return { inside, outside };
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
    const code = text.charCodeAt(at);
    if (code >= 128) {
      at++;
      continue;
    }
    const detectors = (isOf(text.charCodeAt(at - 1), WORD) ? table.inside : table.outside)[code];
    if (detectors === undefined) {
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

function matchAt(
  detectors: readonly ValueDetector[],
  state: ScanState,
  text: string,
  at: number,
  ended: boolean,
): typeof NO | typeof MAYBE | typeof HIT {
  for (const detector of detectors) {
    const result = detector.match(text, at, ended, state.hit);
    if (result === NO) continue;
    state.candidate = detector;
    state.likely = result === LIKELY;
    return result === HIT ? HIT : MAYBE;
  }
  return NO;
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
