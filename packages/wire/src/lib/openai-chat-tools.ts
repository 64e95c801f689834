/** Which tool call a delta belongs to, whatever a host does with `index` and `id`. */
import { isObject, stringOf } from './json.ts';
import type { JsonObject } from './types.ts';

/** Far above what a model does; a host that goes on is not followed. */
const maxToolCalls = 1024;

/** A tool call of a stream. */
export interface StreamToolCall {
  /** Order of appearance in its choice: 0, 1, … without gaps. */
  readonly index: number;
  /** The index as the host writes it, when it writes one. */
  readonly rawIndex: number | undefined;
  id: string;
  name: string;
}

/** One delta of a tool call. */
export interface ToolCallDelta {
  readonly call: StreamToolCall;
  /** This delta is the call's first. */
  readonly begins: boolean;
  readonly arguments: string;
}

/**
 * Follows the tool calls of one choice. OpenAI writes `index` in every delta and `id` and name in
 * a call's first one. Others repeat the id, start at 1, write index 0 for every call with a new
 * id each, or no index at all: a delta with a name and an id that is not the open call's begins a
 * new call, and a delta without either goes on with the last call of its index.
 */
export class ToolCallTracker {
  readonly #calls: StreamToolCall[] = [];

  push(delta: JsonObject): ToolCallDelta {
    const called = delta['function'] ?? delta['custom'];
    const { name: rawName, arguments: text, input } = isObject(called) ? called : {};
    const id = stringOf(delta['id']) ?? '';
    const name = stringOf(rawName) ?? '';
    const rawIndex = typeof delta['index'] === 'number' ? delta['index'] : undefined;
    const full = this.#calls.length >= maxToolCalls;
    const open = full ? this.#calls[maxToolCalls - 1] : this.#open(rawIndex, id, name);
    const call = open ?? { index: this.#calls.length, rawIndex, id, name };
    if (open === undefined) this.#calls.push(call);
    if (call.id === '') call.id = id;
    if (call.name === '') call.name = name;
    return { call, begins: open === undefined, arguments: stringOf(text) ?? stringOf(input) ?? '' };
  }

  get calls(): readonly StreamToolCall[] {
    return this.#calls;
  }

  #open(rawIndex: number | undefined, id: string, name: string): StreamToolCall | undefined {
    for (let at = this.#calls.length - 1; at >= 0; at--) {
      const call = this.#calls[at];
      if (call === undefined || (rawIndex !== undefined && call.rawIndex !== rawIndex)) continue;
      if (rawIndex === undefined && id !== '') {
        if (call.id === id) return call;
        continue;
      }
      const another =
        name !== '' && (id === '' ? rawIndex === undefined : call.id !== '' && call.id !== id);
      return another ? undefined : call;
    }
    return undefined;
  }
}
