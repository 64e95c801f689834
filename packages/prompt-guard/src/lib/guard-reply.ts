/** A reply on its way out: values hidden or the reply stopped, placeholders restored. */
import { type Context, updateOutcome } from '@wintergate/core';
import {
  filterReplyText,
  type ModelCall,
  type TextChannel,
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
  const holds = detectors.enforces || restores;
  const open = new Map<string, OpenChannel>();
  let stopped = false;
  let output: TextOutput | undefined;
  let cancelTimer: (() => void) | undefined;

  const isReplaced = (detector: ValueDetector | undefined): boolean =>
    holds && /redact|block/.test(detectors.actionOf(detector, ''));

  function openChannel(channel: TextChannel, first: string): OpenChannel {
    if (open.size >= maxChannels)
      throw new RangeError(`Expected at most ${maxChannels} channels in a reply`);
    const isArguments = channel.kind === 'tool-arguments';
    const rules: ChannelRules = {
      scan: detectors.scanTable(restores && (!isArguments || options.restoreToolArguments)),
      terms: detectors.terms,
      judge: (detector, value, cut) => judge(channel, detector, value, cut),
    };
    // A custom tool's input may be any text.
    const isJson = isArguments && /^\s*(?:[[{"]|$)/.test(first);
    const opened = { channel, text: createReplyChannel(rules, isJson), since: 0 };
    open.set(channel.id, opened);
    return opened;
  }

  function judge(
    channel: { readonly id: string },
    detector: ValueDetector | undefined,
    value: string,
    cut: boolean,
  ): string | null | undefined {
    if (detector?.category === 'placeholder') return vault.restore(value);
    const action = detectors.actionOf(detector, value);
    if (action === 'allow') return undefined;
    const category = detector?.category ?? 'deny-list';
    // A candidate that a timer cut short is hidden: too little is known of it to end the reply.
    const done = action === 'block' && cut ? 'redact' : action;
    report.add({ detector: detector?.name ?? 'deny', category, path: channel.id, action: done });
    if (!holds || done === 'flag') return undefined;
    return done === 'block' ? null : `[${detector?.type ?? 'TERM'}]`;
  }

  function write(opened: OpenChannel, text: string, out: TextOutput): void {
    if (text !== '') out.text(opened.channel, text);
    if (opened.text.stopped) stop(out);
  }

  function stop(out: TextOutput): void {
    if (stopped) return;
    stopped = true;
    cancelTimer?.();
    // Told before the reply ends: whoever stores it decides then.
    updateOutcome(context, { complete: false });
    report.emit();
    out.block();
  }

  function wait(opened: OpenChannel, hasMoved: boolean): void {
    if (!isWaiting(opened.text)) return;
    if (hasMoved) opened.since = options.now();
    cancelTimer ??= options.setTimer(expire, options.maxHoldBack);
  }

  function expire(): void {
    cancelTimer = undefined;
    if (stopped || output === undefined) return;
    let next = Number.POSITIVE_INFINITY;
    for (const opened of open.values()) {
      if (!isWaiting(opened.text)) continue;
      const rest = opened.since + options.maxHoldBack - options.now();
      if (rest > 0) next = Math.min(next, rest);
      else write(opened, expireText(opened.text, options.masksExpired), output);
    }
    if (next < Number.POSITIVE_INFINITY) cancelTimer = options.setTimer(expire, next);
  }

  return filterReplyText(
    response,
    call,
    {
      text(channel, text, out) {
        // An empty piece says nothing yet about what the channel holds.
        if (stopped || text === '') return;
        output = out;
        const opened = open.get(channel.id) ?? openChannel(channel, text);
        if (!holds) {
          out.text(channel, text);
          pushText(opened.text, text, false);
          return;
        }
        const waited = isWaiting(opened.text);
        const written = pushText(opened.text, text, false);
        write(opened, written, out);
        if (!stopped) wait(opened, !waited || written !== '');
      },
      leavesOutUnseen: detectors.enforces,
      ...(detectors.reports && {
        other(path, text, out) {
          const scan = detectors.scanTable(false, text);
          const found = findValues(text, false, { scan, terms: detectors.terms, isReplaced });
          if (found.length === 0) return;
          return replaceValues(text, false, found, ({ detector, value }) => {
            const replacement = judge({ id: path }, detector, value, false);
            if (replacement !== null) return replacement;
            stop(out);
            return `[${detector?.type ?? 'TERM'}]`;
          });
        },
      }),
      flush(channel, out) {
        const opened = open.get(channel.id);
        if (stopped || opened === undefined) return;
        open.delete(channel.id);
        const written = pushText(opened.text, '', true);
        if (holds) write(opened, written, out);
      },
      close() {
        stopped = true;
        cancelTimer?.();
        report.emit();
      },
    },
    context,
  );
}
