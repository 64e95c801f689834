/** Changes, holds back or stops the text of a reply, stream or JSON, channel by channel. */
import {
  addReplyStage,
  type Context,
  type ReplyBody,
  type ReplyEnding,
  type ReplyStage,
  type SseEvent,
  type StageOutput,
} from '@wintergate/core';
import type { EventPiece } from './event-piece.ts';
import { isObject } from './json.ts';
import { repeatedName } from './repeated-name.ts';
import type {
  Dialect,
  JsonObject,
  ModelCall,
  StreamEditor,
  TextChannel,
  TextPiece,
} from './types.ts';
import { withData } from './with-data.ts';

/** Where a filter writes. May be kept and used later, by a timer for instance, until `close`. */
export interface TextOutput {
  /** Lets this text leave on that channel, after everything written to it before. */
  text(channel: TextChannel, text: string): void;
  /**
   * Ends the reply here as stopped by a filter, in the dialect's own form, and cancels the
   * upstream. What was written before has left; nothing follows.
   */
  block(): void;
}

/** Sees all text of a reply. Nothing passes unless written to `out`. */
export interface TextFilter {
  /**
   * A piece of text. Written unchanged and at once, its original bytes leave.
   *
   * @param isWhole nothing more of it is to come.
   */
  text(channel: TextChannel, text: string, out: TextOutput, isWhole?: boolean): void;
  /**
   * A string of an event, or of the body, that is in no channel: what is to stand in its place. `undefined`: itself,
   * and it need not be shown again when the same stands there in the next event.
   */
  other?: ((path: string, text: string, out: TextOutput) => string | undefined) | undefined;
  /**
   * What none of these can see is left out: all but the last value of a name that stands twice.
   * Comments pass: no model writes them, and no SDK shows them.
   */
  readonly leavesOutUnseen?: boolean;
  /** The channel ends, or the reply does: write what was held, it leaves before the finish reason. */
  flush?(channel: TextChannel, out: TextOutput): void;
  /**
   * Asked where all of a reply, JSON or stream, is there in one piece. `true`: {@link passed} was told of these very
   * bytes, and nothing in them is of interest this time either.
   */
  passes?(whole: Uint8Array): boolean;
  /** All of a reply was seen, and nothing but its text could have been changed. A stored reply comes again. */
  passed?(whole: Uint8Array): void;
  /** Last call of all, whatever happened: release timers. */
  close?(ending: ReplyEnding): void;
}

/** A string in no channel that differs from event to event. */
interface ShownHole {
  readonly path: string;
  readonly hole: number;
}

/** A stream has few frames at a time; those that it had are forgotten with all others. */
const utf8 = /* @__PURE__ */ new TextDecoder();
const mostClean = 8;
const noPieces: readonly TextPiece[] = [];
const noEdits: ReadonlyMap<string, string> = /* @__PURE__ */ new Map();

/**
 * Runs all text of a reply through a filter: content, reasoning and refusal of every choice and
 * the arguments of every tool call. Everything that is no text passes by itself. A JSON reply is
 * filtered once whole, over 32 MiB it fails. A filter that throws fails the reply.
 *
 * @returns the response to go on with.
 * @example
 * filterReplyText(response, call, { text: (channel, text, out) => out.text(channel, mask(text)) }, context);
 */
export function filterReplyText(
  response: Response,
  call: ModelCall,
  filter: TextFilter,
  context: Context,
): Response {
  return addReplyStage(response, new TextFilterStage(call, filter), context);
}

class TextFilterStage implements ReplyStage, TextOutput {
  readonly name = 'filterReplyText';
  readonly transform = true;
  readonly #passesRepeats: boolean;
  readonly #dialect: Dialect;
  readonly #editor: StreamEditor;
  readonly #filter: TextFilter;
  readonly #open = new Map<string, TextChannel>();
  /** What was written so far on each channel of the event, or the body, in hand; empty between events. */
  #written: Map<string, string> | undefined;
  /** That of the event before. */
  #spare: Map<string, string> | undefined;
  #pieces: readonly TextPiece[] = noPieces;
  /** All of a stream, while none of it but text was changed. */
  #whole: Uint8Array | undefined;
  #out: StageOutput | undefined;
  /** What of events like one before has to be looked at, when nothing else in it was of interest. */
  #clean: Map<EventPiece, readonly ShownHole[]> | undefined;
  #isClean = true;
  #inBody = false;
  #blocked = false;
  #closed = false;

  constructor(call: ModelCall, filter: TextFilter) {
    this.#dialect = call.dialect;
    this.#editor = call.dialect.createEditor(call);
    this.#filter = filter;
    this.#passesRepeats = filter.leavesOutUnseen !== true;
  }

  start(out: StageOutput): void {
    this.#out = out;
  }

  passes(whole: Uint8Array): boolean {
    if (this.#filter.passes?.(whole) === true) return true;
    this.#whole = whole;
    return false;
  }

  event(given: SseEvent, out: StageOutput): void {
    const event = this.#others(given);
    if (event !== given) this.#whole = undefined;
    if (this.#blocked) return;
    const { pieces, ends } = this.#editor.read(event);
    if (pieces.length === 0 && ends.length === 0) {
      out.event(this.#editor.write(event, noEdits));
      return;
    }
    this.#take(pieces);
    for (const { channel, text } of pieces) {
      this.#open.set(channel.id, channel);
      this.#filter.text(channel, text, this);
      if (this.#blocked) return;
    }
    for (const channel of ends) {
      this.#flush(channel);
      if (this.#blocked) return;
    }
    const edits = this.#isUnchanged() ? noEdits : (this.#written ?? noEdits);
    out.event(this.#editor.write(event, edits));
    this.#take(noPieces);
  }

  body(body: ReplyBody): Uint8Array | undefined {
    const changed = this.#filterBody(body);
    if (changed === undefined) this.#filter.passed?.(body.bytes);
    return changed;
  }

  #filterBody(body: ReplyBody): Uint8Array | undefined {
    const given = body.json();
    if (!isObject(given)) return undefined;
    this.#inBody = true;
    const json = this.#mapOther(given, 'message');
    const pieces = this.#dialect.replyText(json);
    const isSame =
      json === given &&
      (this.#passesRepeats || repeatedName(utf8.decode(body.bytes)) === undefined);
    if (isSame && pieces.length === 0) return undefined;
    this.#take(pieces);
    for (const { channel, text } of pieces) {
      if (!this.#blocked) this.#filter.text(channel, text, this, true);
      if (!this.#blocked) this.#filter.flush?.(channel, this);
      // A tool call cut short is none.
      if (this.#blocked && channel.kind === 'tool-arguments') this.#written?.delete(channel.id);
    }
    if (isSame && !this.#blocked && this.#isUnchanged()) return undefined;
    const texts = this.#written ?? noEdits;
    const written = this.#dialect.writeReplyText(json, texts, this.#blocked);
    return new TextEncoder().encode(JSON.stringify(written));
  }

  end(): void {
    this.#flushAll();
  }

  fail(): void {
    this.#flushAll();
  }

  close(ending: ReplyEnding): void {
    this.#closed = true;
    const isSeen = ending.ended === 'completed' && !this.#blocked && !this.#inBody;
    if (isSeen && this.#whole !== undefined) this.#filter.passed?.(this.#whole);
    this.#filter.close?.(ending);
  }

  text(channel: TextChannel, text: string): void {
    if (this.#blocked || this.#closed || text === '') return;
    const before = this.#written?.get(channel.id);
    if (before !== undefined) this.#written?.set(channel.id, before + text);
    else if (!this.#inBody) this.#out?.event(this.#editor.textEvent(channel, text));
  }

  block(): void {
    if (this.#blocked || this.#closed) return;
    this.#blocked = true;
    const out = this.#out;
    if (out === undefined || this.#inBody) return;
    for (const { channel } of this.#pieces) {
      const text = this.#written?.get(channel.id);
      // A tool call may begin in the event in hand, which does not leave: its text alone is nothing.
      if (text && channel.kind !== 'tool-arguments')
        out.event(this.#editor.textEvent(channel, text));
    }
    for (const event of this.#editor.blockedEnding()) out.event(event);
    out.end('completed');
  }

  #mapOther(json: JsonObject, field: 'delta' | 'message'): JsonObject {
    const filter = this.#filter;
    if (filter.other === undefined) return json;
    const map = (path: string, text: string): string => {
      const other = filter.other?.(path, text, this);
      if (other !== undefined) this.#isClean = false;
      return other ?? text;
    };
    return this.#dialect.mapOtherText?.(json, field, map) ?? json;
  }

  #others(event: SseEvent): SseEvent {
    const { other } = this.#filter;
    if (other === undefined) return event;
    const piece = this.#dialect.pieceOf?.(event);
    const shown = piece && this.#clean?.get(piece);
    if (shown !== undefined) return this.#otherFields(event, shown);
    const { data } = event;
    const json = event.json();
    if (!isObject(json)) return event;
    this.#isClean = true;
    const mapped = this.#mapOther(json, 'delta');
    const isSeen = this.#passesRepeats || repeatedName(data) === undefined;
    if (mapped === json && isSeen) {
      if (piece !== undefined && this.#isClean) this.#noteClean(event, piece);
      return event;
    }
    return withData(event, JSON.stringify(mapped));
  }

  /** What of the next events like this one has to be looked at are those of its strings that are in holes. */
  #noteClean({ frame }: SseEvent, piece: EventPiece): void {
    const { marks, json } = frame!.sample();
    if (!isObject(json)) return;
    const shown: ShownHole[] = [];
    this.#dialect.mapOtherText?.(json, 'delta', (path, text) => {
      const hole = marks.indexOf(text);
      if (hole !== -1) shown.push({ path, hole });
      return text;
    });
    if (this.#clean === undefined || this.#clean.size >= mostClean) this.#clean = new Map();
    this.#clean.set(piece, shown);
  }

  #otherFields(event: SseEvent, shown: readonly ShownHole[]): SseEvent {
    if (shown.length === 0) return event;
    const texts = event.texts!;
    const written = texts.slice();
    for (const { path, hole } of shown) {
      const text = texts[hole]!;
      written[hole] = this.#filter.other?.(path, text, this) ?? text;
    }
    const isSame = written.every((text, hole) => text === texts[hole]);
    return isSame ? event : withData(event, event.frame!.fill(written));
  }

  #take(pieces: readonly TextPiece[]): void {
    this.#pieces = pieces;
    this.#spare = this.#written ?? this.#spare;
    this.#written = undefined;
    if (pieces.length === 0) return;
    // Nearly always of the channels of the event before. Not cleared: a `Map` that is gets a new table each time.
    const known = this.#spare;
    const isSame =
      pieces.length === known?.size && pieces.every((one) => known.has(one.channel.id));
    this.#written = isSame ? known : new Map();
    for (const { channel } of pieces) this.#written?.set(channel.id, '');
  }

  #isUnchanged(): boolean {
    for (const { channel, text } of this.#pieces) {
      if (this.#written?.get(channel.id) !== text) return false;
    }
    return true;
  }

  #flush(channel: TextChannel): void {
    if (this.#open.delete(channel.id)) this.#filter.flush?.(channel, this);
  }

  #flushAll(): void {
    for (const channel of [...this.#open.values()]) {
      if (!this.#blocked) this.#flush(channel);
    }
  }
}
