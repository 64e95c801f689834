/** What a request is checked for, in the order of cost: limits, injections, values. */
import type { ErrorDetails } from '@wintergate/core';
import { callNotes, type ModelCall, mapStrings, type TextSegment } from '@wintergate/wire';
import type { CleanTexts } from './clean-texts.ts';
import type { PhaseDetectors } from './detectors.ts';
import { type InjectionJudge, judgeInjections } from './judge-injections.ts';
import { checkCall, checkText, type LimitBreach } from './limits.ts';
import { reportMedia } from './media.ts';
import { refusalOf } from './refusal.ts';
import type { Report } from './report.ts';
import { type FoundValue, findValues, replaceValues } from './request-values.ts';
import { createVault, type Vault } from './vault.ts';

/** What the request guard works with; made once. */
export interface RequestGuard extends InjectionJudge {
  readonly detectors: PhaseDetectors;
  readonly clean: CleanTexts;
}

export interface RequestResult {
  /** Why the request is refused. */
  readonly refusal: ErrorDetails | undefined;
  /** New text by path. */
  readonly edits: ReadonlyMap<string, string>;
  readonly vault: Vault;
}

const noEdits: ReadonlyMap<string, string> = /* @__PURE__ */ new Map();
/** Of all requests in which nothing was hidden: nobody writes to it. */
const emptyVault: Vault = /* @__PURE__ */ createVault();
const unchanged = { edits: noEdits, vault: emptyVault };
const allowed: RequestResult = { refusal: undefined, ...unchanged };

export function guardRequest(
  guard: RequestGuard,
  call: ModelCall,
  bytes: number,
  report: Report,
): RequestResult {
  const { options, clean } = guard;
  const notes = options.rememberCharacters > 0 ? callNotes(call) : undefined;
  // This very call, byte for byte, has been looked through before.
  if (notes?.get(guard) === true) return allowed;
  const refuse = (refusal: ErrorDetails): RequestResult => ({ refusal, ...unchanged });

  const tooLarge = checkCall(call, bytes, options.limits);
  if (tooLarge !== undefined) {
    note(tooLarge, report);
    // Too deep or too much to walk: nothing else looks at it, in shadow mode neither.
    report.skip('everything: over a limit');
    return options.isShadow ? allowed : refuse(tooLarge.error);
  }
  const segments = call.dialect.segments(call);
  for (const { path, text } of segments) {
    const tooLong = checkText(path, text.length, options.limits);
    if (tooLong === undefined) continue;
    note(tooLong, report);
    if (!options.isShadow) return refuse(tooLong.error);
  }
  const isClean = ({ text, role }: TextSegment): boolean => clean.has(text, role);
  const unclear = new Set<TextSegment>();
  const refused = judgeInjections(guard, call, segments, { isClean, unclear }, report);
  const fresh = [...segments, ...otherText(call, segments, report)].filter((one) => !isClean(one));
  const found = findAll(guard, fresh, report);
  for (const { segment } of found.values) unclear.add(segment);
  // Nobody has looked for injections in another call than a chat.
  if (call.operation === 'chat')
    for (const one of fresh) if (!unclear.has(one)) clean.add(one.text, one.role);
  const blocked = refused ?? found.refused;
  reportMedia(call, report);
  if (report.isEmpty) {
    notes?.set(guard, true);
    return allowed;
  }
  if (options.isShadow) return allowed;
  if (blocked !== undefined) return refuse(blocked);
  return { refusal: undefined, ...redact(found.values) };
}

/** Every other string of the body: schemas, metadata, URLs, file names, fields that nobody knows. */
function otherText(
  call: ModelCall,
  segments: readonly TextSegment[],
  report: Report,
): readonly TextSegment[] {
  const known = new Set(segments.map(({ path }) => path));
  const others: TextSegment[] = [];
  mapStrings(call.body, (path, text) => {
    if (known.has(path)) return text;
    if (text.length > 1024 && /^(?:data:|[\w+/=-]{1000})/.test(text)) report.skip(`${path}: data`);
    else others.push({ role: 'tool-definition', path, text });
    return text;
  });
  return others;
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
function redact(found: readonly SegmentValues[]): Omit<RequestResult, 'refusal'> {
  if (!found.some(({ redacts }) => redacts)) return unchanged;
  const vault = createVault();
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
  return { edits, vault };
}

function note({ category, path }: LimitBreach, report: Report): void {
  report.add({ detector: 'limits', category, path, action: 'block' });
}
