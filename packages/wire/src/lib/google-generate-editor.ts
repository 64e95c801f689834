/** Reads and changes the text of a streamGenerateContent reply, event by event. */
import { createSseEvent, type SseEvent } from '@wintergate/core';
import { argsOf, candidateIndex } from './google-generate-candidate.ts';
import { GoogleDecoder } from './google-generate-decoder.ts';
import { piecesOf, writeCandidate } from './google-generate-text.ts';
import { objectsOf } from './json.ts';
import type {
  JsonObject,
  ModelCall,
  NeutralDelta,
  StreamEditor,
  StreamStep,
  TextChannel,
  TextPiece,
} from './types.ts';
import { withData } from './with-data.ts';

type CallDelta = Extract<NeutralDelta, { type: 'tool-call' }>;

/**
 * A function call stands whole in its event; one in pieces leaves with its last piece, since its text
 * is not known before.
 */
class GoogleEditor implements StreamEditor {
  readonly #decoder: GoogleDecoder;
  readonly #open = new Map<string, TextChannel>();
  /** Choices whose finish reason has not left. */
  readonly #unfinished = new Set<number>([0]);
  readonly #calls = new Map<string, CallDelta>();
  #deltas: readonly NeutralDelta[] = [];
  #envelope: JsonObject = {};

  constructor(call: ModelCall) {
    this.#decoder = new GoogleDecoder(call.parameters.choices);
  }

  read(event: SseEvent): StreamStep {
    this.#deltas = this.#decoder.push(event);
    const chunk = this.#decoder.chunk ?? {};
    const { modelVersion, responseId } = chunk;
    if (modelVersion !== undefined) this.#envelope = { modelVersion, responseId };
    const pieces: TextPiece[] = [];
    const ends: TextChannel[] = [];
    for (const [at, candidate] of objectsOf(chunk['candidates']).entries()) {
      const choice = candidateIndex(candidate, at);
      this.#unfinished.add(choice);
      for (const piece of piecesOf(candidate, choice, this.#firstCall(choice))) {
        pieces.push(piece);
        if (piece.channel.kind === 'tool-arguments') ends.push(piece.channel);
        else this.#open.set(piece.channel.id, piece.channel);
      }
    }
    for (const delta of this.#deltas) {
      if (delta.type === 'finish') this.#end(ends, delta.choice);
      else if (delta.type === 'done' || delta.type === 'error') this.#end(ends);
      else if (delta.type === 'tool-call')
        this.#calls.set(`${delta.choice}:tool:${delta.index}`, { ...delta, arguments: '' });
    }
    return { pieces, ends };
  }

  write(event: SseEvent, edits: ReadonlyMap<string, string>): SseEvent {
    for (const delta of this.#deltas)
      if (delta.type === 'finish') this.#unfinished.delete(delta.choice);
    const { chunk } = this.#decoder;
    if (chunk === undefined || (edits.size === 0 && chunk === event.json())) return event;
    const candidates = objectsOf(chunk['candidates']).map((candidate, at) => {
      const choice = candidateIndex(candidate, at);
      return writeCandidate(candidate, choice, this.#firstCall(choice), edits);
    });
    return withData(
      event,
      JSON.stringify(chunk['candidates'] === undefined ? chunk : { ...chunk, candidates }),
    );
  }

  textEvent(channel: TextChannel, text: string): SseEvent {
    const { choice, kind, id } = channel;
    this.#unfinished.add(choice);
    if (kind !== 'tool-arguments')
      return this.#event([said(choice, kind === 'reasoning' ? { text, thought: true } : { text })]);
    const { id: callId, name = '' } = this.#calls.get(id) ?? {};
    const own = callId === undefined ? {} : { id: callId };
    return this.#event([said(choice, { functionCall: { ...own, name, args: argsOf(text) } })]);
  }

  blockedEnding(): readonly SseEvent[] {
    const candidates = [...this.#unfinished].map((choice) => ({
      ...said(choice, { text: '' }),
      finishReason: 'SAFETY',
    }));
    return [this.#event(candidates)];
  }

  /** The index of the event's first call of a choice. */
  #firstCall(choice: number): number {
    const first = this.#deltas.find(
      (delta) => delta.type === 'tool-call' && delta.choice === choice,
    );
    return first?.type === 'tool-call' ? first.index : 0;
  }

  #end(ends: TextChannel[], choice?: number): void {
    for (const channel of this.#open.values()) {
      if (choice !== undefined && channel.choice !== choice) continue;
      this.#open.delete(channel.id);
      ends.push(channel);
    }
  }

  #event(candidates: JsonObject[]): SseEvent {
    return createSseEvent({ data: JSON.stringify({ candidates, ...this.#envelope }) });
  }
}

/** A candidate of a chunk that says one thing. */
export function said(index: number, part: JsonObject): JsonObject {
  return { content: { parts: [part], role: 'model' }, index };
}

/** Creates the editor of one stream. */
export function createGoogleEditor(call: ModelCall): StreamEditor {
  return new GoogleEditor(call);
}
