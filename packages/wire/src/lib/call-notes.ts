/** What follows from a call alone, kept with it for when it comes again. */
import type { ModelCall } from './types.ts';

/** Who makes a chain for each request leaves notes with each that nobody asks for again. */
const mostNotes = 8;

interface Note {
  readonly value: unknown;
  readonly bytes: number;
}

/** Notes on one call, each by an object of its writer's. The oldest of more than eight is dropped. */
export class CallNotes {
  readonly #notes = new Map<object, Note>();
  #bytes = 0;
  #onGrow: ((bytes: number) => void) | undefined;

  /** @param onGrow hears by how much the notes have grown, until they are closed. */
  constructor(onGrow: (bytes: number) => void) {
    this.#onGrow = onGrow;
  }

  /** Bytes that the notes hold, as their writers say. */
  get bytes(): number {
    return this.#bytes;
  }

  get(key: object): unknown {
    return this.#notes.get(key)?.value;
  }

  /**
   * Takes the place of what was noted by the same key.
   *
   * @param bytes what the note keeps in memory, where it is more than a few words.
   */
  set(key: object, value: unknown, bytes = 0): void {
    const before = this.#bytes;
    this.#delete(key);
    if (this.#notes.size === mostNotes) this.#delete(this.#notes.keys().next().value as object);
    this.#notes.set(key, { value, bytes });
    this.#bytes += bytes;
    this.#onGrow?.(this.#bytes - before);
  }

  /** The call is not kept any more: nobody counts these notes. */
  close(): void {
    this.#onGrow = undefined;
  }

  #delete(key: object): void {
    this.#bytes -= this.#notes.get(key)?.bytes ?? 0;
    this.#notes.delete(key);
  }
}

const notesKey = Symbol('@wintergate/wire/notes');

interface NotedCall {
  [notesKey]?: CallNotes;
}

/**
 * Where to keep what follows from a call alone, for when it comes again: from the second time on that the same
 * bytes come to the same address. Nothing of an exchange belongs there: neither who asked, nor headers. Calls that are
 * kept and their notes take 16 MiB at most together; the notes of one that is dropped go with it.
 *
 * @returns `undefined` for a call that has come once.
 * @example
 * const notes = callNotes(call);
 * const facts = (notes?.get(mine) as Facts | undefined) ?? read(call);
 * notes?.set(mine, facts);
 */
export function callNotes(call: ModelCall): CallNotes | undefined {
  return (call as NotedCall)[notesKey];
}

/** Gives a call a place for notes. */
export function giveNotes(call: ModelCall, notes: CallNotes): void {
  (call as NotedCall)[notesKey] = notes;
}
