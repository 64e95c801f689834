/** Finds the values in a text that is whole, and writes what stands for them. */
import { barrier, type ValueDetector } from './detector.ts';
import { createScanState, type ScanTable, scan } from './scanner.ts';
import { createTermState, findTerms, type TermTable } from './terms.ts';
import { createView, leadUnit, readView } from './view.ts';

/** A value, or without detector a denied term, and its place in the raw text. */
export interface FoundValue {
  readonly detector: ValueDetector | undefined;
  readonly from: number;
  readonly to: number;
  /** As the detectors saw it. */
  readonly value: string;
  /** What to write back for it: as it stood, or decoded where it stood in JSON text. */
  readonly original: string;
  /** In JSON text, outside of a string. */
  readonly bare: boolean;
}

/** What {@link findValues} looks for. */
export interface ValueRules {
  readonly scan: ScanTable;
  readonly terms: TermTable | undefined;
  /** Whether such a value, or without detector a denied term, will be replaced. */
  isReplaced(detector: ValueDetector | undefined): boolean;
}

/** The values of a text in order. Those that will be replaced do not overlap. */
export function findValues(text: string, isJson: boolean, rules: ValueRules): FoundValue[] {
  const { chars, lengths } = readView(createView(isJson), text, true);
  const spans: { detector: ValueDetector | undefined; from: number; to: number }[] = [];
  scan(rules.scan, createScanState(), chars, true, (detector, from, to, continued) => {
    if (continued) spans[spans.length - 1]!.to = to;
    else spans.push({ detector, from, to });
  });
  if (rules.terms !== undefined) {
    findTerms(rules.terms, createTermState(), chars, true, (from, to) => {
      spans.push({ detector: undefined, from, to });
    });
    spans.sort((a, b) => a.from - b.from);
  }
  const found: FoundValue[] = [];
  const place = createPlaces(chars, lengths, isJson);
  let end = 0;
  for (const { detector, from, to } of spans) {
    const replaced = rules.isReplaced(detector);
    // Of two that overlap the first is replaced whole, and of the second what is left.
    const begin = replaced ? Math.max(from, end) : from;
    if (begin >= to) continue;
    if (replaced) end = to;
    const start = place(begin, true);
    const stop = place(to, false);
    const value = chars.slice(begin, to);
    const original = isJson ? value : text.slice(start.raw, stop.raw);
    found.push({ detector, from: start.raw, to: stop.raw, value, original, bare: start.bare });
  }
  return found;
}

/** Writes `replace(value)` in the place of each value; `undefined` leaves it as it is. */
export function replaceValues(
  text: string,
  isJson: boolean,
  values: readonly FoundValue[],
  replace: (value: FoundValue) => string | undefined,
): string {
  let written = '';
  let at = 0;
  for (const value of values) {
    const replacement = replace(value);
    if (replacement === undefined) continue;
    const quoted = isJson && value.bare ? JSON.stringify(replacement) : replacement;
    written += text.slice(at, value.from) + quoted;
    at = value.to;
  }
  return written + text.slice(at);
}

/** From places in the view to places in the raw text, asked for in rising order. */
function createPlaces(
  chars: string,
  lengths: readonly number[] | undefined,
  isJson: boolean,
): (at: number, isStart: boolean) => { raw: number; bare: boolean } {
  let index = 0;
  let raw = 0;
  let bare = isJson;
  return (at, isStart) => {
    if (lengths === undefined) return { raw: at, bare: false };
    for (; index < at; index++) {
      raw += Math.floor(lengths[index]! / leadUnit) + (lengths[index]! % leadUnit);
      if (isJson && chars[index] === barrier) bare = !bare;
    }
    // The invisible characters before a value are no part of it.
    const lead = isStart && at < lengths.length ? Math.floor(lengths[at]! / leadUnit) : 0;
    return { raw: raw + lead, bare };
  };
}
