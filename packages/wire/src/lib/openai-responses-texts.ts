/** The texts of a Responses stream while it runs, and where its events say all of one. */
import { isObject, objectsOf, stringOf } from './json.ts';
import type { JsonObject, JsonValue, TextChannel } from './types.ts';

/** A text that has begun. */
export interface OpenText {
  readonly channel: TextChannel;
  readonly item: number;
  readonly name: string;
  /** Where it stands, as its events tell it. */
  readonly place: JsonObject;
  /** What was read of it, and what left. */
  read: string;
  left: string;
  ended: boolean;
}

export function itemsOf(response: JsonValue | undefined): readonly JsonObject[] {
  return isObject(response) ? objectsOf(response['output']) : [];
}

/** Which field of a `.done` event holds all of its text. */
export function fieldOf(said: JsonObject): string {
  for (const field of ['text', 'refusal', 'arguments', 'input', 'code'])
    if (typeof said[field] === 'string') return field;
  return 'text';
}

export function wholeOf(said: JsonObject): string {
  return stringOf(said[fieldOf(said)]) ?? '';
}
