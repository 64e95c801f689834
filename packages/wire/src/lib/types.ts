/**
 * The neutral view of model traffic. A dialect reads its own format into it and writes it back;
 * feature packages know only what stands here. Shaped so that OpenAI chat and Responses, Anthropic
 * Messages and Google generateContent all fit (decisions/001).
 */
import type { Context, ErrorFormat, SseEvent, Usage } from '@wintergate/core';
import type { EventPiece } from './event-piece.ts';
import type { StreamWriter, TargetDialect } from './target-dialect.ts';

export type JsonValue = null | boolean | number | string | JsonValue[] | JsonObject;
export interface JsonObject {
  [key: string]: JsonValue | undefined;
}

export type Operation = 'chat' | 'embeddings';

/** Where a piece of text stands: whose it is decides which detectors look at it. */
export type SegmentRole =
  | 'system'
  | 'user'
  | 'assistant'
  | 'tool-result'
  | 'tool-arguments'
  | 'tool-definition';

/** One piece of text in a call, addressable for a later edit. */
export interface TextSegment {
  readonly role: SegmentRole;
  /** JSON path from the body's root, such as `messages[2].content[0].text`. */
  readonly path: string;
  readonly text: string;
}

export interface NeutralToolCall {
  readonly id: string;
  readonly name: string;
  /** As the model wrote it: JSON text; for a custom tool any text. */
  readonly arguments: string;
  /** Takes free text instead of JSON (OpenAI's custom tools). */
  readonly custom?: boolean;
  /** An opaque mark that only the target that made it takes back (Google's thought signatures). */
  readonly signature?: string;
}

/** Where a piece of an answer comes from. */
export interface NeutralCitation {
  readonly url?: string;
  readonly title?: string;
  /** The words that were cited. */
  readonly quote?: string;
  /** Place in the text that cites, in UTF-16 units. */
  readonly start?: number;
  readonly end?: number;
  /** As its dialect wrote it. */
  readonly raw?: JsonValue;
}

/** Bytes that are no text: where they stand, whichever of these is known. */
export interface NeutralMedia {
  readonly url?: string;
  /** Base64. */
  readonly data?: string;
  readonly mediaType?: string;
  /** A provider's own id of an uploaded file: means nothing to another provider. */
  readonly fileId?: string;
  readonly filename?: string;
}

/** `raw` is the part as its own dialect wrote it, for what the other members do not tell. */
export type NeutralPart =
  | {
      readonly type: 'text';
      readonly text: string;
      readonly citations?: readonly NeutralCitation[];
      readonly raw?: JsonValue;
    }
  | ({
      readonly type: 'image';
      /** `low`, `high` or `auto`. */
      readonly detail?: string;
      readonly raw?: JsonValue;
    } & NeutralMedia)
  | ({ readonly type: 'audio' | 'file'; readonly raw: JsonValue } & NeutralMedia)
  | {
      readonly type: 'reasoning';
      readonly text: string;
      /** Opaque: only the target that made it takes it back. */
      readonly signature?: string;
      /** Reasoning that only its provider can read. */
      readonly redacted?: string;
      readonly raw?: JsonValue;
    }
  | { readonly type: 'refusal'; readonly text: string }
  | ({ readonly type: 'tool-call'; readonly raw?: JsonValue } & NeutralToolCall)
  | {
      readonly type: 'tool-result';
      readonly toolCallId: string;
      readonly name?: string;
      readonly parts: readonly NeutralPart[];
      readonly isError?: boolean;
    }
  | { readonly type: 'unknown'; readonly raw: JsonValue };

export interface NeutralMessage {
  readonly role: 'system' | 'user' | 'assistant' | 'tool';
  readonly parts: readonly NeutralPart[];
  readonly name?: string;
}

export interface NeutralTool {
  readonly name: string;
  readonly description?: string;
  readonly parameters?: JsonValue;
  readonly strict?: boolean;
  /** A hosted or custom tool that has no neutral form. */
  readonly raw?: JsonValue;
}

/** What form the answer must have. */
export interface NeutralFormat {
  readonly type: 'text' | 'json' | 'json-schema';
  readonly name?: string;
  readonly description?: string;
  readonly schema?: JsonValue;
  readonly strict?: boolean;
}

/** Whether and which tools the model may or must call. */
export interface NeutralToolChoice {
  readonly mode: 'auto' | 'none' | 'required';
  /** The one tool that must be called; `mode` is then `required`. */
  readonly name?: string;
  /** The only tools that may be. */
  readonly allowed?: readonly string[];
}

/** Sampling and limits, named as OpenAI names them. Absent: the provider's default. */
export interface CallParameters {
  readonly temperature?: number;
  readonly topP?: number;
  readonly topK?: number;
  readonly maxOutputTokens?: number;
  readonly stop?: readonly string[];
  readonly seed?: number;
  /** How many choices; 1 when absent. */
  readonly choices?: number;
  readonly presencePenalty?: number;
  readonly frequencyPenalty?: number;
  readonly logitBias?: JsonObject;
  readonly logprobs?: boolean;
  readonly topLogprobs?: number;
  readonly parallelToolCalls?: boolean;
  /** `none`, `minimal`, `low`, `medium`, `high`, `xhigh` or `max`. */
  readonly reasoningEffort?: string;
  /** Tokens to think with at most; 0 is none. */
  readonly reasoningBudget?: number;
  /** Whether reasoning is to be shown. */
  readonly includeReasoning?: boolean;
  readonly verbosity?: string;
  readonly serviceTier?: string;
  readonly metadata?: JsonObject;
  readonly responseFormat?: NeutralFormat;
  readonly toolChoice?: NeutralToolChoice;
  /** Size of the vectors, for embeddings. */
  readonly dimensions?: number;
}

/** A parsed AI request. Everything is read from `body` on demand; `body` itself is never changed. */
export interface ModelCall {
  readonly dialect: Dialect;
  readonly operation: Operation;
  /** The request's body as it came. Unknown fields are in here and survive every edit. */
  readonly body: JsonObject;
  readonly model: string | undefined;
  readonly stream: boolean;
  /** The caller asked for usage in the stream. */
  readonly streamUsage: boolean;
  /** System and developer text, joined by blank lines. */
  readonly system: string;
  /** All turns but the system's. For embeddings: one user message an input. */
  readonly messages: readonly NeutralMessage[];
  readonly tools: readonly NeutralTool[];
  readonly parameters: CallParameters;
  /** The call's end-user field (`user`, `safety_identifier`, `metadata.user_id`). */
  readonly endUser: string | undefined;
  /** Names of the body's fields that stand in none of the members above; another dialect can not have them. */
  readonly unmapped: readonly string[];
  /** Fields in use without which it is another call; where another dialect can not have them, it is refused. */
  readonly indispensable: readonly string[];
}

export type FinishReason = 'stop' | 'length' | 'tool-calls' | 'content-filter' | 'other';

/** One step of a reply stream, in neutral form. `choice` is 0 for dialects that know only one. */
export type NeutralDelta =
  | {
      readonly type: 'start';
      readonly id?: string;
      readonly model?: string;
      /** Seconds since the epoch. */
      readonly created?: number;
    }
  | {
      readonly type: 'text' | 'reasoning' | 'refusal';
      readonly choice: number;
      readonly text: string;
    }
  /** Belongs to the reasoning before it; `redacted` is reasoning that only its provider can read. */
  | {
      readonly type: 'signature';
      readonly choice: number;
      readonly signature?: string;
      readonly redacted?: string;
    }
  /** Belongs to the text before it. */
  | { readonly type: 'citation'; readonly choice: number; readonly citation: NeutralCitation }
  /** Log probabilities of tokens, in OpenAI's form (`content`, `refusal`). */
  | { readonly type: 'logprobs'; readonly choice: number; readonly logprobs: JsonObject }
  | {
      readonly type: 'tool-call';
      readonly choice: number;
      readonly index: number;
      readonly id?: string;
      readonly name?: string;
      readonly custom?: boolean;
      readonly signature?: string;
      /** A piece of the JSON text. */
      readonly arguments: string;
    }
  | {
      readonly type: 'finish';
      readonly choice: number;
      readonly reason: FinishReason;
      readonly raw: string;
      /** The stop sequence that was met. */
      readonly stopSequence?: string;
    }
  | { readonly type: 'usage'; readonly usage: Usage }
  | { readonly type: 'error'; readonly error: ReplyError }
  /** The dialect's own end marker. */
  | { readonly type: 'done' };

/** An error as an upstream reports it, in a body or inside a stream. */
export interface ReplyError {
  readonly message: string;
  readonly type?: string | undefined;
  readonly code?: string | undefined;
  readonly param?: string | undefined;
  readonly status?: number | undefined;
  /** Seconds to wait, where the body tells what others tell in a header. */
  readonly retryAfter?: number | undefined;
}

/** What went wrong upstream, and so what may help (reference: the retry advice of each class). */
export type FailureClass =
  | 'rate-limit'
  | 'overload'
  | 'server'
  | 'timeout'
  | 'network'
  | 'money'
  | 'auth'
  | 'not-found'
  | 'context-length'
  | 'content-policy'
  | 'bad-request'
  | 'cancelled';

/** One of the answers to a call. */
export interface NeutralChoice {
  readonly text: string;
  readonly reasoning: string;
  readonly refusal: string;
  readonly toolCalls: readonly NeutralToolCall[];
  /** All of it in order, with what the members above leave out. */
  readonly parts: readonly NeutralPart[];
  readonly finish: FinishReason | undefined;
  /** The finish reason as its dialect names it. */
  readonly finishRaw?: string;
  readonly stopSequence?: string;
  /** In OpenAI's form. */
  readonly logprobs?: JsonObject;
  /** Fields without a neutral form, for a writer of the same dialect. */
  readonly extra?: JsonObject;
}

/** A complete answer in neutral form. */
export interface NeutralReply {
  /** Whose `raw` and `extra` these are. */
  readonly dialect: string;
  readonly id?: string;
  readonly model?: string;
  /** Seconds since the epoch. */
  readonly created?: number;
  readonly choices: readonly NeutralChoice[];
  /** One vector an input: numbers, or base64 of float32 in little-endian order. */
  readonly embeddings?: readonly (readonly number[] | string)[];
  readonly usage?: Usage;
  readonly error?: ReplyError;
  /** Fields without a neutral form, for a writer of the same dialect. */
  readonly extra?: JsonObject;
}

/** Reads one reply stream, event by event. Holds the stream's state; one instance a stream. */
export interface StreamDecoder {
  /** The deltas of one event; empty for events that say nothing neutral. Never throws. */
  push(event: SseEvent): readonly NeutralDelta[];
  /** Finish reason of every choice and the dialect's own end marker have been seen, and no error. */
  readonly complete: boolean;
  /**
   * In formats whose hosts do not all send the end marker: every choice that the call asked for has its
   * finish reason, and there was no error. Such a stream, once its body has ended as it should, was told
   * to its end, although it is not `complete`.
   */
  readonly finished?: boolean;
}

export interface DecoderOptions {
  /**
   * `'ending'` decodes only what tells how the stream ends: finish, usage, error and the end
   * marker. Events of text alone are then not parsed. Default: everything.
   */
  readonly only?: 'ending' | undefined;
}

/** Builds the complete JSON body from a stream. Bounded: gives up over `maxBytes`. */
export interface StreamAssembler {
  push(event: SseEvent): void;
  /**
   * The body as the provider would have sent it without `stream`, or `undefined` when incomplete
   * or too large. `usage`, known from elsewhere, is written when the stream itself held none.
   */
  result(usage?: Usage): JsonObject | undefined;
}

/** A text channel of a reply: content, reasoning or refusal of a choice, or the arguments of a tool call. */
export interface TextChannel {
  readonly kind: 'text' | 'reasoning' | 'refusal' | 'tool-arguments';
  readonly choice: number;
  /**
   * Which tool call of the choice, in order of appearance; of the other kinds which block, in formats
   * that make an answer of blocks, else 0.
   */
  readonly index: number;
  /** Stable name such as `0:text` or `0:tool:1`. */
  readonly id: string;
}

export interface TextPiece {
  readonly channel: TextChannel;
  readonly text: string;
}

/** What one event means to somebody who edits text. */
export interface StreamStep {
  /** The text that this event carries, at most one piece a channel. */
  readonly pieces: readonly TextPiece[];
  /** The channels that take no more text once this event's pieces have passed. */
  readonly ends: readonly TextChannel[];
}

/**
 * Reads and changes the text of one reply stream. Holds the stream's state; one instance a stream.
 * For each event first `read`, then `write`, in order, also when nothing changes: dialects that
 * repeat the whole text at the end need to know what left.
 */
export interface StreamEditor {
  read(event: SseEvent): StreamStep;
  /** The event with the pieces of these channels (by id) replaced; the same event when nothing changes. */
  write(event: SseEvent, edits: ReadonlyMap<string, string>): SseEvent;
  /** A new event that carries this text on that channel, in the form of the events read so far. */
  textEvent(channel: TextChannel, text: string): SseEvent;
  /** The events that end the stream as stopped by a filter, end marker included. */
  blockedEnding(): readonly SseEvent[];
}

/** What the right answer to a call depends on. Made of fresh values: never the body's own objects changed. */
export interface CallIdentity {
  /** Everything that can change the answer, in canonical form. Digest it with `canonicalJson`. */
  readonly exact: JsonValue;
  /** The same without the text of the last user message; equal to `exact` when `text` is absent. */
  readonly scope: JsonValue;
  /** The last user message, when it is the last message of all and nothing but text. */
  readonly text: string | undefined;
  /** That message as it stands in `exact`: with `scope` it says all that `exact` does. Absent without `text`. */
  readonly last?: JsonValue;
  /** The answer depends on what the provider remembers, or is made anew each time: never reuse one. */
  readonly unique?: boolean;
}

/** One wire format, for callers and for upstreams. Stateless; everything per stream is made by its factories. */
export interface Dialect extends TargetDialect {
  readonly errorFormat: ErrorFormat;
  /** Looks at method and path only. `undefined`: not mine. */
  matches(request: { method: string; path: string; headers: Headers }): Operation | undefined;
  /** @throws {RequestError} 400 naming the field, when the body can not be a call of this dialect. */
  readCall(body: unknown, operation: Operation, url: URL): ModelCall;
  segments(call: ModelCall): readonly TextSegment[];
  /**
   * A new body with the text at these paths replaced. Everything else is kept as it was.
   *
   * @throws {RangeError} when no text stands at a path.
   */
  writeSegments(call: ModelCall, edits: ReadonlyMap<string, string>): JsonObject;
  /** A new body for another model. */
  withModel(call: ModelCall, model: string): JsonObject;
  /**
   * The URL of a call, for dialects that name the model in the path: their `withModel` writes it
   * into the body, which `readCall` prefers, and `rewriteCall` asks here. Absent: the URL stays.
   */
  urlFor?(call: ModelCall, url: URL): URL;
  /**
   * The URL as far as the answer depends on it, for dialects that say in the URL in which form it is to come: the same
   * for a stream and for JSON. Absent: all of the URL counts.
   */
  answerUrl?(url: string): string;
  /**
   * The reply as this caller's URL asked for it, where that is not the form that the chain works on:
   * `dialects()` asks for it, outermost of all. Absent: replies leave as they are.
   */
  frameReply?(response: Response, url: URL, context: Context): Response;
  /** A new body that asks for usage in the stream. The same object when it already does or does not stream. */
  withStreamUsage(call: ModelCall): JsonObject;
  identity(call: ModelCall): CallIdentity;
  /**
   * A body of this dialect that means the same as the reply, for this caller. Of a reply that this
   * dialect read itself it is equal to what was read.
   */
  writeReply(reply: NeutralReply, call: ModelCall): JsonObject;
  /** Writes a stream of this dialect. One instance a stream. */
  createWriter(call: ModelCall): StreamWriter;
  createAssembler(call: ModelCall, options?: { maxBytes?: number }): StreamAssembler;
  /**
   * A stored JSON body in the form that this caller asked for: framed SSE bytes when the call
   * streams (usage only when asked for), else JSON bytes.
   */
  replay(body: JsonObject, call: ModelCall): Uint8Array;
  /** The text channels of a JSON reply with their text. */
  replyText(body: JsonObject): readonly TextPiece[];
  /**
   * A new JSON reply with the text of these channels (by id) replaced. `blocked` also sets the
   * content-filter finish on every choice and leaves out the tool calls that are not in `edits`.
   */
  writeReplyText(
    body: JsonObject,
    edits: ReadonlyMap<string, string>,
    blocked?: boolean,
  ): JsonObject;
  /**
   * A copy of a reply (`message`) or of an event's value (`delta`) with all strings that are in no
   * text channel, and that the format itself does not write, as `map` answers them.
   */
  mapOtherText?(
    body: JsonObject,
    field: 'delta' | 'message',
    map: (path: string, text: string) => string,
  ): JsonObject;
  /**
   * What an event says of whose frame nothing but a piece of text is new. Absent: every event is read in
   * full.
   */
  pieceOf?(event: SseEvent): EventPiece | undefined;
  createEditor(call: ModelCall): StreamEditor;
  /** Whether this event says nothing but usage, which a caller who did not ask for it must not see. */
  isUsageOnly(event: SseEvent): boolean;
}
