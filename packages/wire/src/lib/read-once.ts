/** What a reply says, worked out once for all who ask: bodies are shared and never changed. */
import { notesOf } from '@wintergate/core';
import type { NeutralReply } from './types.ts';

type ReadReply = (body: unknown) => NeutralReply;

/** Keeps what was read with the body, where that was read by core. */
export function readOnce(read: ReadReply): ReadReply {
  const key = Symbol('@wintergate/wire/reply');
  return (body) => {
    const notes = typeof body === 'object' && body !== null ? notesOf(body) : undefined;
    if (notes === undefined) return read(body);
    return (notes[key] ??= read(body)) as NeutralReply;
  };
}
