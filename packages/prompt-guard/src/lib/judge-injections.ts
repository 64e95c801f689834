/** Puts the texts of a call before the injection rules, as the options say. */
import type { ErrorDetails } from '@wintergate/core';
import type { ModelCall, SegmentRole, TextSegment } from '@wintergate/wire';
import type { InjectionDetector } from './injection.ts';
import type { InjectionAction, ResolvedOptions } from './options.ts';
import { refusalOf } from './refusal.ts';
import type { Report } from './report.ts';
import { blockWeight, flagWeight } from './tally.ts';
import { createTermState, findTerms, type TermTable } from './terms.ts';

/** What judging works with; made once. */
export interface InjectionJudge {
  readonly options: ResolvedOptions;
  readonly injection: InjectionDetector;
  /** Allowed terms, for what the rules do not read. */
  readonly allow: TermTable | undefined;
}

/** How much of each text is read together with its neighbours. */
const seamCharacters = 600;

/** What is known of the texts of a call. */
export interface KnownTexts {
  /** Whether it was clean before: it is not read again on its own. */
  isClean(segment: TextSegment): boolean;
  /** Something was found in them, or they were not read whole. */
  readonly unclear: Set<TextSegment>;
}

/** Newest text first, as far as the budget goes. */
export function judgeInjections(
  guard: InjectionJudge,
  call: ModelCall,
  segments: readonly TextSegment[],
  known: KnownTexts,
  report: Report,
): ErrorDetails | undefined {
  const { options, injection } = guard;
  if (call.operation !== 'chat') return undefined;
  let budget = options.inspectCharacters;
  let refused: ErrorDetails | undefined;
  const weights = new Float64Array(segments.length);

  /** Reports what weighs more than `heaviest`. */
  function judge({ path, role }: TextSegment, text: string, heaviest: number): number {
    const read = guard.allow === undefined ? text : blankAllowed(text, guard.allow);
    const { weight, matches } = injection.judge(read, role === 'tool-result');
    if (weight < flagWeight || weight <= heaviest) return weight;
    const blocks = weight >= blockWeight && actionFor(role, options) === 'block';
    for (const { rule, category } of matches) {
      report.add({ detector: rule, category, path, action: blocks ? 'block' : 'flag' });
    }
    if (blocks) refused ??= refusalOf(matches[0]!.category, path);
    return weight;
  }

  for (let at = segments.length - 1; at >= 0; at--) {
    const segment = segments[at]!;
    const { path, text, role } = segment;
    if (actionFor(role, options) === 'allow') continue;
    const part = endsOf(text, budget);
    budget -= part.length;
    const isWhole = part.length === text.length;
    if (!isWhole) {
      report.skip(`${path}: injection rules read ${part.length} of ${text.length} characters`);
    }
    if (part !== '' && !(isWhole && known.isClean(segment))) weights[at] = judge(segment, part, 0);
    if (!isWhole || weights[at]! >= flagWeight) known.unclear.add(segment);
  }
  // A phrase may be cut in two by the parts of a message, or by messages in a row.
  for (let from = 0, to = 0; from < segments.length; from = to) {
    const first = segments[from]!;
    while (segments[to]?.role === first.role) to++;
    if (to - from === 1 || actionFor(first.role, options) === 'allow') continue;
    const ends = segments
      .slice(from, to)
      .filter(({ path }) => !path.endsWith('.name'))
      .map(({ text }) => endsOf(text, seamCharacters));
    const heaviest = weights.subarray(from, to).reduce((a, b) => Math.max(a, b), 0);
    for (const gap of ['', ' '])
      judge(first, endsOf(ends.join(gap), options.inspectCharacters), heaviest);
  }
  return refused;
}

function actionFor(role: SegmentRole, options: ResolvedOptions): InjectionAction {
  if (role === 'user') return options.injection.user;
  return role === 'tool-result' ? options.injection.document : 'allow';
}

function endsOf(text: string, length: number): string {
  if (text.length <= length) return text;
  const head = Math.ceil(length / 2);
  return text.slice(0, head) + text.slice(text.length - (length - head));
}

function blankAllowed(text: string, allow: TermTable): string {
  let blanked = '';
  let at = 0;
  findTerms(allow, createTermState(), text, true, (from, to) => {
    if (to <= at) return;
    blanked += text.slice(at, from) + ' '.repeat(to - Math.max(from, at));
    at = to;
  });
  return blanked + text.slice(at);
}
