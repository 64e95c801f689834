/**
 * Requests whose body is remembered. The memo is found through the Request, so that whoever asks
 * second neither reads nor parses again, and a retry can send the same bytes.
 */
import { type AbortSource, abortSourceOf } from './aborter.ts';
import { RequestError } from './errors.ts';
import { join } from './join.ts';
import { changedHeaders, LightHeaders, toNativeHeaders } from './light-headers.ts';
import { standInFor } from './stand-in.ts';
import type { Context } from './types.ts';

/** What is known of a body. */
export interface BodyMemo {
  bytes?: Uint8Array;
  text?: string;
  json?: unknown;
  hasJson?: boolean;
  reading?: Promise<Uint8Array>;
}

/** How a host hands over a request without building one. */
export interface LazyRequestInit {
  url: string;
  method: string;
  headers: Headers;
  /** Called on first use. */
  signal(): AbortSignal;
  memo?: BodyMemo;
  /** Absent when there is no body or the memo holds it. */
  body?: LazyBody;
}

/** A body that the host has not begun to read. */
export interface LazyBody {
  /** Reads all of it; rejects with a {@link RequestError} over `maxBytes`. */
  read(maxBytes: number): Promise<Uint8Array>;
  stream(): ReadableStream<Uint8Array>;
}

const memoKey = Symbol.for('@wintergate/core/memo');
const lazyKey = Symbol.for('@wintergate/core/lazy-request');

class LazyRequest {
  readonly [lazyKey]: LazyRequestInit;
  #native: Request | undefined;

  constructor(init: LazyRequestInit) {
    this[lazyKey] = init;
    if (init.memo !== undefined) (this as { [memoKey]?: BodyMemo })[memoKey] = init.memo;
  }

  get url(): string {
    return this[lazyKey].url;
  }

  get method(): string {
    return this[lazyKey].method;
  }

  get headers(): Headers {
    return this[lazyKey].headers;
  }

  get signal(): AbortSignal {
    return this[lazyKey].signal();
  }

  /** The platform's own Request over the same body. */
  get native(): Request {
    this.#native ??= buildNative(this as unknown as Request);
    return this.#native;
  }

  get bodyUsed(): boolean {
    return this.#native?.bodyUsed ?? false;
  }

  get duplex(): 'half' {
    return 'half';
  }

  get [Symbol.toStringTag](): string {
    return 'Request';
  }
}

standInFor(LazyRequest.prototype, Request.prototype);

/** Creates a request that is built only when somebody needs the platform's own. */
export function createLazyRequest(init: LazyRequestInit): Request {
  return new LazyRequest(init) as unknown as Request;
}

function lazyInit(request: Request): LazyRequestInit | undefined {
  return (request as { [lazyKey]?: LazyRequestInit })[lazyKey];
}

/** The request's memo, made on first use. */
export function memoOf(message: Request): BodyMemo {
  const carrier = message as { [memoKey]?: BodyMemo };
  carrier[memoKey] ??= {};
  return carrier[memoKey];
}

export function findMemo(message: Request): BodyMemo | undefined {
  return (message as { [memoKey]?: BodyMemo })[memoKey];
}

/** Whether there is no body at all, without building anything. */
export function hasNoBody(request: Request): boolean {
  const lazy = lazyInit(request);
  if (lazy !== undefined) return lazy.body === undefined && lazy.memo === undefined;
  return !announcesBody(request) && request.body === null;
}

/** As far as its head tells: hosts make a stream of a body that is asked for, and then read it slowly. */
function announcesBody({ method, headers }: Request): boolean {
  return method !== 'GET' && method !== 'HEAD' && Number(headers.get('content-length')) > 0;
}

/** A body's bytes if they are remembered, serialising a remembered value once. */
export function rememberedBytes(request: Request): Uint8Array | undefined {
  const memo = findMemo(request);
  if (memo === undefined) return undefined;
  if (memo.bytes === undefined && memo.hasJson === true) {
    memo.bytes = new TextEncoder().encode(memo.text ?? serialise(memo.json));
  }
  return memo.bytes;
}

function serialise(value: unknown): string {
  try {
    return JSON.stringify(value);
  } catch (cause) {
    throw new RequestError(
      { status: 400, type: 'invalid_request_error', message: 'Send a body that nests less deeply' },
      { cause },
    );
  }
}

/** Reads the body once, however often and by whomever it is asked for. */
export function readRequest(request: Request, maxBytes: number): Promise<Uint8Array> {
  const known = rememberedBytes(request);
  if (known !== undefined) return Promise.resolve(known);
  if (hasNoBody(request)) return Promise.resolve(new Uint8Array(0));
  const memo = memoOf(request);
  memo.reading ??= startReading(request, maxBytes).then((bytes) => {
    memo.bytes = bytes;
    return bytes;
  });
  return memo.reading;
}

function startReading(request: Request, maxBytes: number): Promise<Uint8Array> {
  const length = Number(request.headers.get('content-length') ?? 0);
  if (length > maxBytes) return Promise.reject(tooLarge(maxBytes));
  const lazy = lazyInit(request);
  if (lazy?.body !== undefined) return lazy.body.read(maxBytes);
  return readNative(request, maxBytes);
}

/** Reads a Request of the platform. */
async function readNative(request: Request, maxBytes: number): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let size = 0;
  try {
    // A server takes no more than it was announced, and a stream costs as much as the rest of the reading.
    if (Number(request.headers.get('content-length')) > 0) {
      const bytes = new Uint8Array(await request.arrayBuffer());
      if (bytes.length > maxBytes) throw tooLarge(maxBytes);
      return bytes;
    }
    const reader = (request.body as ReadableStream<Uint8Array>).getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return join(parts, size);
      size += value.length;
      if (size > maxBytes) {
        void reader.cancel().catch(() => {});
        throw tooLarge(maxBytes);
      }
      parts.push(value);
    }
  } catch (cause) {
    if (RequestError.isInstance(cause)) throw cause;
    throw brokenBody(cause);
  }
}

export function tooLarge(maxBytes: number): RequestError {
  return new RequestError({
    status: 413,
    type: 'invalid_request_error',
    code: 'request_too_large',
    message: `Send a body of at most ${maxBytes} bytes`,
  });
}

export function brokenBody(cause: unknown): RequestError {
  const message = 'Send the whole body: it broke off or was read by somebody else';
  return new RequestError({ status: 400, type: 'invalid_request_error', message }, { cause });
}

/** What a derived request differs in. */
export interface RequestChange {
  /** Absolute. */
  url?: string;
  method?: string;
  /** Lower-case names; `null` deletes. */
  headers?: Readonly<Record<string, string | null>>;
  /** Who may give the request up, in place of the caller. */
  signal?: AbortSignal | AbortSource;
  /** The new body as a value: serialised at most once, parsed by nobody. */
  json?: unknown;
  /** The new body as bytes. */
  bytes?: Uint8Array;
}

/**
 * Derives a request: the same but for `change`, with its body remembered, so that nothing is parsed
 * or serialised twice. The original is not touched.
 *
 * @example
 * return next(rewrite(request, { headers: { 'x-team': 'blue' } }, context));
 */
export function rewrite(request: Request, change: RequestChange, _context?: Context): Request {
  const headers = changedHeaders(request.headers, change.headers ?? {});
  const lazy = lazyInit(request);
  const init: LazyRequestInit = {
    url: change.url ?? request.url,
    method: change.method ?? request.method,
    headers: headers as unknown as Headers,
    signal: () => (change.signal ? abortSourceOf(change.signal) : request).signal,
  };
  if (change.bytes !== undefined) init.memo = { bytes: change.bytes };
  else if ('json' in change) init.memo = { json: change.json, hasJson: true };
  if (init.memo !== undefined) {
    headers.delete('content-length');
    headers.delete('content-encoding');
    if ('json' in change && !headers.has('content-type'))
      headers.set('content-type', 'application/json');
    return createLazyRequest(init);
  }
  if (hasNoBody(request)) return createLazyRequest(init);
  // The body is shared, read or unread: so is its memo.
  init.memo = memoOf(request);
  init.body = lazy?.body ?? {
    read: (maxBytes) => readNative(request, maxBytes),
    stream: () => request.body as ReadableStream<Uint8Array>,
  };
  return createLazyRequest(init);
}

/**
 * The platform's own Request, fresh where the body is remembered: for functions that know nothing
 * of memos, `fetch` among them.
 */
export function toNativeRequest(request: Request): Request {
  const lazy = lazyInit(request);
  if (lazy === undefined && rememberedBytes(request) === undefined) return request;
  return buildNative(request);
}

/** What to send as the body: bytes, an unread stream, or nothing. */
export function sendableBody(request: Request): Uint8Array | ReadableStream<Uint8Array> | null {
  const known = rememberedBytes(request);
  if (known !== undefined) return known;
  const lazy = lazyInit(request);
  if (lazy === undefined) return request.body;
  return lazy.body?.stream() ?? null;
}

function buildNative(request: Request): Request {
  const method = request.method;
  const init: RequestInit & { duplex?: 'half' } = {
    method,
    headers: toNativeHeaders(
      request.headers instanceof LightHeaders ? request.headers : new Headers(request.headers),
    ),
    signal: request.signal,
  };
  if (method !== 'GET' && method !== 'HEAD') {
    const body = sendableBody(request);
    if (body !== null) {
      init.body = body as BodyInit;
      if (!(body instanceof Uint8Array)) init.duplex = 'half';
    }
  }
  return new Request(request.url, init);
}
