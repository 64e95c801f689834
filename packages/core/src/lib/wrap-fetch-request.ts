/** A call to `fetch` as a request of ours, and back, without building a Request on the way. */
import { toNativeHeaders } from './light-headers.ts';
import {
  type BodyMemo,
  createLazyRequest,
  findMemo,
  type LazyBody,
  readRequest,
  rememberedBytes,
  sendableBody,
} from './request.ts';

export type FetchInput = string | URL | Request;

/** How a request goes out: the arguments of one call. */
export type FetchArguments = [input: FetchInput, init?: RequestInit | undefined];

const hasScheme = /^[a-z][a-z\d+.-]*:/i;
const encoder = /* @__PURE__ */ new TextEncoder();

/**
 * The request that the chain sees. Text and bytes are remembered at once; a form, a blob or a stream
 * is read only by who asks for it, and can not be sent again.
 */
export function fromFetchCall(input: FetchInput, init: RequestInit | undefined): Request {
  if (isRequest(input)) return fromRequest(input, init);
  const { body } = init ?? {};
  const request = {
    url: typeof input === 'string' ? absoluteUrl(input) : input.href,
    method: (init?.method ?? 'GET').toUpperCase(),
    headers: new Headers(init?.headers),
    signal: signalOf(init?.signal),
  };
  const memo = memoOfBody(body);
  if (memo !== undefined) return createLazyRequest({ ...request, memo });
  if (body === undefined || body === null) return createLazyRequest(request);
  return createLazyRequest({ ...request, body: unreadBody(body) });
}

/**
 * The arguments to call the wrapped `fetch` with: the caller's own for an untouched request, else
 * the caller's init with what was changed, so that runtime extras in it survive.
 *
 * @param signal set when it is not the caller's own: an attempt's.
 */
export function toFetchCall(
  request: Request,
  given: Request,
  [input, init]: FetchArguments,
  signal: AbortSignal | undefined,
): FetchArguments {
  const own = signal === undefined ? {} : { signal };
  if (request === given && !isSpent(given, input, init)) {
    return signal === undefined ? [input, init] : [input, { ...init, ...own }];
  }
  const base = isRequest(input) ? { ...fieldsOf(input), ...init } : init;
  const { method, url } = request;
  const changed = { ...base, method, headers: toNativeHeaders(request.headers), ...own };
  const body = bodyToSend(request, given, init);
  if (body === null) return [url, withoutBody(changed)];
  if (body instanceof ReadableStream) return [url, streaming({ ...changed, body })];
  return [url, { ...changed, body }];
}

/** @throws {TypeError} as `fetch` does, for a path alone where there is no page that it belongs to. */
function absoluteUrl(url: string): string {
  if (hasScheme.test(url)) return url;
  const page = (globalThis as { location?: { readonly href?: string } }).location?.href;
  return new URL(url, page).href;
}

/** Not by `instanceof`: some servers put a class of their own in the place of the global one. */
function isRequest(input: FetchInput): input is Request {
  return typeof input === 'object' && 'method' in input;
}

function fromRequest(input: Request, init: RequestInit | undefined): Request {
  const memo = memoOfBody(init?.body);
  const request = {
    url: input.url,
    method: (init?.method ?? input.method).toUpperCase(),
    headers: init?.headers === undefined ? input.headers : new Headers(init.headers),
    signal: signalOf(init?.signal ?? input.signal),
  };
  if (memo !== undefined) return createLazyRequest({ ...request, memo });
  if (init?.body !== undefined && init.body !== null) {
    return createLazyRequest({ ...request, body: unreadBody(init.body) });
  }
  if (input.body === null) return createLazyRequest(request);
  const body: LazyBody = {
    read: (maxBytes) => readRequest(input, maxBytes),
    stream: () => input.body as ReadableStream<Uint8Array>,
  };
  return createLazyRequest({ ...request, body });
}

/** Made only when somebody asks: most calls have one of their own. */
function signalOf(given: AbortSignal | null | undefined): () => AbortSignal {
  let signal = given ?? undefined;
  return () => {
    signal ??= new AbortController().signal;
    return signal;
  };
}

/** Of text and bytes; `undefined` for what is to be read first. */
export function memoOfBody(body: unknown): BodyMemo | undefined {
  if (typeof body === 'string') {
    let bytes: Uint8Array | undefined;
    return {
      text: body,
      // Encoded only for who asks: an untouched call goes out as the text that it came as.
      get bytes() {
        bytes ??= encoder.encode(body);
        return bytes;
      },
    };
  }
  if (body instanceof Uint8Array) return { bytes: body };
  if (body instanceof ArrayBuffer) return { bytes: new Uint8Array(body) };
  if (ArrayBuffer.isView(body)) {
    return { bytes: new Uint8Array(body.buffer, body.byteOffset, body.byteLength) };
  }
  return undefined;
}

/** A Request knows how to read what it was built of; built only when it is to be read. */
function unreadBody(body: BodyInit): LazyBody {
  let built: Request | undefined;
  const build = (): Request => {
    built ??= new Request('http://localhost/', streaming({ method: 'POST', body }));
    return built;
  };
  return {
    read: (maxBytes) => readRequest(build(), maxBytes),
    stream: () => build().body as ReadableStream<Uint8Array>,
  };
}

/** Whether the caller's own body is gone: it was a stream and somebody read it. */
function isSpent(given: Request, input: FetchInput, init: RequestInit | undefined): boolean {
  if (memoOfBody(init?.body) !== undefined || findMemo(given) === undefined) return false;
  if (init?.body instanceof ReadableStream) return rememberedBytes(given) !== undefined;
  return init?.body == null && isRequest(input) && input.bodyUsed;
}

function bodyToSend(
  request: Request,
  given: Request,
  init: RequestInit | undefined,
): BodyInit | null {
  const { body } = init ?? {};
  const isCallers = findMemo(request) !== undefined && findMemo(request) === findMemo(given);
  // Only the address or headers changed: the text goes out as text, the form as a form.
  if (isCallers && body != null && !(body instanceof ReadableStream)) return body;
  if (request.method === 'GET' || request.method === 'HEAD') return null;
  return sendableBody(request) as BodyInit | null;
}

function streaming(init: RequestInit): RequestInit & { duplex: 'half' } {
  return { ...init, duplex: 'half' };
}

function withoutBody(init: RequestInit): RequestInit {
  const { body: _, ...rest } = init;
  return rest;
}

const defaults: Readonly<Record<string, unknown>> = {
  cache: 'default',
  credentials: 'same-origin',
  integrity: '',
  keepalive: false,
  mode: 'cors',
  redirect: 'follow',
  referrer: 'about:client',
  referrerPolicy: '',
};

/** A Request's own settings as init: only those that say something, for runtimes that refuse the rest. */
function fieldsOf(input: Request): RequestInit {
  const fields: Record<string, unknown> = { signal: input.signal };
  for (const name of Object.keys(defaults)) {
    const value = (input as unknown as Record<string, unknown>)[name];
    if (value !== undefined && value !== defaults[name]) fields[name] = value;
  }
  return fields;
}
