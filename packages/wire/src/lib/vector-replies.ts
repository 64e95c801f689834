/** What all dialects of embeddings have in common: an answer is one JSON body, and holds no text. */
import type { Dialect } from './types.ts';

type Shared =
  | 'withStreamUsage'
  | 'createWriter'
  | 'createDecoder'
  | 'createAssembler'
  | 'replay'
  | 'replyText'
  | 'writeReplyText'
  | 'createEditor'
  | 'isUsageOnly';

/** A stream is never complete, and passes. */
export const vectorReplies: Pick<Dialect, Shared> = {
  withStreamUsage: (call) => call.body,
  createWriter: () => ({ push: () => [], end: () => [] }),
  createDecoder: () => ({ push: () => [], complete: false }),
  createAssembler: () => ({ push() {}, result: () => undefined }),
  replay: (body) => new TextEncoder().encode(JSON.stringify(body)),
  replyText: () => [],
  writeReplyText: (body) => body,
  createEditor: () => ({
    read: () => ({ pieces: [], ends: [] }),
    write: (event) => event,
    textEvent: () => {
      throw new RangeError('Write text only on channels that were read: embeddings have none');
    },
    blockedEnding: () => [],
  }),
  isUsageOnly: () => false,
};

/** Vectors travel as numbers, or as base64 of float32 in little-endian order. */
export function toNumbers(vector: readonly number[] | string): number[] {
  if (typeof vector !== 'string') return [...vector];
  const bytes = Uint8Array.from(atob(vector), (char) => char.charCodeAt(0));
  const view = new DataView(bytes.buffer);
  return Array.from({ length: bytes.length >> 2 }, (_, at) => view.getFloat32(at * 4, true));
}
