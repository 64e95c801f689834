/** Streams of one JSON value a line. */
import { joined, onOneLine } from './bytes.ts';
import { StreamFormatError, type StreamReframer } from './target-dialect.ts';

/** As much as one event may have. */
const maxLineBytes = 8 * 1024 * 1024;
const head = /* @__PURE__ */ new TextEncoder().encode('data: ');
const newline = 0x0a;

/** Tells each line as an event. A last line without a line break counts. */
export function createLineReframer(): StreamReframer {
  let held: Uint8Array[] = [];
  let size = 0;

  function hold(piece: Uint8Array): void {
    if (piece.length === 0) return;
    size += piece.length;
    if (size > maxLineBytes) throw new StreamFormatError('The stream has a line that is too large');
    held.push(piece);
  }

  function flush(out: Uint8Array[]): void {
    const line = held;
    [held, size] = [[], 0];
    if (line.every((piece) => piece.every((byte) => byte <= 0x20))) return;
    out.push(head, ...line.map(onOneLine), Uint8Array.of(newline, newline));
  }

  return {
    push(chunk) {
      const out: Uint8Array[] = [];
      let from = 0;
      for (let at = chunk.indexOf(newline); at !== -1; at = chunk.indexOf(newline, from)) {
        hold(chunk.subarray(from, at));
        flush(out);
        from = at + 1;
      }
      hold(chunk.slice(from));
      return joined(out);
    },
    end() {
      const out: Uint8Array[] = [];
      flush(out);
      return joined(out);
    },
  };
}
