/** What a request is checked for, in the order of cost: limits, values, injections. */
import type { ErrorDetails } from '@wintergate/core';
import type { ModelCall, NeutralPart, SegmentRole, TextSegment } from '@wintergate/wire';
import type { PhaseDetectors } from './detectors.ts';
import type { InjectionDetector } from './injection.ts';
import { checkCall, checkText, type LimitBreach } from './limits.ts';
import type { InjectionAction, ResolvedOptions } from './options.ts';
import type { Report } from './report.ts';
import { type FoundValue, findValues, replaceValues } from './request-values.ts';
import { blockWeight, flagWeight } from './tally.ts';
import { createTermState, findTerms, type TermTable } from './terms.ts';
import { createVault, type Vault } from './vault.ts';

/** What the request guard works with; made once. */
export interface RequestGuard {
  readonly options: ResolvedOptions;
  readonly detectors: PhaseDetectors;
  readonly injection: InjectionDetector;
  /** Allowed terms, for what the injection rules do not read. */
  readonly allow: TermTable | undefined;
}

export interface RequestResult {
  /** Why the request is refused. */
  readonly refusal: ErrorDetails | undefined;
  /** New text by path. */
  readonly edits: ReadonlyMap<string, string>;
  readonly vault: Vault;
}

const noEdits: ReadonlyMap<string, string> = /* @__PURE__ */ new Map();

export function guardRequest(
  guard: RequestGuard,
  call: ModelCall,
  bytes: number,
  report: Report,
): RequestResult {
  const { options } = guard;
  const vault = createVault();
  const refuse = (refusal: ErrorDetails): RequestResult => ({ refusal, edits: noEdits, vault });

  const tooLarge = checkCall(call, bytes, options.limits);
  if (tooLarge !== undefined) {
    note(tooLarge, report);
    // Too deep or too much to walk: nothing else looks at it, in shadow mode neither.
    report.skip('everything: over a limit');
    return options.isShadow
      ? { refusal: undefined, edits: noEdits, vault }
      : refuse(tooLarge.error);
  }
  const segments = call.dialect.segments(call);
  for (const { path, text } of segments) {
    const tooLong = checkText(path, text.length, options.limits);
    if (tooLong === undefined) continue;
    note(tooLong, report);
    if (!options.isShadow) return refuse(tooLong.error);
  }
  const refused = judgeInjections(guard, call, segments, report);
  const found = findAll(guard, segments, report);
  const blocked = refused ?? found.refused;
  reportMedia(call, report);
  if (options.isShadow) return { refusal: undefined, edits: noEdits, vault };
  if (blocked !== undefined) return refuse(blocked);
  return { refusal: undefined, edits: redact(found.values, vault), vault };
}

interface SegmentValues {
  readonly segment: TextSegment;
  readonly isJson: boolean;
  readonly values: readonly FoundValue[];
  /** Whether any is to be redacted. */
  readonly redacts: boolean;
  readonly hides: ReadonlySet<FoundValue>;
}

function findAll(
  guard: RequestGuard,
  segments: readonly TextSegment[],
  report: Report,
): { values: SegmentValues[]; refused: ErrorDetails | undefined } {
  const { detectors, options } = guard;
  const values: SegmentValues[] = [];
  let refused: ErrorDetails | undefined;
  if (!detectors.reports) return { values, refused };
  const isReplaced: Parameters<typeof findValues>[2]['isReplaced'] = (detector) =>
    detector?.category === 'placeholder' || detectors.actionOf(detector, '') === 'redact';
  for (const segment of segments) {
    const { path, text, role } = segment;
    const isJson = role === 'tool-arguments' && /^\s*[[{"]/.test(text);
    // Placeholders matter only where there will be others to mistake them for.
    const scan = detectors.scanTable(detectors.enforces, text);
    const found = findValues(text, isJson, { scan, terms: detectors.terms, isReplaced });
    if (found.length === 0) continue;
    const hides = new Set<FoundValue>();
    for (const value of found) {
      const { detector } = value;
      const action = detectors.actionOf(detector, value.value);
      if (action === 'allow') continue;
      const category = detector?.category ?? 'deny-list';
      report.add({ detector: detector?.name ?? 'deny', category, path, action });
      if (action === 'redact') hides.add(value);
      if (action === 'block' && !options.isShadow) refused ??= refusalOf(category, path);
    }
    values.push({ segment, isJson, values: found, redacts: hides.size > 0, hides });
  }
  return { values, refused };
}

/** New texts: values hidden, and what only looks like a placeholder hidden likewise, so that it comes back. */
function redact(found: readonly SegmentValues[], vault: Vault): ReadonlyMap<string, string> {
  if (!found.some(({ redacts }) => redacts)) return noEdits;
  const edits = new Map<string, string>();
  for (const { segment, isJson, values, hides } of found) {
    // What stands in a system text only is the application's, and not the caller's to see.
    const restorable = segment.role !== 'system' && segment.role !== 'tool-definition';
    const text = replaceValues(segment.text, isJson, values, (value) => {
      const { detector, original } = value;
      if (detector?.category === 'placeholder')
        return vault.hide('LITERAL', value.value, original, true);
      if (!hides.has(value)) return undefined;
      return vault.hide(detector?.type ?? 'TERM', value.value, original, restorable);
    });
    if (text !== segment.text) edits.set(segment.path, text);
  }
  return edits;
}

/** Newest text first, as far as the budget goes. */
function judgeInjections(
  guard: RequestGuard,
  call: ModelCall,
  segments: readonly TextSegment[],
  report: Report,
): ErrorDetails | undefined {
  const { options, injection } = guard;
  if (call.operation !== 'chat') return undefined;
  let budget = options.inspectCharacters;
  let refused: ErrorDetails | undefined;
  for (let at = segments.length - 1; at >= 0; at--) {
    const { path, text, role } = segments[at]!;
    const action = actionFor(role, options);
    if (action === 'allow') continue;
    const part = text.length <= budget ? text : endsOf(text, budget);
    budget -= part.length;
    if (part.length < text.length) {
      report.skip(`${path}: injection rules read ${part.length} of ${text.length} characters`);
    }
    if (part === '') continue;
    const read = guard.allow === undefined ? part : blankAllowed(part, guard.allow);
    const { weight, matches } = injection.judge(read, role === 'tool-result');
    if (weight < flagWeight) continue;
    const blocks = weight >= blockWeight && action === 'block';
    for (const { rule, category } of matches) {
      report.add({ detector: rule, category, path, action: blocks ? 'block' : 'flag' });
    }
    if (blocks) refused ??= refusalOf(matches[0]!.category, path);
  }
  return refused;
}

function actionFor(role: SegmentRole, options: ResolvedOptions): InjectionAction {
  if (role === 'user') return options.injection.user;
  return role === 'tool-result' ? options.injection.document : 'allow';
}

function endsOf(text: string, length: number): string {
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

/** Names the category and the place, and no rule: whoever probes learns no more than that. */
function refusalOf(category: string, path: string): ErrorDetails {
  return {
    status: 400,
    type: 'invalid_request_error',
    code: 'prompt_blocked',
    message: `The prompt was blocked: ${category.replaceAll('-', ' ')}`,
    param: path,
    retry: false,
  };
}

function note({ category, path }: LimitBreach, report: Report): void {
  report.add({ detector: 'limits', category, path, action: 'block' });
}

/** Says which parts no detector can read. */
function reportMedia(call: ModelCall, report: Report): void {
  if (call.operation !== 'chat' || isTextOnly(call)) return;
  const counts = new Map<string, number>();
  const count = (parts: readonly NeutralPart[]): void => {
    for (const part of parts) {
      // Results hold parts of their own, and no results.
      if (part.type === 'tool-result') {
        for (const { type } of part.parts)
          if (isMedia(type)) counts.set(type, (counts.get(type) ?? 0) + 1);
      } else if (isMedia(part.type)) counts.set(part.type, (counts.get(part.type) ?? 0) + 1);
    }
  };
  for (const { parts } of call.messages) count(parts);
  for (const [type, total] of counts) report.skip(`${type}: ${total}`);
}

function isMedia(type: NeutralPart['type']): boolean {
  return type === 'image' || type === 'audio' || type === 'file' || type === 'unknown';
}

/** Most calls: every message's content is a string, which needs no neutral view to be told. */
function isTextOnly({ body }: ModelCall): boolean {
  const { messages } = body;
  if (!Array.isArray(messages)) return false;
  return messages.every((message) => {
    const content = (message as { content?: unknown } | null)?.content;
    return typeof content !== 'object' || content === null;
  });
}
