/** A reply on its way out: values hidden or the reply stopped, placeholders restored. */
import { type Context, updateOutcome } from '@wintergate/core';
import {
  type Dialect,
  filterReplyText,
  type ModelCall,
  type TextChannel,
  type TextFilter,
  type TextOutput,
} from '@wintergate/wire';
import type { ValueDetector } from './detector.ts';
import type { PhaseDetectors } from './detectors.ts';
import type { ResolvedOptions } from './options.ts';
import {
  type ChannelRules,
  createReplyChannel,
  expireText,
  isWaiting,
  pushText,
  type ReplyChannel,
} from './reply-channel.ts';
import type { Report } from './report.ts';
import { findValues, replaceValues } from './request-values.ts';
import type { Vault } from './vault.ts';

export interface ReplyGuard {
  readonly options: ResolvedOptions;
  readonly detectors: PhaseDetectors;
}

/** Channels open at the same time. A reply with more of them fails. */
const maxChannels = 1024;

const cleanKey = Symbol('@wintergate/prompt-guard/clean');

/** Who found nothing in these bytes, and as what they were read: a stored reply is the same object each time. */
interface MarkedBytes extends Uint8Array {
  [cleanKey]?: { readonly detectors: PhaseDetectors; readonly dialect: Dialect };
}

interface OpenChannel {
  readonly channel: TextChannel;
  readonly text: ReplyChannel;
  /** When the text that waits first began to. */
  since: number;
}

/** @returns the response to go on with; the same when there is nothing to look for. */
export function guardReply(
  guard: ReplyGuard,
  response: Response,
  call: ModelCall,
  vault: Vault,
  report: Report,
  context: Context,
): Response {
  const { options, detectors } = guard;
  const restores = options.restore && vault.restorable && !options.isShadow;
  if (!response.ok || call.operation !== 'chat' || (!detectors.reports && !restores))
    return response;
  const filter = new GuardedReply(guard, call, restores, vault, report, context);
  return filterReplyText(response, call, filter, context);
}

/** A class and no closures: an open stream holds it for as long as it lasts. */
class GuardedReply implements TextFilter {
  readonly leavesOutUnseen: boolean;
  readonly other: TextFilter['other'];
  readonly #options: ResolvedOptions;
  readonly #detectors: PhaseDetectors;
  readonly #dialect: Dialect;
  readonly #restores: boolean;
  readonly #holds: boolean;
  readonly #vault: Vault;
  readonly #report: Report;
  readonly #context: Context;
  readonly #open = new Map<string, OpenChannel>();
  #stopped = false;
  #output: TextOutput | undefined;
  #cancelTimer: (() => void) | undefined;

  constructor(
    { options, detectors }: ReplyGuard,
    { dialect }: ModelCall,
    restores: boolean,
    vault: Vault,
    report: Report,
    context: Context,
  ) {
    this.#options = options;
    this.#dialect = dialect;
    this.#detectors = detectors;
    this.#restores = restores;
    this.#holds = detectors.enforces || restores;
    this.#vault = vault;
    this.#report = report;
    this.#context = context;
    this.leavesOutUnseen = detectors.enforces;
    if (detectors.reports) this.other = (path, text, out) => this.#replaceOther(path, text, out);
  }

  text(channel: TextChannel, text: string, out: TextOutput, isWhole = false): void {
    // An empty piece says nothing yet about what the channel holds.
    if (this.#stopped || text === '') return;
    this.#output = out;
    const opened = this.#open.get(channel.id) ?? this.#openChannel(channel, text, isWhole);
    if (isWhole) this.#open.delete(channel.id);
    if (!this.#holds) {
      out.text(channel, text);
      pushText(opened.text, text, isWhole);
      return;
    }
    const waited = isWaiting(opened.text);
    const written = pushText(opened.text, text, isWhole);
    this.#write(opened, written, out);
    if (!this.#stopped) this.#wait(opened, !waited || written !== '');
  }

  flush(channel: TextChannel, out: TextOutput): void {
    const opened = this.#open.get(channel.id);
    if (this.#stopped || opened === undefined) return;
    this.#open.delete(channel.id);
    const written = pushText(opened.text, '', true);
    if (this.#holds) this.#write(opened, written, out);
  }

  passes(body: MarkedBytes): boolean {
    const clean = this.#restores ? undefined : body[cleanKey];
    return clean?.detectors === this.#detectors && clean.dialect === this.#dialect;
  }

  passed(body: MarkedBytes): void {
    if (this.#restores || !this.#report.isEmpty) return;
    body[cleanKey] = { detectors: this.#detectors, dialect: this.#dialect };
  }

  close(): void {
    this.#stopped = true;
    this.#cancelTimer?.();
    this.#report.emit();
  }

  #openChannel(channel: TextChannel, first: string, isWhole: boolean): OpenChannel {
    if (this.#open.size >= maxChannels)
      throw new RangeError(`Expected at most ${maxChannels} channels in a reply`);
    const isArguments = channel.kind === 'tool-arguments';
    const mayRestore = !isArguments || this.#options.restoreToolArguments;
    const rules: ChannelRules = {
      scan: this.#detectors.scanTable(this.#restores && mayRestore, isWhole ? first : undefined),
      terms: this.#detectors.terms,
      judge: (detector, value, cut) => this.#judge(channel.id, detector, value, cut),
    };
    // A custom tool's input may be any text.
    const isJson = isArguments && /^\s*(?:[[{"]|$)/.test(first);
    const opened = { channel, text: createReplyChannel(rules, isJson), since: 0 };
    this.#open.set(channel.id, opened);
    return opened;
  }

  #replaceOther(path: string, text: string, out: TextOutput): string | undefined {
    const detectors = this.#detectors;
    const isReplaced = (detector: ValueDetector | undefined): boolean =>
      this.#holds && /redact|block/.test(detectors.actionOf(detector, ''));
    const scan = detectors.scanTable(false, text);
    const found = findValues(text, false, { scan, terms: detectors.terms, isReplaced });
    if (found.length === 0) return undefined;
    return replaceValues(text, false, found, ({ detector, value }) => {
      const replacement = this.#judge(path, detector, value, false);
      if (replacement !== null) return replacement;
      this.#stop(out);
      return `[${detector?.type ?? 'TERM'}]`;
    });
  }

  /** @param path where the value stands: a channel, or another place of the reply. */
  #judge(
    path: string,
    detector: ValueDetector | undefined,
    value: string,
    cut: boolean,
  ): string | null | undefined {
    if (detector?.category === 'placeholder') return this.#vault.restore(value);
    const action = this.#detectors.actionOf(detector, value);
    if (action === 'allow') return undefined;
    const category = detector?.category ?? 'deny-list';
    // A candidate that a timer cut short is hidden: too little is known of it to end the reply.
    const done = action === 'block' && cut ? 'redact' : action;
    this.#report.add({ detector: detector?.name ?? 'deny', category, path, action: done });
    if (!this.#holds || done === 'flag') return undefined;
    return done === 'block' ? null : `[${detector?.type ?? 'TERM'}]`;
  }

  #write(opened: OpenChannel, text: string, out: TextOutput): void {
    if (text !== '') out.text(opened.channel, text);
    if (opened.text.stopped) this.#stop(out);
  }

  #stop(out: TextOutput): void {
    if (this.#stopped) return;
    this.#stopped = true;
    this.#cancelTimer?.();
    // Told before the reply ends: whoever stores it decides then.
    updateOutcome(this.#context, { complete: false });
    this.#report.emit();
    out.block();
  }

  #wait(opened: OpenChannel, hasMoved: boolean): void {
    if (!isWaiting(opened.text)) return;
    const { now, setTimer, maxHoldBack } = this.#options;
    if (hasMoved) opened.since = now();
    this.#cancelTimer ??= setTimer(() => this.#expire(), maxHoldBack);
  }

  #expire(): void {
    this.#cancelTimer = undefined;
    if (this.#stopped || this.#output === undefined) return;
    const { now, setTimer, maxHoldBack, masksExpired } = this.#options;
    let next = Number.POSITIVE_INFINITY;
    for (const opened of this.#open.values()) {
      if (!isWaiting(opened.text)) continue;
      const rest = opened.since + maxHoldBack - now();
      if (rest > 0) next = Math.min(next, rest);
      else this.#write(opened, expireText(opened.text, masksExpired), this.#output);
    }
    if (next < Number.POSITIVE_INFINITY) this.#cancelTimer = setTimer(() => this.#expire(), next);
  }
}
