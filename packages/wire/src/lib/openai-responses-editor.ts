/**
 * Reads and changes the text of a Responses stream, event by event. Every text is said up to five
 * times: in pieces, whole, in its part, in its item and in the response; all of them say what left.
 */
import { createSseEvent, type SseEvent } from '@wintergate/core';
import { type EventPiece, pieceText } from './event-piece.ts';
import { countOf, isObject, stringOf } from './json.ts';
import { baseResponse } from './openai-responses-base.ts';
import { blockedEvents } from './openai-responses-blocked.ts';
import { responsesPiece } from './openai-responses-piece.ts';
import { createChannels, type TextSlot, textSlots, withText } from './openai-responses-slots.ts';
import { fieldOf, itemsOf, type OpenText, wholeOf } from './openai-responses-texts.ts';
import type {
  JsonObject,
  JsonValue,
  ModelCall,
  StreamEditor,
  StreamStep,
  TextChannel,
  TextPiece,
} from './types.ts';
import { withData } from './with-data.ts';

const kinds: Readonly<Record<string, TextChannel['kind']>> = {
  output_text: 'text',
  refusal: 'refusal',
  reasoning_text: 'reasoning',
  reasoning_summary_text: 'reasoning',
  function_call_arguments: 'tool-arguments',
  custom_tool_call_input: 'tool-arguments',
  mcp_call_arguments: 'tool-arguments',
  code_interpreter_call_code: 'tool-arguments',
};
/** What of an event tells where its text stands. */
const placeFields = ['item_id', 'output_index', 'content_index', 'summary_index'];

class ResponsesEditor implements StreamEditor {
  readonly #call: ModelCall;
  readonly #channelOf = createChannels();
  readonly #texts = new Map<string, OpenText>();
  readonly #items: JsonObject[] = [];
  /** The pieces of the event in hand. */
  #pieces: { text: OpenText; piece: string }[] = [];
  /** What the event in hand says, and whether it is like the one before. */
  #known: EventPiece | undefined;
  #isKnown = false;
  #response: JsonObject | undefined;
  #hasBegun = false;
  /** The number of the next event, and by how much ours are ahead of the upstream's. */
  #next: number | undefined;
  #shift = 0;

  constructor(call: ModelCall) {
    this.#call = call;
  }

  read(event: SseEvent): StreamStep {
    const known = responsesPiece(event);
    const [last] = this.#pieces;
    this.#isKnown = known !== undefined && known === this.#known && last !== undefined;
    this.#known = known;
    if (known !== undefined && this.#isKnown) {
      const { channel } = last!.text;
      const text = pieceText(event, known);
      this.#pieces = [];
      this.#piece(last!.text, text);
      return { pieces: [{ channel, text }], ends: [] };
    }
    this.#pieces = [];
    const ends: TextChannel[] = [];
    const said = event.json();
    if (isObject(said)) this.#read(stringOf(said['type']) ?? '', said, ends);
    const pieces: TextPiece[] = this.#pieces.map(({ text, piece }) => ({
      channel: text.channel,
      text: piece,
    }));
    return { pieces, ends };
  }

  write(event: SseEvent, edits: ReadonlyMap<string, string>): SseEvent {
    if (this.#isKnown && edits.size === 0 && this.#shift === 0) return this.#passed(event);
    const said = event.json();
    if (!isObject(said)) return event;
    for (const { text, piece } of this.#pieces) text.left += edits.get(text.channel.id) ?? piece;
    const written = this.#numbered(this.#rewrite(stringOf(said['type']) ?? '', said, edits));
    this.#note(written);
    if (written === said) return event;
    return withData(event, JSON.stringify(written));
  }

  /** A piece that leaves as it came, of which all but its number has been noted. */
  #passed(event: SseEvent): SseEvent {
    for (const { text, piece } of this.#pieces) text.left += piece;
    const number = this.#known?.fields.find(({ name }) => name === 'sequence_number');
    if (number !== undefined) this.#next = Number(event.texts![number.hole]) + 1;
    return event;
  }

  textEvent(channel: TextChannel, text: string): SseEvent {
    const open = [...this.#texts.values()].find((one) => one.channel.id === channel.id);
    const { name, place } = open ?? { name: 'output_text', place: { output_index: 0 } };
    if (open !== undefined) open.left += text;
    const type = `response.${name}.delta`;
    const logprobs = name === 'output_text' ? { logprobs: [] } : {};
    this.#shift++;
    return createSseEvent({
      event: type,
      data: JSON.stringify({ type, ...this.#number(), ...place, delta: text, ...logprobs }),
    });
  }

  blockedEnding(): readonly SseEvent[] {
    const response = this.#response ?? baseResponse(this.#call, {});
    return blockedEvents(response, this.#hasBegun, this.#items, this.#texts.values(), () =>
      this.#number(),
    );
  }

  #read(type: string, said: JsonObject, ends: TextChannel[]): void {
    const at = countOf(said['output_index']) ?? 0;
    const [, name = '', step] = /^response\.(\w+)\.(delta|done)$/.exec(type) ?? [];
    if (Object.hasOwn(kinds, name)) {
      const text = this.#text(at, name, said);
      if (step === 'delta') this.#piece(text, stringOf(said['delta']) ?? '');
      else this.#whole(text, wholeOf(said), ends);
      return;
    }
    switch (type) {
      case 'response.content_part.added':
      case 'response.output_item.added':
      case 'response.output_item.done':
        for (const [slot, text] of this.#slots(at, type, said)) {
          if (type === 'response.output_item.done') this.#whole(text, slot.text, ends);
          else this.#piece(text, slot.text);
        }
        break;
      case 'response.completed':
      case 'response.incomplete':
        for (const [index, item] of itemsOf(said['response']).entries())
          for (const slot of textSlots(item))
            this.#whole(this.#textOf(index, item, slot), slot.text, ends);
        this.#endAll(ends);
        break;
      case 'response.failed':
      case 'error':
        this.#endAll(ends);
    }
  }

  /** The texts of an event's item, or of the part that it announces. */
  #slots(at: number, type: string, said: JsonObject): [TextSlot, OpenText][] {
    const { item, part } = said;
    if (type === 'response.content_part.added') {
      if (!isObject(part)) return [];
      const like = { type: 'message', content: [part], id: said['item_id'] ?? '' };
      return textSlots(like).map((slot) => [slot, this.#text(at, slot.name, said)]);
    }
    if (!isObject(item)) return [];
    return textSlots(item).map((slot) => [slot, this.#textOf(at, item, slot)]);
  }

  #textOf(at: number, item: JsonObject, slot: TextSlot): OpenText {
    const place = { item_id: item['id'] ?? '', output_index: at, ...slot.place };
    return this.#text(at, slot.name, place);
  }

  #text(item: number, name: string, said: JsonObject): OpenText {
    const index = countOf(said['content_index']) ?? countOf(said['summary_index']) ?? 0;
    const key = `${item} ${name} ${index}`;
    let text = this.#texts.get(key);
    if (text === undefined) {
      const place: JsonObject = {};
      for (const field of placeFields) if (said[field] !== undefined) place[field] = said[field];
      const channel = this.#channelOf(kinds[name] ?? 'text');
      text = { channel, item, name, place, read: '', left: '', ended: false };
      this.#texts.set(key, text);
    }
    return text;
  }

  #piece(text: OpenText, piece: string): void {
    if (piece === '') return;
    text.read += piece;
    this.#pieces.push({ text, piece });
  }

  /** All of a text: what no piece has said before is one. */
  #whole(text: OpenText, whole: string, ends: TextChannel[]): void {
    if (text.read === '') this.#piece(text, whole);
    if (!text.ended) ends.push(text.channel);
    text.ended = true;
  }

  #endAll(ends: TextChannel[]): void {
    for (const text of this.#texts.values()) {
      if (!text.ended) ends.push(text.channel);
      text.ended = true;
    }
  }

  #rewrite(type: string, said: JsonObject, edits: ReadonlyMap<string, string>): JsonObject {
    const at = countOf(said['output_index']) ?? 0;
    const [, name = '', step] = /^response\.(\w+)\.(delta|done)$/.exec(type) ?? [];
    if (Object.hasOwn(kinds, name)) {
      const text = this.#text(at, name, said);
      if (step === 'done') return withText(said, fieldOf(said), text.left);
      const edit = edits.get(text.channel.id);
      if (edit === undefined || edit === said['delta']) return said;
      // Padding for the size of the original text.
      const { obfuscation: _, ...rest } = said;
      return withText(rest, 'delta', edit);
    }
    switch (type) {
      case 'response.content_part.added':
      case 'response.content_part.done':
      case 'response.reasoning_summary_part.done':
        return this.#rewritePart(at, said);
      case 'response.output_item.added':
      case 'response.output_item.done':
        return this.#rewriteItem(at, said, 'item');
      case 'response.completed':
      case 'response.incomplete':
        return this.#rewriteResponse(said);
      default:
        return said;
    }
  }

  #rewritePart(at: number, said: JsonObject): JsonObject {
    const { part } = said;
    if (!isObject(part)) return said;
    const list = said['summary_index'] === undefined ? 'content' : 'summary';
    const like = { type: list === 'summary' ? 'reasoning' : 'message', [list]: [part] };
    const [slot] = textSlots(like);
    if (slot === undefined) return said;
    const { left } = this.#text(at, slot.name, said);
    return slot.text === left ? said : { ...said, part: withText(part, slot.field, left) };
  }

  #rewriteItem(at: number, holder: JsonObject, field: string): JsonObject {
    const item = holder[field];
    if (!isObject(item)) return holder;
    let written = item;
    for (const slot of textSlots(item)) {
      const { left } = this.#textOf(at, item, slot);
      if (left !== slot.text) written = slot.write(written, left);
    }
    return written === item ? holder : { ...holder, [field]: written };
  }

  #rewriteResponse(said: JsonObject): JsonObject {
    const { response } = said;
    if (!isObject(response)) return said;
    const items = itemsOf(response);
    const output = items.map((item, at) => this.#rewriteItem(at, { item }, 'item')['item']);
    if (output.every((item, at) => item === items[at])) return said;
    return { ...said, response: { ...response, output: output as JsonValue[] } };
  }

  #note(said: JsonObject): void {
    const { response, item } = said;
    if (isObject(response)) this.#response = response;
    this.#hasBegun = true;
    if (isObject(item)) this.#items[countOf(said['output_index']) ?? 0] = item;
  }

  /** The event with its number, where ours have moved it. */
  #numbered(said: JsonObject): JsonObject {
    const number = countOf(said['sequence_number']);
    if (number === undefined) return said;
    this.#next = number + this.#shift + 1;
    return this.#shift === 0 ? said : { ...said, sequence_number: number + this.#shift };
  }

  /** For an event of our own; hosts that do not number theirs get none. */
  #number(): JsonObject {
    if (this.#next === undefined) return this.#hasBegun ? {} : { sequence_number: 0 };
    return { sequence_number: this.#next++ };
  }
}

/** Creates the editor of one stream. */
export function createResponsesEditor(call: ModelCall): StreamEditor {
  return new ResponsesEditor(call);
}
