/** `fetch` over the client that gateways use, for an SDK in a Node process. */
import { type AbortSource, abortSourceOf, createAborter } from './aborter.ts';
import { type NodeTransportOptions, nodeTransport } from './node-transport.ts';
import { cancelReply } from './reply-run.ts';
import type { TransportRequest } from './types.ts';
import { memoOfBody } from './wrap-fetch-request.ts';

/** What undici's `fetch` sends where the caller says nothing else. */
const defaultHeaders: readonly (readonly [name: string, value: string])[] = [
  ['accept', '*/*'],
  ['accept-encoding', 'br, gzip, deflate'],
  ['user-agent', 'node'],
];
const redirects: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);
/** Says nothing that changes how such a call is made. */
const plainFields: ReadonlySet<string> = new Set(['method', 'headers', 'body', 'signal']);

/**
 * Creates a `fetch` whose calls of text or bytes go out through undici's client, without the streams and headers of
 * the global one, which take most of such a call's time. Every other call goes to the global `fetch`: forms, blobs,
 * streams, a `Request`, and what more is said in `init`; so does one that is redirected, from its beginning.
 *
 * Rejects as `fetch` does: with the signal's reason, or a `TypeError` whose `cause` says what failed.
 *
 * @throws when `undici` is not installed.
 * @example
 * const client = new OpenAI({ fetch: wrapFetch(chain, { fetch: await nodeFetch() }) });
 */
export async function nodeFetch(options: NodeTransportOptions = {}): Promise<typeof fetch> {
  const transport = await nodeTransport(options);
  return async function nodeFetch(input, init) {
    const request = plainCall(input as string | URL | Request, init);
    if (request === undefined) return fetch(input, init);
    const response = await transport(request).catch((error: unknown) => {
      throw request.abort.aborted ? error : failed(error);
    });
    if (redirects.has(response.status) && response.headers.has('location')) {
      cancelReply(response);
      return fetch(input, init);
    }
    return Object.defineProperty(response, 'url', { value: request.url });
  };
}

/** `undefined` for what is left to the global `fetch`, also where it will say what is wrong. */
function plainCall(
  input: string | URL | Request,
  init: RequestInit | undefined = {},
): (TransportRequest & { readonly abort: AbortSource }) | undefined {
  const url = typeof input === 'string' ? input : input instanceof URL ? input.href : '';
  if (!/^https?:\/\/[^@]*$/i.test(url) || !URL.canParse(url)) return undefined;
  for (const name in init) {
    const value = (init as Record<string, unknown>)[name];
    if (!plainFields.has(name) && value !== undefined) return undefined;
  }
  const { method = 'GET', body, signal } = init;
  const bytes = body === undefined || body === null ? null : memoOfBody(body)?.bytes;
  const isBodiless = /^(?:get|head)$/i.test(method);
  if (bytes === undefined || (isBodiless && bytes !== null)) return undefined;
  if (!/^(?:get|head|post|put|patch|delete)$/i.test(method)) return undefined;
  const headers = new Headers(init.headers);
  for (const [name, value] of defaultHeaders) if (!headers.has(name)) headers.set(name, value);
  if (typeof body === 'string' && !headers.has('content-type'))
    headers.set('content-type', 'text/plain;charset=UTF-8');
  const abort = signal === undefined || signal === null ? createAborter() : abortSourceOf(signal);
  return {
    url: new URL(url).href.replace(/#.*/, ''),
    method: method.toUpperCase(),
    headers,
    body: bytes,
    abort,
    get signal() {
      return abort.signal;
    },
  };
}

/** In the form that SDKs know to be worth another try. */
function failed(error: unknown): TypeError {
  // Of a timeout what ran out, with its code.
  const { name, cause } = error as { name?: unknown; cause?: unknown };
  return new TypeError('fetch failed', { cause: name === 'TimeoutError' ? cause : error });
}
