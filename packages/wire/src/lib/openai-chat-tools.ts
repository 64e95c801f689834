/** Which tool call a delta belongs to, whatever a host does with `index` and `id`. */
import { stringOf } from './json.ts';
import { calledOf } from './openai-content.ts';
import type { JsonObject } from './types.ts';

/** Far above what a model does; a host that goes on is not followed. */
const maxToolCalls = 1024;

/** A tool call of a stream. */
export interface StreamToolCall {
  /** Order of appearance in its choice: 0, 1, … without gaps. */
  readonly index: number;
  /** The index as the host writes it, when it writes one. */
  readonly rawIndex: number | undefined;
  /** The first delta: tells function, custom and legacy calls apart. */
  readonly first: JsonObject;
  id: string;
  name: string;
}

/**
 * Follows the tool calls of one choice. OpenAI writes `index` in every delta and `id` and name in
 * a call's first one. Others repeat the id, start at 1, write index 0 for every call with a new
 * id each, or no index at all: a delta with a name and an id that is not the open call's begins a
 * new call, and a delta without either goes on with the last call of its index.
 */
export class ToolCallTracker {
  readonly calls: StreamToolCall[] = [];

  /** The call that a delta belongs to: a new one when the delta begins it. */
  push(delta: JsonObject): StreamToolCall {
    const id = stringOf(delta['id']) ?? '';
    const { name } = calledOf(delta);
    const rawIndex = typeof delta['index'] === 'number' ? delta['index'] : undefined;
    const index = this.calls.length;
    let call = index < maxToolCalls ? this.#open(rawIndex, id, name) : this.calls[index - 1];
    if (call === undefined) {
      call = { index, rawIndex, first: delta, id, name };
      this.calls.push(call);
    }
    call.id ||= id;
    call.name ||= name;
    return call;
  }

  #open(rawIndex: number | undefined, id: string, name: string): StreamToolCall | undefined {
    for (let at = this.calls.length - 1; at >= 0; at--) {
      const call = this.calls[at] as StreamToolCall;
      if (rawIndex === undefined) {
        // Without an index only the id tells calls apart; without both, a name begins a call.
        if (id === '') return name === '' ? call : undefined;
        if (call.id === id) return call;
      } else if (call.rawIndex === rawIndex) {
        const another = name !== '' && id !== '' && call.id !== '' && call.id !== id;
        return another ? undefined : call;
      }
    }
    return undefined;
  }
}
