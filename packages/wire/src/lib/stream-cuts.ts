/** How the texts of a stream were cut into events, so that its replay comes in the same pieces. */
import { createSseDecoder, type SseEvent } from '@wintergate/core';
import { type EventPiece, pieceText } from './event-piece.ts';
import type { ModelCall, StreamEditor, StreamStep, TextChannel } from './types.ts';

/** The pieces of each channel in order, by the channel's id: a character each, whose code is 35 and the length. */
export type StreamCuts = Readonly<Record<string, string>>;

/** Watches a stream. */
export interface CutRecorder {
  push(event: SseEvent): void;
  /** Of the channels that came in several pieces; `undefined` when none did, or too many. */
  result(): StreamCuts | undefined;
}

const base = 35;
const longestPiece = 60_000;
const mostPieces = 50_000;

class Recorder implements CutRecorder {
  readonly #call: ModelCall;
  readonly #editor: StreamEditor;
  readonly #cuts = new Map<string, string>();
  #room = mostPieces;
  /** What the event before said, and on which channel: its like is read no further. */
  #known: EventPiece | undefined;
  #channel = '';

  constructor(call: ModelCall) {
    this.#call = call;
    this.#editor = call.dialect.createEditor(call);
  }

  push(event: SseEvent): void {
    if (this.#room <= 0) return;
    const piece = this.#call.dialect.pieceOf?.(event);
    if (piece !== undefined && piece === this.#known) {
      this.#add(this.#channel, pieceText(event, piece));
      return;
    }
    this.#known = undefined;
    const { pieces } = this.#editor.read(event);
    for (const { channel, text } of pieces) this.#add(channel.id, text);
    const [only] = pieces;
    if (piece === undefined || only === undefined || pieces.length > 1) return;
    this.#known = piece;
    this.#channel = only.channel.id;
  }

  result(): StreamCuts | undefined {
    if (this.#room <= 0) return undefined;
    const several = [...this.#cuts].filter(([, sizes]) => sizes.length > 1);
    return several.length === 0 ? undefined : Object.fromEntries(several);
  }

  #add(channel: string, { length }: string): void {
    this.#room = length > longestPiece ? 0 : this.#room - 1;
    const before = this.#cuts.get(channel) ?? '';
    if (length > 0) this.#cuts.set(channel, before + String.fromCharCode(base + length));
  }
}

/**
 * Creates the recorder of one stream.
 *
 * @example
 * const recorder = recordCuts(call);
 * for (const event of events) recorder.push(event);
 * const cuts = recorder.result();
 */
export function recordCuts(call: ModelCall): CutRecorder {
  return new Recorder(call);
}

/**
 * The stream with its texts in these pieces. What does not fit them stays in one, and so does every text of a call that
 * asked for log probabilities, which stand beside whole texts.
 *
 * @param stream as `call.dialect.replay()` writes it.
 */
export function cutStream(stream: Uint8Array, cuts: StreamCuts, call: ModelCall): Uint8Array {
  if (call.parameters.logprobs === true) return stream;
  const editor = call.dialect.createEditor(call);
  const decoder = new TextDecoder();
  let all = '';
  for (const event of createSseDecoder().push(stream)) {
    const step = editor.read(event);
    const edits = new Map<string, string>();
    const [before, after] = around(step, cuts, edits);
    const send = ({ channel, parts }: Apart): void => {
      all += writeParts(parts, (text) => decoder.decode(editor.textEvent(channel, text).raw));
    };
    before.forEach(send);
    all += decoder.decode(editor.write(event, edits).raw);
    after.forEach(send);
  }
  return new TextEncoder().encode(all);
}

/** Parts of a text that leave in events of their own. */
interface Apart {
  readonly channel: TextChannel;
  readonly parts: readonly string[];
}

/**
 * What leaves before an event and what after it; the rest stays in it, as `edits` say. The event may end what it tells,
 * so that texts come before it. The arguments of a tool come after its name.
 */
function around(
  { pieces, ends }: StreamStep,
  cuts: StreamCuts,
  edits: Map<string, string>,
): readonly [before: readonly Apart[], after: readonly Apart[]] {
  const before: Apart[] = [];
  const after: Apart[] = [];
  const all = pieces.map(({ channel, text }) => ({ channel, parts: partsOf(text, cuts, channel) }));
  const isCut = all.some(({ parts }) => parts.length > 1);
  for (const { channel, parts } of isCut ? all : []) {
    const isTool = channel.kind === 'tool-arguments';
    if (isTool && (ends.length > 0 || parts.length === 1)) continue;
    // A single text ends in the event itself; several leave in their order.
    const at = isTool ? 1 : all.length === 1 ? parts.length - 1 : parts.length;
    edits.set(channel.id, (isTool ? parts[0] : parts[at]) ?? '');
    if (isTool) after.push({ channel, parts: parts.slice(at) });
    else before.push({ channel, parts: parts.slice(0, at) });
  }
  return [before, after];
}

function partsOf(text: string, cuts: StreamCuts, { id }: TextChannel): string[] {
  const sizes = Object.hasOwn(cuts, id) ? cuts[id]! : '';
  const parts: string[] = [];
  let at = 0;
  for (let index = 0; index < sizes.length; index++) {
    const size = sizes.charCodeAt(index) - base;
    if (size < 0) return [text];
    parts.push(text.slice(at, at + size));
    at += size;
  }
  return at === text.length && parts.length > 0 ? parts : [text];
}

/** Events that differ in their text alone are written from the second of them. */
function writeParts(parts: readonly string[], eventOf: (text: string) => string): string {
  const [first, second, third] = parts.slice(0, 3).map(eventOf);
  if (third === undefined) return (first ?? '') + (second ?? '');
  const quoted = (index: number): string => JSON.stringify(parts[index]);
  const [before = '', after, ...more] = second!.split(quoted(1));
  const isAlike = after !== undefined && more.length === 0 && third === before + quoted(2) + after;
  const rest = parts.slice(3);
  const others = isAlike
    ? rest.map((part) => before + JSON.stringify(part) + after)
    : rest.map(eventOf);
  return first! + second! + third + others.join('');
}
