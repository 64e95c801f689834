/**
 * Streams that are one JSON array, which Google sends and its callers get unless the URL says
 * `alt=sse`: read item by item, and written.
 */
import { addReplyStage, type Context, createSseDecoder, rewriteReply } from '@wintergate/core';
import { joined, onOneLine } from './bytes.ts';
import { StreamFormatError, type StreamReframer } from './target-dialect.ts';

/** As much as one event may have. */
const maxItemBytes = 8 * 1024 * 1024;
const [quote, backslash, comma, newline] = [0x22, 0x5c, 0x2c, 0x0a];
const head = /* @__PURE__ */ new TextEncoder().encode('data: ');

/**
 * Reads a JSON array of objects, split anywhere, in one pass; a single object counts as an array of
 * it. Line breaks inside of an item, which JSON has between its tokens only, become spaces.
 */
export function createArrayReframer(): StreamReframer {
  let item: Uint8Array[] = [];
  let held = 0;
  let depth = 0;
  /** Of what is around the items: nothing yet, the array, or its end. */
  let place: 'before' | 'inside' | 'after' = 'before';
  let inText = false;
  let escaped = false;

  function hold(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    held += bytes.length;
    if (held > maxItemBytes)
      throw new StreamFormatError('The stream has an item that is too large');
    item.push(bytes);
  }

  function between(byte: number): void {
    if (byte <= 0x20 || (byte === comma && place === 'inside')) return;
    if (byte === 0x5b && place === 'before') place = 'inside';
    else if (byte === 0x5d && place === 'inside') place = 'after';
    else throw new StreamFormatError('The stream is no JSON array of objects');
  }

  function push(chunk: Uint8Array): Uint8Array {
    const out: Uint8Array[] = [];
    let start = 0;
    for (let at = 0; at < chunk.length; at++) {
      const byte = chunk[at] as number;
      if (escaped) escaped = false;
      else if (inText) {
        if (byte === quote) inText = false;
        else escaped = byte === backslash;
      } else if (depth === 0 && (byte !== 0x7b || place === 'after')) between(byte);
      else if (byte === quote) inText = true;
      else if (byte === 0x7b || byte === 0x5b) {
        if (depth++ === 0) start = at;
      } else if ((byte === 0x7d || byte === 0x5d) && --depth === 0) {
        hold(chunk.subarray(start, at + 1));
        out.push(head, ...item.map(onOneLine), Uint8Array.of(newline, newline));
        item = [];
        held = 0;
        if (place === 'before') place = 'after';
      }
    }
    if (depth > 0) hold(chunk.slice(start));
    return joined(out);
  }

  return {
    push,
    end() {
      if (place !== 'after' || depth > 0) throw new StreamFormatError('The stream broke off');
      return new Uint8Array(0);
    },
  };
}

/** See `Dialect.frameReply`: events become the items of an array, unless the URL asks for events. */
export function frameGoogleReply(response: Response, url: URL, context: Context): Response {
  const { searchParams: query } = url;
  const type = response.headers.get('content-type') ?? '';
  if ((query.get('alt') ?? query.get('$alt')) === 'sse' || !/^text\/event-stream\b/i.test(type))
    return response;
  const decoder = createSseDecoder();
  const encoder = new TextEncoder();
  let separator = '';
  const framed = addReplyStage(
    response,
    {
      name: 'JSON array',
      transform: true,
      // By itself, so that a host which waits for more than one piece has the first item at once.
      start: (out) => out.bytes(encoder.encode('[')),
      bytes(chunk, out) {
        let text = '';
        for (const event of decoder.push(chunk)) {
          if (event.json() === undefined) continue;
          text += separator + event.data;
          separator = ',\r\n';
        }
        // Comments keep a connection alive, and so does white space.
        out.bytes(encoder.encode(text || '\n'));
      },
      end: (out) => out.bytes(encoder.encode(']')),
    },
    context,
  );
  const headers = { 'content-type': 'application/json; charset=UTF-8' };
  return rewriteReply(framed, { headers }, context);
}
