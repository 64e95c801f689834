/** The state machine of a ConverseStream reply, whose frames are told as events of one member each. */

import type { SseEvent } from '@wintergate/core';
import { readException } from './bedrock-error.ts';
import { readBedrockUsage, readStop } from './bedrock-reply.ts';
import { countOf, isObject, stringOf } from './json.ts';
import { damagedEvent } from './openai-error.ts';
import type { JsonObject, JsonValue, NeutralDelta, ReplyError, StreamDecoder } from './types.ts';

const nothing: readonly NeutralDelta[] = [];
const choice = 0;

/**
 * The decoder of one stream. It ends with `messageStop` and then `metadata`, with the counts; stand-ins
 * send these two the other way round.
 */
export class BedrockDecoder implements StreamDecoder {
  /** By block: which tool call it is, and whether a piece of its input came. */
  readonly #tools = new Map<number, { readonly index: number; told: boolean }>();
  #toolCount = 0;
  #finished = false;
  #counted = false;
  #failed = false;

  get complete(): boolean {
    return this.#done && !this.#failed;
  }

  get #done(): boolean {
    return this.#counted && this.#finished;
  }

  push(event: SseEvent): readonly NeutralDelta[] {
    if (this.#done || this.#failed || event.data.trim() === '') return nothing;
    const said = event.json();
    const [type = ''] = isObject(said) ? Object.keys(said) : [];
    const payload = isObject(said) ? said[type] : undefined;
    if (!isObject(payload)) return this.#fail(damagedEvent);
    switch (type) {
      case 'messageStart':
        return [{ type: 'start' }];
      case 'contentBlockStart':
        return this.#open(indexOf(payload), payload['start']);
      case 'contentBlockDelta':
        return this.#delta(indexOf(payload), payload['delta']);
      case 'contentBlockStop':
        return this.#close(indexOf(payload));
      case 'messageStop': {
        const raw = stringOf(payload['stopReason']) ?? '';
        if (this.#finished) return nothing;
        this.#finished = true;
        return this.#ending({ type: 'finish', choice, reason: readStop(raw), raw });
      }
      case 'metadata': {
        this.#counted = true;
        const usage = readBedrockUsage(payload['usage']);
        return this.#ending(usage && { type: 'usage', usage });
      }
      case 'exception':
        return this.#fail(readException(stringOf(payload['type']) ?? '', payload['payload']));
      default:
        return nothing;
    }
  }

  #ending(told: NeutralDelta | undefined): readonly NeutralDelta[] {
    const deltas = told === undefined ? [] : [told];
    return this.#done ? [...deltas, { type: 'done' }] : deltas;
  }

  #fail(error: ReplyError): readonly NeutralDelta[] {
    this.#failed = true;
    return [{ type: 'error', error }];
  }

  #open(at: number, start: JsonValue | undefined): readonly NeutralDelta[] {
    const toolUse = isObject(start) ? start['toolUse'] : undefined;
    if (!isObject(toolUse)) return nothing;
    const index = this.#toolCount++;
    this.#tools.set(at, { index, told: false });
    const id = stringOf(toolUse['toolUseId']) ?? '';
    const name = stringOf(toolUse['name']) ?? '';
    return [{ type: 'tool-call', choice, index, id, name, arguments: '' }];
  }

  #delta(at: number, delta: JsonValue | undefined): readonly NeutralDelta[] {
    if (!isObject(delta)) return nothing;
    const { text, toolUse, reasoningContent: reasoning } = delta;
    if (typeof text === 'string') return text === '' ? nothing : [{ type: 'text', choice, text }];
    if (isObject(toolUse)) {
      const tool = this.#tools.get(at);
      const piece = stringOf(toolUse['input']) ?? '';
      if (tool === undefined || piece === '') return nothing;
      tool.told = true;
      return [{ type: 'tool-call', choice, index: tool.index, arguments: piece }];
    }
    return isObject(reasoning) ? reasoningDeltas(reasoning) : nothing;
  }

  #close(at: number): readonly NeutralDelta[] {
    const tool = this.#tools.get(at);
    this.#tools.delete(at);
    // A call without arguments sends no piece at all.
    if (tool === undefined || tool.told) return nothing;
    return [{ type: 'tool-call', choice, index: tool.index, arguments: '{}' }];
  }
}

function indexOf({ contentBlockIndex }: JsonObject): number {
  return countOf(contentBlockIndex) ?? 0;
}

function reasoningDeltas(reasoning: JsonObject): readonly NeutralDelta[] {
  const { text, signature, redactedContent: redacted } = reasoning;
  if (typeof text === 'string' && text !== '') return [{ type: 'reasoning', choice, text }];
  if (typeof signature === 'string') return [{ type: 'signature', choice, signature }];
  if (typeof redacted === 'string') return [{ type: 'signature', choice, redacted }];
  return nothing;
}
