/** Watches a reply for what only the reply says: first token, id, model, finish reasons, usage. */
import { addReplyStage, type Context, type ReplyStage } from '@wintergate/core';
import {
  estimateTokens,
  isMeaningful,
  type ModelCall,
  type NeutralDelta,
  type NeutralReply,
  type StreamDecoder,
} from '@wintergate/wire';
import type { Exchange, ReplyFacts, ReplyText } from './exchange.ts';

export interface ObserveState {
  readonly exchange: Exchange;
  readonly now: () => number;
  /** Most characters kept of each text; 0 when content is not logged. */
  readonly maxContentChars: number;
}

/** About so many bytes of UTF-8 are one token, in Latin text and in CJK. */
const bytesPerToken = 4;
/** Most texts of a reply that are kept: choices and tool calls together. */
const maxTexts = 64;
const encoder = /* @__PURE__ */ new TextEncoder();

/**
 * Adds a stage that watches and never alters. A stream is decoded in full until its first
 * meaningful delta (and throughout when content is logged); from then on only what tells its end.
 */
export function observe(
  response: Response,
  call: ModelCall,
  context: Context,
  { exchange, now, maxContentChars }: ObserveState,
): Response {
  const { reply } = exchange;
  const { dialect } = call;
  if (maxContentChars > 0) reply.content = [];
  const keep = reply.content;
  let full: StreamDecoder | undefined;
  let ending: StreamDecoder | undefined;
  /** What an event weighs beside its text; from the first one that has text. */
  let envelope = -1;
  let textBytes = 0;

  function firstToken(delta: NeutralDelta, bytes: number): void {
    envelope = Math.max(0, bytes - byteLength(textOf(delta)));
    if (exchange.firstTokenMs !== undefined) return;
    const durationMs = Math.max(0, now() - exchange.startedAt);
    // Whoever listens learns it; so does our own listener.
    context.emit({ type: 'first-token', durationMs });
    exchange.firstTokenMs ??= durationMs;
  }

  const stage: ReplyStage = {
    name: 'logger',
    event(event) {
      const bytes = event.raw.length;
      if (ending === undefined) {
        ending = dialect.createDecoder(call, { only: 'ending' });
        full = dialect.createDecoder(call);
      }
      for (const delta of ending.push(event)) readEnding(reply, delta);
      if (full !== undefined) {
        for (const delta of full.push(event)) {
          if (delta.type === 'start') {
            reply.id ??= delta.id;
            reply.model ??= delta.model;
          } else if (isMeaningful(delta)) {
            if (envelope === -1) firstToken(delta, bytes);
            if (keep !== undefined) addText(keep, delta, maxContentChars);
          }
        }
        if (envelope !== -1 && keep === undefined) full = undefined;
      }
      if (envelope !== -1) textBytes += Math.max(0, bytes - envelope);
    },
    body(body) {
      const json = body.json();
      if (typeof json !== 'object' || json === null) return;
      readReply(reply, dialect.readReply(json, call), maxContentChars);
    },
    close({ ended }) {
      if (ending === undefined) return;
      reply.complete = ended === 'completed' && ending.complete;
      reply.estimatedTokens = Math.ceil(textBytes / bytesPerToken);
    },
  };
  return addReplyStage(response, stage, context);
}

function readEnding(reply: ReplyFacts, delta: NeutralDelta): void {
  if (delta.type === 'usage') reply.usage = delta.usage;
  else if (delta.type === 'finish') finish(reply, delta.raw);
}

function finish(reply: ReplyFacts, reason: string): void {
  if (reply.finishReasons.length < maxTexts) reply.finishReasons.push(reason);
}

function readReply(facts: ReplyFacts, reply: NeutralReply, maxContentChars: number): void {
  facts.id = reply.id;
  facts.model = reply.model;
  facts.usage = reply.usage;
  facts.complete = reply.error === undefined;
  for (const [choice, one] of reply.choices.entries()) {
    const { text, reasoning, refusal, toolCalls } = one;
    if (one.finish === undefined) facts.complete = false;
    else finish(facts, one.finish);
    if (reply.usage === undefined) facts.estimatedTokens += estimateTokens(text + reasoning);
    if (facts.content === undefined) continue;
    const keep = facts.content;
    addText(keep, { type: 'reasoning', choice, text: reasoning }, maxContentChars);
    addText(keep, { type: 'text', choice, text }, maxContentChars);
    addText(keep, { type: 'refusal', choice, text: refusal }, maxContentChars);
    for (const [index, call] of toolCalls.entries()) {
      addText(keep, { type: 'tool-call', choice, index, ...call }, maxContentChars);
    }
  }
}

/** Adds a delta's text to its channel, as far as there is room. */
function addText(texts: ReplyText[], delta: NeutralDelta, maxChars: number): void {
  if (!isMeaningful(delta) || !('choice' in delta) || delta.type === 'finish') return;
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

function textOf(delta: NeutralDelta): string {
  if (delta.type === 'tool-call') return delta.arguments;
  return 'text' in delta ? delta.text : '';
}

function byteLength(text: string): number {
  return encoder.encode(text).length;
}
