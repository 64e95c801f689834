/** Watches a reply for what only the reply says: first token, id, model, finish reasons, usage. */
import {
  addReplyStage,
  type Context,
  outcomeKey,
  type ReplyBody,
  type ReplyEnding,
  type ReplyStage,
  type SseEvent,
} from '@wintergate/core';
import { callNotes, estimateTokens, type ModelCall, type NeutralReply } from '@wintergate/wire';
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

const notesKey = {};
/** In bytes: what is noted keeps a reply alive that the cache may have dropped. */
const largestNoted = 64 * 1024;

/** What a stored reply says, noted with a call that comes again: it is the same object each time. */
interface ReplyNotes {
  readonly of: Uint8Array;
  readonly hasToken: boolean;
  readonly facts: Readonly<ReplyFacts>;
}

class ObserverStage implements ReplyStage {
  readonly name = 'logger';
  readonly #call: ModelCall;
  readonly #context: Context;
  readonly #state: ObserveState;
  #stream: StreamObserver | undefined;
  /** All of the reply, where it is a stored one. */
  #whole: Uint8Array | undefined;
  #notes: ReplyNotes | undefined;

  constructor(call: ModelCall, context: Context, state: ObserveState) {
    this.#call = call;
    this.#context = context;
    this.#state = state;
  }

  passes(whole: Uint8Array): boolean {
    const isStored = this.#context.get(outcomeKey)?.source === 'cache';
    if (!isStored || this.#state.maxContentChars > 0 || whole.length > largestNoted) return false;
    this.#whole = whole;
    const notes = callNotes(this.#call)?.get(notesKey) as ReplyNotes | undefined;
    this.#notes = notes?.of === whole ? notes : undefined;
    return this.#notes !== undefined;
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
    const isCompleted = ended === 'completed';
    this.#stream?.close(isCompleted);
    if (!isCompleted) return;
    if (this.#notes === undefined) this.#note();
    else this.#recall(this.#notes);
  }

  #createStream(): StreamObserver {
    const { exchange, maxContentChars } = this.#state;
    return new StreamObserver(this.#call, exchange.reply, maxContentChars, () =>
      this.#tellFirstToken(),
    );
  }

  #tellFirstToken(): void {
    const { exchange, now } = this.#state;
    if (exchange.firstTokenMs !== undefined) return;
    const durationMs = Math.max(0, now() - exchange.startedAt);
    // Whoever listens learns it; so does our own listener.
    this.#context.emit({ type: 'first-token', durationMs });
  }

  #note(): void {
    const known = callNotes(this.#call);
    if (this.#whole === undefined || known === undefined) return;
    const { exchange } = this.#state;
    const hasToken = this.#stream !== undefined && exchange.firstTokenMs !== undefined;
    const notes: ReplyNotes = { of: this.#whole, hasToken, facts: { ...exchange.reply } };
    known.set(notesKey, notes, this.#whole.length);
  }

  #recall({ facts, hasToken }: ReplyNotes): void {
    Object.assign(this.#state.exchange.reply, facts);
    if (hasToken) this.#tellFirstToken();
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
