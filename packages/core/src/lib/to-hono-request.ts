/** Hono's request as ours and back: read through Hono's body cache, so that either may come second. */
import type { Context as HonoContext } from 'hono';
import {
  createLazyRequest,
  type LazyBody,
  memoOf,
  readRequest,
  rememberedBytes,
  toNativeRequest,
  tooLarge,
} from './request.ts';
import type { Context } from './types.ts';

const contextKey = Symbol.for('@wintergate/core/context');
const memoKey = Symbol.for('@wintergate/core/memo');

/** The request that a mount hands to its chain; nothing is read before somebody asks. */
export function fromHonoRequest(c: HonoContext): Request {
  const { raw } = c.req;
  const { url, method, headers } = raw;
  const signal = (): AbortSignal => raw.signal;
  const init = { url, method, headers, signal };
  return createLazyRequest(mayHaveBody(raw) ? { ...init, body: honoBody(c) } : init);
}

/**
 * Gives Hono the request that the chain passed on. An untouched one stays what it was; one that was
 * read or rewritten takes its place with an unread body, and what was cached of the old one goes.
 * Whoever asks `contextOf(c.req.raw)`, such as `upstream()`, finds the chain's Context.
 *
 * @returns what `c.req.raw` now is.
 */
export function toHonoRequest(
  c: HonoContext,
  request: Request,
  given: Request,
  context: Context,
): Request {
  const bytes = rememberedBytes(request);
  if (request !== given || bytes !== undefined) {
    c.req.raw = toNativeRequest(request);
    c.req.bodyCache = {};
  }
  // Whoever knows of memos need not read what is known.
  if (bytes !== undefined) Object.assign(c.req.raw, { [memoKey]: memoOf(request) });
  return Object.assign(c.req.raw, { [contextKey]: context });
}

function mayHaveBody(raw: Request): boolean {
  if (raw.method === 'GET' || raw.method === 'HEAD') return false;
  if (raw.headers.has('content-length') || raw.headers.has('transfer-encoding')) return true;
  return raw.body !== null;
}

function honoBody(c: HonoContext): LazyBody {
  const { raw } = c.req;
  const isCached = (): boolean => Object.keys(c.req.bodyCache).length > 0;

  async function cached(maxBytes: number): Promise<Uint8Array> {
    const bytes = new Uint8Array(await c.req.arrayBuffer());
    if (bytes.length > maxBytes) throw tooLarge(maxBytes);
    return bytes;
  }

  return {
    async read(maxBytes) {
      if (isCached()) return cached(maxBytes);
      const bytes = await readRequest(raw, maxBytes);
      // Whoever asks Hono afterwards, even while our chain is still at work, finds it here.
      const cache = c.req.bodyCache as { arrayBuffer?: unknown };
      cache.arrayBuffer = Promise.resolve(toArrayBuffer(bytes));
      return bytes;
    },
    stream() {
      if (isCached()) return streamOf(() => cached(Number.POSITIVE_INFINITY));
      return raw.body ?? streamOf(() => Promise.resolve(new Uint8Array(0)));
    },
  };
}

function toArrayBuffer(bytes: Uint8Array): ArrayBuffer {
  const { buffer, byteOffset, byteLength } = bytes;
  if (byteLength === buffer.byteLength) return buffer as ArrayBuffer;
  return buffer.slice(byteOffset, byteOffset + byteLength) as ArrayBuffer;
}

function streamOf(read: () => Promise<Uint8Array>): ReadableStream<Uint8Array> {
  return new ReadableStream({
    async pull(controller) {
      const bytes = await read();
      if (bytes.length > 0) controller.enqueue(bytes);
      controller.close();
    },
  });
}
