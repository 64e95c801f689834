/** Writing down what a reply says, within bounds. */
import { isMeaningful, type NeutralDelta } from '@wintergate/wire';
import type { ReplyFacts, ReplyText } from './exchange.ts';

/** Most texts of a reply that are kept: choices and tool calls together. */
const maxTexts = 64;

export function finish(reply: ReplyFacts, reason: string): void {
  if (reply.finishReasons.length < maxTexts) reply.finishReasons.push(reason);
}

/** Adds a delta's text to its channel, as far as there is room. */
export function addText(texts: ReplyText[], delta: NeutralDelta, maxChars: number): void {
  if (!isMeaningful(delta)) return;
  const { choice, type: kind } = delta;
  const index = delta.type === 'tool-call' ? delta.index : 0;
  let entry = texts.find(
    (one) => one.choice === choice && one.kind === kind && one.index === index,
  );
  if (entry === undefined) {
    if (texts.length >= maxTexts) return;
    entry = { choice, kind, index, name: '', text: '' };
    texts.push(entry);
  }
  if (delta.type === 'tool-call') entry.name ||= delta.name ?? '';
  const room = maxChars - entry.text.length;
  if (room > 0) entry.text += textOf(delta).slice(0, room);
}

/** The text in a delta; of a tool call, its arguments. */
export function textOf(delta: NeutralDelta): string {
  if (delta.type === 'tool-call') return delta.arguments;
  return 'text' in delta ? delta.text : '';
}
