/** A reply of any dialect as a Responses stream. */
import type { SseEvent, Usage } from '@wintergate/core';
import { parseJson } from './json.ts';
import { baseResponse, writeResponsesUsage } from './openai-responses-base.ts';
import { statusOf } from './openai-responses-compose.ts';
import { responsesError } from './openai-responses-error.ts';
import { ResponsesEvents } from './openai-responses-event.ts';
import {
  CallItem,
  MessageItem,
  ReasoningItem,
  type WrittenItem,
} from './openai-responses-output.ts';
import type { StreamWriter } from './target-dialect.ts';
import type { FinishReason, JsonObject, ModelCall, NeutralDelta } from './types.ts';

/** Items follow one another; a call whose arguments are not whole stays open beside the next one. */
class ResponsesWriter implements StreamWriter {
  readonly #call: ModelCall;
  readonly #events = new ResponsesEvents();
  readonly #calls = new Map<number, CallItem>();
  readonly #output: JsonObject[] = [];
  #open: WrittenItem[] = [];
  #count = 0;
  #base: JsonObject | undefined;
  #failed = false;
  #usage: Usage | undefined;
  #finish: FinishReason = 'stop';

  constructor(call: ModelCall) {
    this.#call = call;
  }

  push(delta: NeutralDelta): readonly SseEvent[] {
    if (delta.type === 'usage') this.#usage = delta.usage;
    else if (delta.type === 'error') {
      this.#failed = true;
      const { status = 500, ...error } = delta.error;
      const { type, ...fields } = responsesError({ ...error, status });
      this.#events.add(String(type), fields);
    } else if (delta.type === 'start') this.#begin(delta);
    // A response is one choice.
    else if ('choice' in delta && delta.choice === 0) {
      this.#begin({});
      this.#say(delta);
    }
    return this.#events.take();
  }

  end(): readonly SseEvent[] {
    if (this.#failed) return [];
    const base = this.#begin({});
    this.#close();
    const usage = this.#usage === undefined ? {} : { usage: writeResponsesUsage(this.#usage) };
    this.#events.finish({ ...base, ...statusOf(this.#finish), output: this.#output, ...usage });
    return this.#events.take();
  }

  #begin(about: { id?: string; model?: string; created?: number }): JsonObject {
    if (this.#base !== undefined) return this.#base;
    this.#base = baseResponse(this.#call, about);
    this.#events.begin(this.#base);
    return this.#base;
  }

  #say(delta: Extract<NeutralDelta, { choice: number }>): void {
    switch (delta.type) {
      case 'text':
      case 'refusal':
        if (delta.text !== '') this.#message().say(delta.type, delta.text);
        break;
      case 'reasoning':
        if (delta.text !== '') this.#reasoning().say(delta.text);
        break;
      case 'signature':
        if (delta.signature !== undefined) this.#reasoning().sign(delta.signature);
        break;
      case 'citation':
        this.#message().cite(delta.citation);
        break;
      case 'logprobs':
        break;
      case 'tool-call': {
        let item = this.#calls.get(delta.index);
        if (item === undefined) {
          this.#close((open) => open instanceof CallItem && !isWhole(open.told));
          item = this.#add(new CallItem(this.#next(), delta));
          this.#calls.set(delta.index, item);
        }
        item.say(delta.arguments);
        break;
      }
      case 'finish':
        this.#finish = delta.reason;
    }
  }

  #message(): MessageItem {
    const [open] = this.#open;
    if (open instanceof MessageItem) return open;
    this.#close();
    return this.#add(new MessageItem(this.#next()));
  }

  #reasoning(): ReasoningItem {
    const [open] = this.#open;
    if (open instanceof ReasoningItem) return open;
    this.#close();
    return this.#add(new ReasoningItem(this.#next()));
  }

  #next(): { events: ResponsesEvents; responseId: string; index: number } {
    return {
      events: this.#events,
      responseId: String(this.#base?.['id']),
      index: this.#count++,
    };
  }

  #add<T extends WrittenItem>(item: T): T {
    this.#open.push(item);
    return item;
  }

  #close(stays: (item: WrittenItem) => boolean = () => false): void {
    const left = this.#open.filter(stays);
    for (const item of this.#open) {
      if (!left.includes(item)) this.#output[item.index] = item.end();
    }
    this.#open = left;
  }
}

function isWhole(text: string): boolean {
  return text === '' || parseJson(text) !== undefined;
}

/** Creates the writer of one stream. */
export function createResponsesWriter(call: ModelCall): StreamWriter {
  return new ResponsesWriter(call);
}
