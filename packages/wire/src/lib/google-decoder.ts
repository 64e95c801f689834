/** The state machine of a Google stream: every event is a part of an answer, and none is the last by name. */
import type { SseEvent } from '@wintergate/core';
import { readGoogleError } from './google-error.ts';
import { readGoogleFinish } from './google-finish.ts';
import { blockReason, partsOf, readPart } from './google-reply.ts';
import { readGoogleUsage } from './google-usage.ts';
import { countOf, isObject, objectsOf, stringOf } from './json.ts';
import type { JsonObject, NeutralDelta, StreamDecoder } from './types.ts';

const nothing: readonly NeutralDelta[] = [];
/** More candidates than can be asked for. */
const maxCandidates = 128;

export class GoogleDecoder implements StreamDecoder {
  readonly #expected: number;
  readonly #calls = new Map<number, number>();
  readonly #finished = new Set<number>();
  #started = false;
  #done = false;
  #failed = false;

  /** @param expected how many candidates were asked for: with the last one's finish it is done. */
  constructor(expected: number) {
    this.#expected = expected;
  }

  get complete(): boolean {
    return this.#done && !this.#failed;
  }

  push(event: SseEvent): readonly NeutralDelta[] {
    if (this.#failed) return nothing;
    const said = event.json();
    if (!isObject(said)) {
      if (event.data.trim() === '') return nothing;
      return this.#fail({ message: 'The upstream sent a damaged event' });
    }
    if (isObject(said['error'])) return this.#fail(readGoogleError(0, said));
    const deltas: NeutralDelta[] = [];
    this.#start(said, deltas);
    for (const candidate of objectsOf(said['candidates'])) this.#candidate(candidate, deltas);
    const blocked = blockReason(said);
    if (blocked !== undefined) this.#finish(0, blocked, 'content-filter', deltas);
    const usage = readGoogleUsage(said['usageMetadata']);
    if (usage !== undefined) deltas.push({ type: 'usage', usage });
    if (!this.#done && this.#finished.size >= this.#expected) {
      this.#done = true;
      deltas.push({ type: 'done' });
    }
    return deltas;
  }

  #fail(error: Extract<NeutralDelta, { type: 'error' }>['error']): readonly NeutralDelta[] {
    this.#failed = true;
    return [{ type: 'error', error }];
  }

  #start(said: JsonObject, deltas: NeutralDelta[]): void {
    if (this.#started) return;
    this.#started = true;
    const id = stringOf(said['responseId']);
    const model = stringOf(said['modelVersion']);
    deltas.push({ type: 'start', ...(id ? { id } : {}), ...(model ? { model } : {}) });
  }

  #candidate(candidate: JsonObject, deltas: NeutralDelta[]): void {
    const choice = countOf(candidate['index']) ?? 0;
    if (choice >= maxCandidates) return;
    for (const given of partsOf(candidate)) {
      const part = readPart(given);
      if (part.type === 'tool-call') {
        const index = this.#calls.get(choice) ?? 0;
        this.#calls.set(choice, index + 1);
        const { id, name, arguments: text, signature } = part;
        const signed = signature === undefined ? {} : { signature };
        deltas.push({ type: 'tool-call', choice, index, id, name, arguments: text, ...signed });
      } else if ((part.type === 'text' || part.type === 'reasoning') && part.text !== '') {
        deltas.push({ type: part.type, choice, text: part.text });
      }
    }
    const raw = stringOf(candidate['finishReason']);
    if (raw !== undefined) this.#finish(choice, raw, readGoogleFinish(raw), deltas);
  }

  #finish(
    choice: number,
    raw: string,
    read: ReturnType<typeof readGoogleFinish>,
    deltas: NeutralDelta[],
  ): void {
    if (this.#finished.has(choice)) return;
    this.#finished.add(choice);
    const reason = read === 'stop' && this.#calls.has(choice) ? 'tool-calls' : read;
    deltas.push({ type: 'finish', choice, reason, raw });
  }
}
