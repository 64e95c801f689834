/**
 * One channel of a reply on its way out: what can not belong to a value leaves at once, what may
 * waits, and what is a value leaves as what stands for it.
 */
import { barrier, type ValueDetector } from './detector.ts';
import {
  createScanState,
  force,
  isPlain,
  type ScanState,
  type ScanTable,
  scan,
} from './scanner.ts';
import { createTermState, findTerms, shiftTerms, type TermState, type TermTable } from './terms.ts';
import { createView, leadUnit, readView, type View } from './view.ts';

/** What to look for, and what to do with it. */
export interface ChannelRules {
  readonly scan: ScanTable;
  readonly terms: TermTable | undefined;
  /**
   * What leaves in place of a value or, without detector, of a denied term. `undefined`: itself.
   * `null`: nothing, and the reply stops here. `cut`: a timer ended the wait for the rest of it.
   */
  judge(
    detector: ValueDetector | undefined,
    value: string,
    cut: boolean,
  ): string | null | undefined;
}

interface Span {
  readonly from: number;
  readonly to: number;
  /** `null`: the reply stops here. */
  readonly replacement: string | null;
  readonly continued: boolean;
}

/** A channel's state. Places are places in `chars`, whose first character has been decided before. */
export interface ReplyChannel {
  readonly rules: ChannelRules;
  readonly view: View;
  readonly scan: ScanState;
  readonly terms: TermState;
  chars: string;
  /** As in a stretch of view; absent: one raw character each. */
  lengths: number[] | undefined;
  /** Everything before it has left. */
  sent: number;
  /** What stands behind `chars` from `sent` on. */
  raw: string;
  spans: Span[];
  /** The value in hand is being replaced. */
  replacing: boolean;
  /** Inside a JSON string at `sent`. */
  inString: boolean;
  /** A value that stops the reply was reached: everything before it has been answered. */
  stopped: boolean;
  readonly found: (detector: ValueDetector, from: number, to: number, continued: boolean) => void;
  readonly foundTerm: (from: number, to: number) => void;
}

export function createReplyChannel(rules: ChannelRules, isJson: boolean): ReplyChannel {
  const channel: ReplyChannel = {
    rules,
    view: createView(isJson),
    scan: createScanState(),
    terms: createTermState(),
    chars: '',
    lengths: undefined,
    sent: 0,
    raw: '',
    spans: [],
    replacing: false,
    inString: false,
    stopped: false,
    found: (detector, from, to, continued) => note(channel, detector, from, to, continued, false),
    foundTerm: (from, to) => note(channel, undefined, from, to, false, false),
  };
  return channel;
}

/** Takes text in, and answers what may leave. With `ended`, everything that was held does. */
export function pushText(channel: ReplyChannel, text: string, ended: boolean): string {
  const { rules, view } = channel;
  if (!ended && passes(channel, text)) return text;
  append(channel, text, ended);
  scan(rules.scan, channel.scan, channel.chars, ended, channel.found);
  if (rules.terms !== undefined) {
    findTerms(rules.terms, channel.terms, channel.chars, ended, channel.foundTerm);
  }
  let out = emit(channel, decided(channel));
  if (
    view.dropped !== '' &&
    !channel.stopped &&
    !isWaiting(channel) &&
    channel.scan.following === undefined
  ) {
    out += view.dropped;
    view.dropped = '';
  }
  if (!channel.stopped) trim(channel);
  return out;
}

/** Most pieces: nothing waits, and nothing in this one can begin a value. */
function passes(channel: ReplyChannel, text: string): boolean {
  const { rules, view, scan: scanned, chars } = channel;
  if (view.isJson || rules.terms !== undefined || text === '') return false;
  if (view.dropped !== '' || view.rest !== '' || scanned.following !== undefined) return false;
  if (channel.sent < chars.length || scanned.at < chars.length) return false;
  const before = chars === '' ? 0 : chars.charCodeAt(chars.length - 1);
  if (!isPlain(rules.scan, text, before)) return false;
  channel.chars = text[text.length - 1]!;
  channel.lengths = undefined;
  channel.sent = scanned.at = 1;
  view.run = 0;
  return true;
}

/** Whether visible text of this channel waits for a verdict. */
export function isWaiting(channel: ReplyChannel): boolean {
  return channel.sent < channel.chars.length;
}

/**
 * The wait has lasted long enough. With `mask`, a candidate whose distinguishing part has been
 * seen leaves as a value, and one that may be any word waits on; without, everything leaves, and
 * only what comes later of a value will be replaced.
 */
export function expireText(channel: ReplyChannel, mask: boolean): string {
  if (mask) {
    if (channel.scan.candidate === undefined || !channel.scan.likely) return '';
    force(channel.scan, channel.chars, (detector, from, to) =>
      note(channel, detector, from, to, false, true),
    );
  }
  const out = emit(channel, mask ? decided(channel) : channel.chars.length);
  trim(channel);
  return out;
}

function decided(channel: ReplyChannel): number {
  const { rules, scan: scanned, terms } = channel;
  return rules.terms === undefined ? scanned.at : Math.min(scanned.at, terms.at);
}

function append(channel: ReplyChannel, text: string, ended: boolean): void {
  const { chars, raw, lengths } = readView(channel.view, text, ended);
  if (lengths !== undefined || channel.lengths !== undefined) {
    channel.lengths ??= new Array<number>(channel.chars.length).fill(1);
    for (let index = 0; index < chars.length; index++) channel.lengths.push(lengths?.[index] ?? 1);
  }
  channel.chars += chars;
  channel.raw += raw;
}

function note(
  channel: ReplyChannel,
  detector: ValueDetector | undefined,
  from: number,
  to: number,
  continued: boolean,
  cut: boolean,
): void {
  const { rules, spans } = channel;
  let replacement: string | null | undefined = '';
  if (!continued) {
    replacement = rules.judge(detector, channel.chars.slice(from, to), cut);
    if (detector !== undefined) channel.replacing = replacement !== undefined;
  } else if (!channel.replacing) return;
  if (replacement === undefined) return;
  let index = spans.length;
  while (index > 0 && spans[index - 1]!.from > from) index--;
  spans.splice(index, 0, { from, to, replacement, continued });
}

/** Lets everything before `upto` leave, with what stands for the values in it. */
function emit(channel: ReplyChannel, upto: number): string {
  let out = '';
  while (channel.spans.length > 0 && channel.spans[0]!.from < upto) {
    const { from, to, replacement, continued } = channel.spans.shift()!;
    if (to <= channel.sent) continue;
    if (from >= channel.sent) {
      out += take(channel, from);
      if (!continued) out += takeLead(channel);
    }
    if (replacement === null) {
      channel.stopped = true;
      return out;
    }
    out += encode(channel, replacement);
    take(channel, to);
  }
  return channel.sent < upto ? out + take(channel, upto) : out;
}

/** The raw text up to a place. */
function take(channel: ReplyChannel, to: number): string {
  const { chars, lengths, raw, sent, view } = channel;
  if (to <= sent) return '';
  let length = to - sent;
  if (lengths !== undefined) {
    length = 0;
    for (let at = sent; at < to; at++) {
      length += Math.floor(lengths[at]! / leadUnit) + (lengths[at]! % leadUnit);
    }
  }
  if (view.isJson) {
    for (let at = sent; at < to; at++)
      if (chars[at] === barrier) channel.inString = !channel.inString;
  }
  channel.raw = raw.slice(length);
  channel.sent = to;
  return length === raw.length ? raw : raw.slice(0, length);
}

/** The invisible characters before the place at `sent`: they are no part of a value that begins there. */
function takeLead(channel: ReplyChannel): string {
  const { lengths, sent, raw } = channel;
  const length = lengths?.[sent];
  if (lengths === undefined || length === undefined || length < leadUnit) return '';
  const lead = Math.floor(length / leadUnit);
  lengths[sent] = length % leadUnit;
  channel.raw = raw.slice(lead);
  return raw.slice(0, lead);
}

function encode(channel: ReplyChannel, replacement: string): string {
  if (!channel.view.isJson || replacement === '') return replacement;
  const json = JSON.stringify(replacement);
  return channel.inString ? json.slice(1, -1) : json;
}

/** Forgets what is decided, but for one character that the next place looks back at. */
function trim(channel: ReplyChannel): void {
  const { scan: scanned, terms, rules } = channel;
  const count = Math.min(decided(channel), channel.sent) - 1;
  if (count <= 0) return;
  channel.chars = channel.chars.slice(count);
  channel.sent -= count;
  scanned.at -= count;
  if (rules.terms !== undefined) shiftTerms(terms, count);
  if (channel.spans.length > 0) {
    channel.spans = channel.spans.map((span) => ({
      ...span,
      from: span.from - count,
      to: span.to - count,
    }));
  }
  if (channel.lengths !== undefined) {
    channel.lengths = channel.chars.length === 1 ? undefined : channel.lengths.slice(count);
  }
}
