/** Splits an event stream into its blocks, across chunks. */
import { Chunk, CR, LF, SseBlock } from './sse-block.ts';
import { FrameReader } from './sse-frame.ts';

const defaultMaxEventBytes = 8 * 1024 * 1024;
const blankLine = /* @__PURE__ */ Uint8Array.of(LF, LF);
const noBytes = /* @__PURE__ */ new Uint8Array(0);

/** One event grew beyond the limit: the fault of who sent it. */
export class EventTooLargeError extends RangeError {
  override readonly name = 'EventTooLargeError';
}

/**
 * Splits a stream into blocks, each ended by a blank line; comment-only blocks included. A class, since every open
 * stream holds some: closures take ten times as much.
 */
export class BlockReader {
  readonly #maxEventBytes: number;
  /** The beginning of a block whose end has not come. */
  #parts: Uint8Array[] | undefined;
  #held = 0;
  #lineEmpty = true;
  /** Lines of the block that say something, where the second begins, and whether a CR was seen. */
  #lines = 0;
  #second = 0;
  #anyCr = false;
  #afterCr = false;
  #first = true;
  #lastEventId = '';
  #frames: FrameReader | undefined;

  /** @param maxEventBytes size at which one event is refused. */
  constructor(maxEventBytes = defaultMaxEventBytes) {
    this.#maxEventBytes = maxEventBytes;
  }

  /**
   * @param chunk from a reader before this one, whose blocks are taken if they are what this one would find.
   * @throws {EventTooLargeError}
   */
  push(chunk: Chunk, handle: (block: SseBlock) => void): void {
    const { bytes, blocks: known } = chunk;
    const wasClean = this.#isClean();
    const [wasFirst, idBefore] = [this.#first, this.#lastEventId];
    if (wasClean && known && chunk.isFirst === wasFirst && chunk.lastEventId === idBefore) {
      for (const one of known) {
        this.#first = false;
        this.#lastEventId = one.lastEventId;
        handle(one);
      }
      return;
    }
    const found: SseBlock[] = [];
    const { length } = bytes;
    const hasCr = chunk.hasCarriageReturn();
    this.#anyCr ||= hasCr;
    let start = 0;
    let at = 0;
    while (at < length) {
      const byte = bytes[at];
      let isEnd = false;
      if (byte === LF) {
        at++;
        if (this.#afterCr) {
          // The LF of a CRLF whose CR has already ended the line.
          this.#afterCr = false;
        } else if (this.#lineEmpty) {
          isEnd = true;
        } else {
          this.#lineEmpty = true;
          if (++this.#lines === 1) this.#second = at;
        }
      } else if (byte === CR) {
        at++;
        this.#afterCr = true;
        if (this.#lineEmpty) {
          if (at < length && bytes[at] === LF) {
            at++;
            this.#afterCr = false;
          }
          isEnd = true;
        } else {
          this.#lineEmpty = true;
          this.#lines++;
        }
      } else {
        this.#afterCr = false;
        this.#lineEmpty = false;
        at = lineEnd(chunk, at, hasCr);
      }
      if (!isEnd) continue;
      const block = this.#block(chunk, start, at);
      found.push(block);
      handle(block);
      if (byte === LF) this.#anyCr = hasCr;
      start = at;
    }
    if (start < length) this.#keep(bytes.subarray(start));
    if (!wasClean || !this.#isClean()) return;
    chunk.blocks = found;
    chunk.isFirst = wasFirst;
    chunk.lastEventId = idBefore;
  }

  /** The unterminated rest; the reader is empty afterwards. */
  rest(): Uint8Array {
    return this.#joined(noBytes);
  }

  /** The rest as if it had been terminated, `undefined` when it says nothing. */
  lastBlock(): SseBlock | undefined {
    if (this.#held === 0) return undefined;
    const chunk = new Chunk(this.#joined(blankLine));
    const made = this.#made(chunk, 0, chunk.bytes.length, 0);
    return made.dispatches() ? made : undefined;
  }

  /** Nothing is left over from the chunk before. */
  #isClean(): boolean {
    return this.#held === 0 && this.#lineEmpty && !this.#anyCr && !this.#afterCr;
  }

  #keep(bytes: Uint8Array): void {
    this.#parts ??= [];
    this.#parts.push(bytes);
    this.#held += bytes.length;
    if (this.#held > this.#maxEventBytes)
      throw new EventTooLargeError(`Refuse an event of more than ${this.#maxEventBytes} bytes`);
  }

  /** Ends the block at `to` of this chunk. */
  #block(chunk: Chunk, from: number, to: number): SseBlock {
    let source = chunk;
    let start = from;
    let end = to;
    if (this.#held > 0) {
      source = new Chunk(this.#joined(chunk.bytes.subarray(from, to)));
      start = 0;
      end = source.bytes.length;
      this.#second = source.lineFeed(0) + 1;
    }
    const made = this.#made(source, start, end, this.#anyCr ? 0 : this.#lines);
    this.#first = false;
    this.#lines = 0;
    this.#lastEventId = made.lastEventId;
    return made;
  }

  #made(source: Chunk, from: number, to: number, lines: number): SseBlock {
    const frames = (this.#frames ??= new FrameReader());
    const [first, id] = [this.#first, this.#lastEventId];
    return new SseBlock(source, from, to, lines, this.#second, first, id, frames);
  }

  /** What was kept, with this behind it; nothing is kept then. */
  #joined(tail: Uint8Array): Uint8Array {
    const joined = new Uint8Array(this.#held + tail.length);
    let at = 0;
    for (const part of this.#parts ?? []) {
      joined.set(part, at);
      at += part.length;
    }
    joined.set(tail, at);
    this.#parts = undefined;
    this.#held = 0;
    return joined;
  }
}

function lineEnd(chunk: Chunk, from: number, hasCr: boolean): number {
  const { length } = chunk.bytes;
  const lf = chunk.lineFeed(from);
  if (!hasCr) return lf === -1 ? length : lf;
  const cr = chunk.bytes.indexOf(CR, from);
  if (lf === -1) return cr === -1 ? length : cr;
  return cr === -1 || lf < cr ? lf : cr;
}
