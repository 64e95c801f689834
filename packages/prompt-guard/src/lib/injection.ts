/** Judges one text: which rules it matches, and what they weigh together. */
import { type Automaton, createAutomaton } from './automaton.ts';
import { decodeParts } from './decode.ts';
import { foldText } from './fold-text.ts';
import { templateMarks } from './injection-rules.ts';
import { createPhraseTable, type PhraseTable } from './phrase-table.ts';
import {
  anywhere,
  combine,
  createTally,
  type InjectionMatch,
  type InjectionResult,
  type Tally,
} from './tally.ts';
import { hearWords } from './words.ts';

export interface InjectionDetector {
  /** @param isDocument text of a third party, such as a tool's result. */
  judge(text: string, isDocument: boolean): InjectionResult;
}

/** Words around a match that can say that it is only spoken about. */
const citeWords = 12;
const reportWords = 4;
const maxDepth = 2;
/** Somebody else is to do it: "make git ignore", "tell ESLint to ignore". */
const causes = /\b(?:(?:make|let) \S+|(?:tell|get|configure) (?!you\b)(?:\S+ ){1,3}to) $/;
const translates = /\btranslate (?:\S+ ){0,2}\S$/;
const asks = /\b(?:what|how|why|explain)\b[^.?!\n]{0,40}$/;
const quotes = '"\'`\u201c\u201d\u201e\u00ab\u300c';

/** Where each step of each rule was matched last, as word and as character. Used for one text at a time. */
interface Scratch {
  readonly indexes: Int32Array;
  readonly starts: Int32Array;
  readonly froms: Int32Array;
  /** The word at which each class was heard last. */
  readonly last: Int32Array;
}

const never = -100_000;

export function createInjectionDetector(): InjectionDetector {
  const table = createPhraseTable();
  const marks = createAutomaton(templateMarks.map(([mark]) => mark));

  const scratch: Scratch = {
    indexes: new Int32Array(table.slots),
    starts: new Int32Array(table.slots),
    froms: new Int32Array(table.slots),
    last: new Int32Array(table.classes),
  };

  function judgePart(text: string, isDocument: boolean, depth: number): InjectionResult {
    const folded = foldText(text);
    const tally = createTally(table.rules.length + templateMarks.length + 2);
    findPhrases(table, folded.cased, folded.lower, isDocument, tally, scratch);
    findMarks(marks, folded.lower, table.rules.length, tally);
    const last = table.rules.length + templateMarks.length;
    if (folded.hidden !== '') tally.add(last, hiddenText('tag-characters', 2), anywhere);
    if (folded.invisible >= 4) tally.add(last + 1, hiddenText('zero-width', 1), anywhere);
    let result = tally.result();
    if (folded.hidden.length >= 4)
      result = combine(result, judgePart(folded.hidden, isDocument, maxDepth), 2);
    if (depth >= maxDepth) return result;
    for (const part of decodeParts(text)) {
      // What was encoded was meant to be overlooked: it weighs twice.
      result = combine(result, judgePart(part, isDocument, depth + 1), 2);
    }
    return result;
  }

  return { judge: (text, isDocument) => judgePart(text, isDocument, 0) };
}

function hiddenText(rule: string, weight: number): InjectionMatch {
  return { rule, category: 'hidden-text', weight };
}

function findPhrases(
  table: PhraseTable,
  cased: string,
  lower: string,
  isDocument: boolean,
  tally: Tally,
  scratch: Scratch,
): void {
  const { rules, forbidden } = table;
  const { indexes, starts, froms, last } = scratch;
  indexes.fill(never);
  last.fill(never);

  hearWords(lower, table.vocabulary, ({ classes, steps }, index, from) => {
    for (const id of classes) last[id] = index;
    for (const { rule, slot, isFirst, isLast, gap } of steps) {
      const before = isFirst ? index : indexes[slot - 1]!;
      if (!isFirst && (before >= index || index - before > gap)) continue;
      const start = isFirst ? index : starts[slot - 1]!;
      const begin = isFirst ? from : froms[slot - 1]!;
      indexes[slot] = index;
      starts[slot] = start;
      froms[slot] = begin;
      if (!isLast) continue;
      const source = rules[rule]!;
      if (source.only === 'document' && !isDocument) continue;
      if (forbidden[rule]! >= 0 && last[forbidden[rule]!]! >= start) continue;
      if (
        source.capitals &&
        cased.slice(from, from + 3) !== lower.slice(from, from + 3).toUpperCase()
      )
        continue;
      const { name, category } = source;
      const match = { rule: name, category, weight: source.weight };
      tally.add(rule, match, index, trust(table, lower, last, start, begin));
    }
  });
}

/** 1, or less where the text only speaks about such a phrase: it asks, names attacks, quotes or reports. */
function trust(
  table: PhraseTable,
  lower: string,
  last: Int32Array,
  start: number,
  begin: number,
): number {
  const asked = start - last[table.ask]! <= citeWords && last[table.ask]! < start;
  const cited = start - last[table.cite]! <= citeWords && last[table.cite]! < start;
  const quoted = begin > 0 && quotes.includes(lower[begin - 1]!);
  if (quoted && (asked || cited)) return 0.1;
  const before = lower.slice(Math.max(0, begin - 64), begin);
  if ((asked && causes.test(before)) || (quoted && translates.test(before))) return 0.5;
  const reported = start - last[table.report]! <= reportWords && last[table.report]! < start;
  return (asked && cited) || reported ? 0.5 : 1;
}

function findMarks(marks: Automaton, lower: string, firstId: number, tally: Tally): void {
  if (!/[<[#]|\n\n/.test(lower)) return;
  let state = 0;
  for (let at = 0; at < lower.length; at++) {
    state = marks.step(state, lower.charCodeAt(at));
    if (state === 0 || marks.longest(state) === -1) continue;
    const index = marks.longest(state);
    const [rule, weight] = templateMarks[index]!;
    const from = at + 1 - rule.length;
    const cited = from > 0 && quotes.includes(lower[from - 1]!);
    // A mark that takes effect is followed by its text, on a line of its own.
    const asked = lower[at + 1] !== '\n' && asks.test(lower.slice(Math.max(0, from - 50), from));
    tally.add(
      firstId + index,
      { rule, category: 'chat-template', weight: cited || asked ? weight / 2 : weight },
      anywhere,
    );
  }
}
