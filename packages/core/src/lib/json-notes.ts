/** What was worked out of a parsed body, kept with it for all who read it. */

const notesKey = Symbol('@wintergate/core/notes');

/** Under symbols of those who keep something. What they keep follows from the body alone, and is never changed. */
export type JsonNotes = Record<symbol, unknown>;

/**
 * Gives a parsed body a place for notes, before it is frozen. No name of its own (JSON, spread and comparison do not
 * see it): a copy of the body is another one.
 *
 * @returns the value; what is no object has no place.
 */
export function withNotes<T>(json: T): T {
  if (typeof json === 'object' && json !== null)
    Object.defineProperty(json, notesKey, { value: {} });
  return json;
}

/**
 * The notes of a body that `context.json()` or the stages of a reply have read: a body is frozen, and a `WeakMap` would
 * be looked through by every collection.
 *
 * @returns `undefined` for any other value.
 * @example
 * const notes = notesOf(body);
 * const reply = (notes?.[replyKey] as NeutralReply | undefined) ?? read(body);
 * if (notes !== undefined) notes[replyKey] = reply;
 */
export function notesOf(json: object): JsonNotes | undefined {
  return (json as { readonly [notesKey]?: JsonNotes })[notesKey];
}
