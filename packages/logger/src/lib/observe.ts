/** Watches a reply for what only the reply says: first token, id, model, finish reasons, usage. */
import {
  addReplyStage,
  type Context,
  type ReplyBody,
  type ReplyEnding,
  type ReplyStage,
  type SseEvent,
} from '@wintergate/core';
import { estimateTokens, type ModelCall, type NeutralReply } from '@wintergate/wire';
import type { Exchange, ReplyFacts } from './exchange.ts';
import { StreamObserver } from './observe-stream.ts';
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
  state: ObserveState,
): Response {
  if (state.maxContentChars > 0) state.exchange.reply.content = [];
  return addReplyStage(response, new ObserverStage(call, context, state), context);
}

class ObserverStage implements ReplyStage {
  readonly name = 'logger';
  readonly #call: ModelCall;
  readonly #context: Context;
  readonly #state: ObserveState;
  #stream: StreamObserver | undefined;

  constructor(call: ModelCall, context: Context, state: ObserveState) {
    this.#call = call;
    this.#context = context;
    this.#state = state;
  }

  event(event: SseEvent): void {
    this.#stream ??= this.#createStream();
    this.#stream.event(event);
  }

  body(body: ReplyBody): void {
    const json = body.json();
    if (typeof json !== 'object' || json === null) return;
    const { exchange, maxContentChars } = this.#state;
    readReply(exchange.reply, this.#call.dialect.readReply(json, this.#call), maxContentChars);
  }

  close({ ended }: ReplyEnding): void {
    this.#stream?.close(ended === 'completed');
  }

  #createStream(): StreamObserver {
    const { exchange, maxContentChars, now } = this.#state;
    return new StreamObserver(this.#call, exchange.reply, maxContentChars, () => {
      if (exchange.firstTokenMs !== undefined) return;
      const durationMs = Math.max(0, now() - exchange.startedAt);
      // Whoever listens learns it; so does our own listener.
      this.#context.emit({ type: 'first-token', durationMs });
    });
  }
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
