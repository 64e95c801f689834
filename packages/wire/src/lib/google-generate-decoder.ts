/** The state machine of a streamGenerateContent reply. */

import type { SseEvent } from '@wintergate/core';
import { ChoiceStates } from './choice-states.ts';
import { CallJoiner } from './google-generate-calls.ts';
import {
  blockReasonOf,
  candidateIndex,
  citationsOf,
  envelopeOf,
  maxCandidates,
  partsOf,
  readLogprobs,
} from './google-generate-candidate.ts';
import { readGoogleError } from './google-generate-error.ts';
import { readGoogleFinish } from './google-generate-finish.ts';
import { type CallIds, readFunctionCall } from './google-generate-parts.ts';
import { readGoogleUsage } from './google-generate-usage.ts';
import { isObject, objectsOf, stringOf } from './json.ts';
import { damagedEvent } from './openai-error.ts';
import type { DecoderOptions, JsonObject, NeutralDelta, StreamDecoder } from './types.ts';

const nothing: readonly NeutralDelta[] = [];
/** Far above what a model does; a host that goes on is not followed. */
const maxToolCalls = 1024;

/** The decoder of one stream. Editor and assembler build on it. */
export class GoogleDecoder implements StreamDecoder {
  readonly #endingOnly: boolean;
  readonly #expected: number;
  readonly #joiner = new CallJoiner();
  #choices = new ChoiceStates(maxCandidates);
  /** How many tool calls each choice has. */
  readonly #calls = new Map<number, number>();
  #id = '';
  #started = false;
  #done = false;
  #failed = false;
  /** The last event's value, its function calls whole; `undefined` when it was none. */
  chunk: JsonObject | undefined;

  /** @param choices how many there must be before the last finish reason is the end. */
  constructor(choices = 1, { only }: DecoderOptions = {}) {
    this.#expected = choices;
    this.#endingOnly = only === 'ending' && choices === 1;
  }

  get complete(): boolean {
    return this.#done && !this.#failed;
  }

  push(event: SseEvent): readonly NeutralDelta[] {
    const { data } = event;
    if (this.#endingOnly && isWhole(data) && !tellsEnding(data)) return nothing;
    this.chunk = undefined;
    const chunk = event.json();
    if (!isObject(chunk)) {
      return data.trim() === '' ? nothing : this.#fail(damagedEvent);
    }
    this.chunk = this.#joined(chunk);
    if (chunk['error']) return this.#fail(readGoogleError(0, chunk));
    const deltas: NeutralDelta[] = [];
    if (!this.#started && !this.#endingOnly) {
      this.#started = true;
      const envelope = envelopeOf(chunk);
      this.#id = envelope.id ?? '';
      deltas.push({ type: 'start', ...envelope });
    }
    for (const [at, candidate] of objectsOf(this.chunk['candidates']).entries())
      this.#candidate(candidateIndex(candidate, at), candidate, deltas);
    const raw = blockReasonOf(chunk);
    if (raw !== undefined && this.#choices.finished === 0) {
      deltas.push({ type: 'finish', choice: 0, reason: 'content-filter', raw });
      // The end of all of it, whatever has begun.
      this.#choices = new ChoiceStates(maxCandidates);
      this.#choices.finish(0);
    }
    const usage = readGoogleUsage(chunk['usageMetadata']);
    if (usage !== undefined) deltas.push({ type: 'usage', usage });
    const { areOpen, finished } = this.#choices;
    if (!this.#done && !areOpen && finished >= (raw ? 1 : this.#expected)) {
      this.#done = true;
      deltas.push({ type: 'done' });
    }
    return deltas;
  }

  #fail(error: { message: string }): readonly NeutralDelta[] {
    this.#failed = true;
    return [{ type: 'error', error }];
  }

  #joined(chunk: JsonObject): JsonObject {
    let changed = false;
    const candidates = objectsOf(chunk['candidates']).map((candidate, at): JsonObject => {
      const { content } = candidate;
      if (!isObject(content)) return candidate;
      const parts = partsOf(candidate);
      const whole = this.#joiner.join(candidateIndex(candidate, at), parts);
      if (whole === parts) return candidate;
      changed = true;
      return { ...candidate, content: { ...content, parts: [...whole] } };
    });
    return changed ? { ...chunk, candidates } : chunk;
  }

  #candidate(choice: number, candidate: JsonObject, deltas: NeutralDelta[]): void {
    const finished = this.#choices.hasFinished(choice);
    // More than a call can ask for: the stream is never complete.
    if (!this.#choices.begin(choice)) return;
    for (const part of partsOf(candidate)) this.#part(choice, part, deltas);
    if (!this.#endingOnly) {
      for (const citation of citationsOf(candidate))
        deltas.push({ type: 'citation', choice, citation });
      const logprobs = readLogprobs(candidate);
      if (logprobs !== undefined) deltas.push({ type: 'logprobs', choice, logprobs });
    }
    const raw = stringOf(candidate['finishReason']);
    if (!raw || finished) return;
    // A call that broke off where nothing says so: something of the answer is missing.
    if (this.#joiner.isOpen(choice) && raw !== 'MAX_TOKENS') return;
    this.#choices.finish(choice);
    const reason = readGoogleFinish(raw, this.#calls.has(choice));
    deltas.push({ type: 'finish', choice, reason, raw });
  }

  #part(choice: number, part: JsonObject, deltas: NeutralDelta[]): void {
    const { functionCall: call, text, thought } = part;
    const signature = stringOf(part['thoughtSignature']);
    if (isObject(call)) {
      const index = this.#calls.get(choice) ?? 0;
      if (index >= maxToolCalls) return;
      this.#calls.set(choice, index + 1);
      if (this.#endingOnly) return;
      const called = readFunctionCall(call, callIds(this.#id, choice, index));
      const signed = signature === undefined ? {} : { signature };
      deltas.push({ type: 'tool-call', choice, index, ...called, ...signed });
      return;
    }
    if (this.#endingOnly) return;
    const type = thought === true ? 'reasoning' : 'text';
    if (typeof text === 'string' && text !== '') deltas.push({ type, choice, text });
    if (type === 'reasoning' && signature !== undefined)
      deltas.push({ type: 'signature', choice, signature });
  }
}

/** Ids for calls that have none: the same whether the reply is read whole or as a stream. */
export function callIds(reply: string, choice: number, first: number): CallIds {
  // Without the reply's own id two turns could have calls of one id.
  const unique = (reply || crypto.randomUUID()).replace(/[^\w-]/g, '');
  let index = first;
  const next = (_name: string, own: string): string => {
    const fresh = `call_${unique}_${choice}_${index++}`;
    return own || fresh;
  };
  return { call: next, result: next };
}

/** Whether data stands between braces: all that is looked at of a chunk that is not parsed. */
function isWhole(data: string): boolean {
  return data.startsWith('{') && data.endsWith('}');
}

/**
 * Whether a chunk may hold a finish reason, what decides about it, or an error, found without parsing it: inside of JSON text
 * these names can not stand between bare quotes. Usage comes with every chunk; the last counts.
 */
function tellsEnding(data: string): boolean {
  return (
    data.includes('\\u') ||
    data.includes('finishReason"') ||
    data.includes('functionCall"') ||
    data.includes('error"') ||
    data.includes('blockReason"')
  );
}
