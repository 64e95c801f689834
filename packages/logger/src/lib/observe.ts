/** Watches a reply for what only the reply says: first token, id, model, finish reasons, usage. */
import { addReplyStage, type Context, type ReplyStage } from '@wintergate/core';
import { estimateTokens, type ModelCall, type NeutralReply } from '@wintergate/wire';
import type { Exchange, ReplyFacts } from './exchange.ts';
import { createStreamObserver, type StreamObserver } from './observe-stream.ts';
import { addText, finish } from './reply-facts.ts';

export interface ObserveState {
  readonly exchange: Exchange;
  readonly now: () => number;
  /** Most characters kept of each text; 0 when content is not logged. */
  readonly maxContentChars: number;
}

/** Adds a stage that watches a reply of either kind and never alters it. */
export function observe(
  response: Response,
  call: ModelCall,
  context: Context,
  { exchange, now, maxContentChars }: ObserveState,
): Response {
  const { reply } = exchange;
  if (maxContentChars > 0) reply.content = [];
  let stream: StreamObserver | undefined;

  function onFirstToken(): void {
    if (exchange.firstTokenMs !== undefined) return;
    const durationMs = Math.max(0, now() - exchange.startedAt);
    // Whoever listens learns it; so does our own listener.
    context.emit({ type: 'first-token', durationMs });
  }

  const stage: ReplyStage = {
    name: 'logger',
    event(event) {
      stream ??= createStreamObserver(call, reply, maxContentChars, onFirstToken);
      stream.event(event);
    },
    body(body) {
      const json = body.json();
      if (typeof json !== 'object' || json === null) return;
      readReply(reply, call.dialect.readReply(json, call), maxContentChars);
    },
    close({ ended }) {
      stream?.close(ended === 'completed');
    },
  };
  return addReplyStage(response, stage, context);
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
