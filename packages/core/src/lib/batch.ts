/** What one chunk of a stream comes to, in ranges: neighbours in one piece of memory are one. */

import { join } from './join.ts';
import type { Chunk } from './sse-block.ts';

const nothing: Uint8Array[] = [];

export class Batch {
  /** Never added to while it is {@link nothing}. */
  #pieces = nothing;
  #size = 0;
  /** The last range, of these bytes, which are those of this chunk. */
  #range: Uint8Array | undefined;
  #chunk: Chunk | undefined;
  /** The chunk that was taken, if it was all of one, until {@link clear}. */
  whole: Chunk | undefined;
  #from = 0;
  #to = 0;

  add(bytes: Uint8Array, from: number, to: number, chunk: Chunk | undefined): void {
    if (this.#range === bytes && this.#to === from) {
      this.#to = to;
      return;
    }
    this.#endRange();
    this.#range = bytes;
    this.#chunk = chunk;
    this.#from = from;
    this.#to = to;
  }

  /** Everything, uncopied where it is one piece; `undefined` when there is nothing. */
  take(): Uint8Array | undefined {
    const chunk = this.#pieces.length === 0 ? this.#chunk : undefined;
    this.#endRange();
    if (this.#size === 0) return undefined;
    const bytes = join(this.#pieces, this.#size);
    this.clear();
    if (chunk?.bytes === bytes) this.whole = chunk;
    return bytes;
  }

  clear(): void {
    this.#pieces = nothing;
    this.#size = 0;
    this.#range = undefined;
    this.#chunk = undefined;
    this.whole = undefined;
  }

  #endRange(): void {
    if (this.#range === undefined) return;
    const piece = part(this.#range, this.#from, this.#to);
    if (this.#size === 0) this.#pieces = [piece];
    else this.#pieces.push(piece);
    this.#size += this.#to - this.#from;
    this.#range = undefined;
  }
}

export function part(bytes: Uint8Array, from: number, to: number): Uint8Array {
  return from === 0 && to === bytes.length ? bytes : bytes.subarray(from, to);
}
