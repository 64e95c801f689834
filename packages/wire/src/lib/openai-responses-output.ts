/** The items of an answer while they are written: each event by event, and whole at its end. */
import {
  itemId,
  messageItem,
  reasoningItem,
  writeUrlCitation,
} from './openai-responses-compose.ts';
import type { ResponsesEvents } from './openai-responses-event.ts';
import { writeCallItem } from './openai-responses-items.ts';
import type { JsonObject, NeutralCitation, NeutralDelta } from './types.ts';

interface Where {
  readonly events: ResponsesEvents;
  readonly responseId: string;
  /** Its place in the output. */
  readonly index: number;
}

/** An item that has begun. */
export abstract class WrittenItem {
  readonly index: number;
  protected readonly events: ResponsesEvents;
  protected readonly id: string;

  constructor({ events, responseId, index }: Where) {
    this.events = events;
    this.index = index;
    this.id = itemId(responseId, index);
  }

  /** Ends it. @returns the whole item. */
  abstract end(): JsonObject;

  protected added(item: JsonObject): void {
    this.events.add('response.output_item.added', { output_index: this.index, item });
  }

  protected done(item: JsonObject): JsonObject {
    this.events.add('response.output_item.done', { output_index: this.index, item });
    return item;
  }
}

interface Part {
  readonly kind: 'text' | 'refusal';
  text: string;
  readonly annotations: JsonObject[];
}

export class MessageItem extends WrittenItem {
  readonly #parts: Part[] = [];

  constructor(where: Where) {
    super(where);
    this.added(messageItem(this.id, 'in_progress', []));
  }

  say(kind: 'text' | 'refusal', text: string): void {
    const part = this.#part(kind);
    part.text += text;
    const type = kind === 'text' ? 'output_text' : 'refusal';
    const logprobs = kind === 'text' ? { logprobs: [] } : {};
    this.events.add(`response.${type}.delta`, { ...this.#place(), delta: text, ...logprobs });
  }

  cite(citation: NeutralCitation): void {
    const { annotations } = this.#part('text');
    const annotation = writeUrlCitation(citation);
    this.events.add('response.output_text.annotation.added', {
      ...this.#place(),
      annotation_index: annotations.length,
      annotation,
    });
    annotations.push(annotation);
  }

  end(): JsonObject {
    this.#endPart();
    return this.done(messageItem(this.id, 'completed', this.#parts.map(written)));
  }

  #part(kind: 'text' | 'refusal'): Part {
    const last = this.#parts[this.#parts.length - 1];
    if (last?.kind === kind) return last;
    this.#endPart();
    const part: Part = { kind, text: '', annotations: [] };
    this.#parts.push(part);
    this.events.add('response.content_part.added', { ...this.#place(), part: written(part) });
    return part;
  }

  #endPart(): void {
    const part = this.#parts[this.#parts.length - 1];
    if (part === undefined) return;
    const place = this.#place();
    if (part.kind === 'text')
      this.events.add('response.output_text.done', { ...place, text: part.text, logprobs: [] });
    else this.events.add('response.refusal.done', { ...place, refusal: part.text });
    this.events.add('response.content_part.done', { ...place, part: written(part) });
  }

  #place(): JsonObject {
    return {
      item_id: `msg${this.id}`,
      output_index: this.index,
      content_index: this.#parts.length - 1,
    };
  }
}

function written({ kind, text, annotations }: Part): JsonObject {
  return kind === 'text'
    ? { type: 'output_text', text, annotations: [...annotations], logprobs: [] }
    : { type: 'refusal', refusal: text };
}

export class ReasoningItem extends WrittenItem {
  #text = '';
  #signature: string | undefined;

  constructor(where: Where) {
    super(where);
    this.added(reasoningItem(this.id, ''));
  }

  say(text: string): void {
    if (this.#text === '') {
      const part = { type: 'summary_text', text: '' };
      this.events.add('response.reasoning_summary_part.added', { ...this.#place(), part });
    }
    this.#text += text;
    this.events.add('response.reasoning_summary_text.delta', { ...this.#place(), delta: text });
  }

  sign(signature: string): void {
    this.#signature = signature;
  }

  end(): JsonObject {
    const text = this.#text;
    if (text !== '') {
      this.events.add('response.reasoning_summary_text.done', { ...this.#place(), text });
      const part = { type: 'summary_text', text };
      this.events.add('response.reasoning_summary_part.done', { ...this.#place(), part });
    }
    return this.done(reasoningItem(this.id, text, this.#signature));
  }

  #place(): JsonObject {
    return { item_id: `rs${this.id}`, output_index: this.index, summary_index: 0 };
  }
}

export class CallItem extends WrittenItem {
  readonly #call: { readonly id: string; readonly name: string; readonly custom: boolean };
  told = '';

  constructor(where: Where, delta: Extract<NeutralDelta, { type: 'tool-call' }>) {
    super(where);
    const { id = '', name = '', custom = false } = delta;
    this.#call = { id, name, custom };
    const { arguments: _, ...item } = writeCallItem({ ...this.#call, arguments: '' });
    const empty = custom ? item : { ...item, arguments: '' };
    this.added({ id: `fc${this.id}`, ...empty, status: 'in_progress' });
  }

  say(text: string): void {
    if (text === '') return;
    this.told += text;
    this.events.add(`response.${this.#name()}.delta`, { ...this.#place(), delta: text });
  }

  end(): JsonObject {
    const whole = writeCallItem({ ...this.#call, arguments: this.told });
    const text = this.#call.custom
      ? { input: whole['input'] ?? '' }
      : { name: this.#call.name, arguments: whole['arguments'] ?? '' };
    this.events.add(`response.${this.#name()}.done`, { ...this.#place(), ...text });
    return this.done({ id: `fc${this.id}`, ...whole, status: 'completed' });
  }

  #name(): string {
    return this.#call.custom ? 'custom_tool_call_input' : 'function_call_arguments';
  }

  #place(): JsonObject {
    return { item_id: `fc${this.id}`, output_index: this.index };
  }
}
