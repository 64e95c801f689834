/** The user's own words: denied ones are found, unless an allowed one stands around them. */
import { type Automaton, createAutomaton } from './automaton.ts';
import { createView, readView } from './view.ts';

/** The longest term, in characters. */
export const maxTermLength = 64;

/** Denied and allowed terms in one automaton. */
export interface TermTable {
  readonly automaton: Automaton;
  readonly terms: readonly string[];
  /** Terms from this index on are allowed ones. */
  readonly firstAllowed: number;
}

interface Span {
  readonly from: number;
  readonly to: number;
}

/** Where a search stands. One a text. */
export interface TermState {
  /** Everything before it has been read. */
  read: number;
  /** Everything before it is decided. */
  at: number;
  node: number;
  /** The character read last, folded. */
  last: number;
  /** Denied terms that are waiting for what follows, in order. */
  denied: Span[];
  /** Allowed terms that may stand around one of them. */
  allowed: Span[];
}

export function createTermTable(
  deny: readonly string[],
  allow: readonly string[],
): TermTable | undefined {
  if (deny.length === 0) return undefined;
  const terms = [...deny, ...allow].map(foldTerm);
  return { automaton: createAutomaton(terms), terms, firstAllowed: deny.length };
}

export function createTermState(): TermState {
  return { read: 0, at: 0, node: 0, last: 0, denied: [], allowed: [] };
}

/** A term as it is searched for: as in a view, in lower case. */
export function foldTerm(term: string): string {
  let folded = '';
  for (const unit of readView(createView(false), term, true).chars) folded += lower(unit);
  return folded;
}

/** One to one, so that places stay what they are. */
function lower(unit: string): string {
  const lowered = unit.toLowerCase();
  return lowered.length === unit.length ? lowered : unit;
}

/** Reads on from `state.read`. Afterwards everything before `state.at` is decided. */
export function findTerms(
  table: TermTable,
  state: TermState,
  text: string,
  ended: boolean,
  found: (from: number, to: number) => void,
): void {
  const { automaton } = table;
  for (; state.read < text.length; state.read++) {
    const code = lowerCode(text.charCodeAt(state.read));
    dropUnbounded(state, code);
    state.node = automaton.step(state.node, code);
    state.last = code;
    if (automaton.longest(state.node) !== -1) note(table, state, text);
    settle(state, state.read + 1 - automaton.depth(state.node), found);
  }
  if (ended) settle(state, text.length, found, true);
  const active = text.length - automaton.depth(state.node);
  state.at = ended ? text.length : Math.min(active, state.denied[0]?.from ?? active);
}

/** Moves the places back after `count` characters were cut off the text's beginning. */
export function shiftTerms(state: TermState, count: number): void {
  const shift = (span: Span): Span => ({ from: span.from - count, to: span.to - count });
  state.read -= count;
  state.at -= count;
  state.denied = state.denied.map(shift);
  state.allowed = state.allowed.map(shift);
}

/** The longest denied and the longest allowed term that end here as whole words, as far as can be told yet. */
function note({ automaton, terms, firstAllowed }: TermTable, state: TermState, text: string): void {
  const to = state.read + 1;
  let denied = false;
  let allowed = false;
  for (let node = state.node; automaton.longest(node) !== -1; node = automaton.shorter(node)) {
    const index = automaton.longest(node);
    const isAllowed = index >= firstAllowed;
    const from = to - terms[index]!.length;
    if ((isAllowed ? allowed : denied) || joins(text.charCodeAt(from - 1), text.charCodeAt(from)))
      continue;
    (isAllowed ? state.allowed : state.denied).push({ from, to });
    if (isAllowed) allowed = true;
    else denied = true;
  }
}

/** A term whose last letter the next character continues was only part of a word. */
function dropUnbounded(state: TermState, code: number): void {
  const ends = (span: Span): boolean =>
    span.to !== state.read || !isLetter(code) || !isLetter(state.last);
  if (state.denied.length > 0) state.denied = state.denied.filter(ends);
  if (state.allowed.length > 0) state.allowed = state.allowed.filter(ends);
}

/** Reports what no term in progress can stand around any more. */
function settle(
  state: TermState,
  active: number,
  found: (from: number, to: number) => void,
  ended = false,
): void {
  while (state.denied.length > 0) {
    const span = state.denied[0]!;
    if (!ended && (span.from >= active || span.to > state.read)) break;
    state.denied.shift();
    if (!state.allowed.some(({ from, to }) => from <= span.from && to >= span.to))
      found(span.from, span.to);
  }
  // A denied term that ends later is not inside of one that has ended.
  if (state.denied.length === 0 && state.allowed.length > 0) state.allowed = [];
}

function joins(before: number, code: number): boolean {
  return isLetter(before) && isLetter(code);
}

/** Letters and digits of scripts that put blanks between words. */
function isLetter(code: number): boolean {
  if (code < 128)
    return (code >= 48 && code <= 57) || (code >= 65 && code <= 90) || (code >= 97 && code <= 122);
  return code >= 0xc0 && code < 0x600;
}

function lowerCode(code: number): number {
  if (code < 128) return code >= 65 && code <= 90 ? code + 32 : code;
  const lowered = String.fromCharCode(code).toLowerCase();
  return lowered.length === 1 ? lowered.charCodeAt(0) : code;
}
