/** What it takes to call an upstream in its own format, and to hand its answer on in another one. */
import type { SseEvent } from '@wintergate/core';
import type {
  DecoderOptions,
  JsonObject,
  ModelCall,
  NeutralDelta,
  NeutralReply,
  Operation,
  ReplyError,
  StreamDecoder,
} from './types.ts';

/** What became of a part of a call or of a reply that the other format can not express as it was. */
export interface Notice {
  /** The field as the dialect that has it names it, such as `logit_bias` or `messages[2].content[0]`. */
  readonly field: string;
  /**
   * `drop`: left out, the answer may differ; `emulate`: said by other means; `clamp`: moved to the
   * nearest value there is.
   */
  readonly action: 'drop' | 'emulate' | 'clamp';
  /** Why, and what was done instead, in a few words. */
  readonly detail?: string | undefined;
}

export interface WriteOptions {
  /** The model to ask for, in the place of the call's own. */
  readonly model?: string | undefined;
  /** Written where the dialect demands a limit and the call has none. @default 4096 */
  readonly maxOutputTokens?: number | undefined;
  /** Told of each thing that is not passed on as it was. */
  readonly notice: (notice: Notice) => void;
}

/** A call in a target's format. */
export interface WrittenCall {
  readonly body: JsonObject;
  /** What follows the base URL, query included, such as `/chat/completions`. */
  readonly path: string;
  /** Lower-case names. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** Turns a stream's bytes into server-sent events that carry the same values. One instance a stream. */
export interface StreamReframer {
  /**
   * The events that this chunk completed, as bytes.
   *
   * @throws {StreamFormatError} on what is no such stream.
   */
  push(chunk: Uint8Array): Uint8Array;
  /** What is left at the end. @throws {StreamFormatError} when the last value broke off. */
  end(): Uint8Array;
}

/** Bytes that are no stream of their format. */
export class StreamFormatError extends Error {
  override readonly name = 'StreamFormatError';
}

/** Writes one reply stream. */
export interface StreamWriter {
  /** The events that say this delta; some wait for what follows. */
  push(delta: NeutralDelta): readonly SseEvent[];
  /** What ends the stream after its last delta, end marker included. Nothing when `error` was pushed. */
  end(): readonly SseEvent[];
}

/** One wire format, as far as an upstream speaks it. Stateless. */
export interface TargetDialect {
  /** Such as `openai-chat`; part of cache scopes. */
  readonly id: string;
  readonly operations: readonly Operation[];
  /**
   * The call in this format. Text, tools, images and limits as they are; what can not be said goes
   * by the translation table: told as a notice, or refused.
   *
   * @throws {RequestError} 400 naming the caller's field, for what must not be dropped silently.
   */
  writeCall(call: ModelCall, options: WriteOptions): WrittenCall;
  readReply(body: unknown, call: ModelCall): NeutralReply;
  readError(status: number, body: unknown): ReplyError;
  createDecoder(call: ModelCall, options?: DecoderOptions): StreamDecoder;
  /** For streams that are no server-sent events: their content type, and how they are read. */
  readonly framing?: {
    readonly contentType: RegExp;
    createReframer(): StreamReframer;
  };
}
