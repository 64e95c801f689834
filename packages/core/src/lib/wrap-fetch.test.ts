import { describe, expect, expectTypeOf, it, vi } from 'vitest';
import {
  addReplyStage,
  BodyNotReplayableError,
  compose,
  createReply,
  defineMiddleware,
  type GatewayEvent,
  type Middleware,
  type Next,
  type Platform,
  rewrite,
} from '../index.ts';
import { wrapFetch } from './wrap-fetch.ts';

const url = 'https://api.test/v1/x';
const pass = defineMiddleware(undefined, (_request, next) => next());

const readJson = defineMiddleware(undefined, async (request, next, context) => {
  await context.json(request);
  return next();
});

const rename = defineMiddleware(undefined, async (request, next, context) => {
  const change = { url: 'https://other.test/', headers: { 'x-a': 'b' }, json: { b: 2 } };
  return next(rewrite(request, change, context));
});

/** A fetch that keeps its arguments. */
function fakeFetch(answer: () => Response | Promise<Response> = () => new Response('ok')) {
  return vi.fn(async (_input: string | URL | Request, _init?: RequestInit) => answer());
}

describe('wrapFetch()', () => {
  it.each([
    ['text', '{"a":1}'],
    ['bytes', new TextEncoder().encode('{"a":1}')],
    ['a form', new FormData()],
    ['a blob', new Blob(['x'])],
    ['parameters', new URLSearchParams('a=1')],
    ['nothing', undefined],
  ])('calls with the very arguments it was called with: %s', async (_name, body) => {
    const fetch = fakeFetch();
    const init = { method: 'POST', ...(body && { body }), dispatcher: {} } as RequestInit;
    await wrapFetch(pass, { fetch })(url, init);
    expect(fetch.mock.calls[0]?.[0]).toBe(url);
    expect(fetch.mock.calls[0]?.[1]).toBe(init);
  });

  it('forgets a failed attempt once a later one has arrived', async () => {
    let calls = 0;
    const fetch = fakeFetch(() => {
      calls += 1;
      if (calls === 1) throw new TypeError('fetch failed');
      return new Response('second');
    });
    const again = async (request: Request, next: Next): Promise<Response> => {
      const first = await next(request);
      return first.status === 502 ? next(request) : first;
    };
    expect(await (await wrapFetch(compose(again), { fetch })(url)).text()).toBe('second');
  });

  it('builds no Request for a body of text that a chain reads', async () => {
    const fetch = fakeFetch();
    const Request = vi.spyOn(globalThis, 'Request');
    const init = { method: 'POST', body: '{"a":1}' };
    await wrapFetch(readJson, { fetch })(url, init);
    expect(Request).not.toHaveBeenCalled();
    Request.mockRestore();
    expect(fetch.mock.calls[0]?.[1]).toBe(init);
  });

  it('passes a stream untouched and refuses to send it twice', async () => {
    const errors: unknown[] = [];
    const retry = defineMiddleware(undefined, async (_request, next) => {
      await next();
      return next().catch((error) => {
        errors.push(error);
        return createReply({ body: 'gave up' });
      });
    });
    const fetch = fakeFetch();
    const body = new Response('x').body as ReadableStream;
    const init = { method: 'POST', body, duplex: 'half' } as RequestInit;
    const response = await wrapFetch(retry, { fetch })(url, init);
    expect(await response.text()).toBe('gave up');
    expect(fetch).toHaveBeenCalledTimes(1);
    expect(fetch.mock.calls[0]?.[1]).toBe(init);
    expect(errors.map(BodyNotReplayableError.isInstance)).toEqual([true]);
  });

  it('sends the bytes of a stream that somebody read', async () => {
    const fetch = fakeFetch();
    const body = new Response('{"a":1}').body as ReadableStream;
    await wrapFetch(readJson, { fetch })(url, {
      method: 'POST',
      body,
      duplex: 'half',
    } as RequestInit);
    const sent = fetch.mock.calls[0]?.[1]?.body as Uint8Array<ArrayBuffer>;
    expect(await new Response(sent).text()).toBe('{"a":1}');
  });

  it('keeps what else the init held when the call is rewritten', async () => {
    const fetch = fakeFetch();
    const dispatcher = {};
    const init = {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-own': '1' },
      body: '{"a":1}',
      dispatcher,
      cf: { cacheTtl: 1 },
    };
    await wrapFetch(rename, { fetch })(url, init as RequestInit);
    const [sentUrl, sent] = fetch.mock.calls[0] ?? [];
    expect(sentUrl).toBe('https://other.test/');
    expect(sent).toMatchObject({ method: 'POST', dispatcher, cf: { cacheTtl: 1 } });
    expect(Object.fromEntries(new Headers(sent?.headers))).toEqual({
      'content-type': 'application/json',
      'x-own': '1',
      'x-a': 'b',
    });
    expect(await new Response(sent?.body).text()).toBe('{"b":2}');
    expect(init.headers).toEqual({ 'content-type': 'application/json', 'x-own': '1' });
  });

  it('keeps a form as it is when only headers change', async () => {
    const fetch = fakeFetch();
    const stamp = defineMiddleware(undefined, (request, next, context) =>
      next(rewrite(request, { headers: { 'x-a': 'b' } }, context)),
    );
    const body = new FormData();
    await wrapFetch(stamp, { fetch })(url, { method: 'POST', body });
    expect(fetch.mock.calls[0]?.[1]?.body).toBe(body);
  });

  it('takes a Request, untouched, read and rewritten', async () => {
    const fetch = fakeFetch();
    const make = () =>
      new Request(url, {
        method: 'POST',
        body: '{"a":1}',
        redirect: 'manual',
        headers: { 'x-own': '1' },
      });
    const untouched = make();
    await wrapFetch(pass, { fetch })(untouched);
    expect(fetch.mock.calls[0]).toEqual([untouched, undefined]);
    await wrapFetch(readJson, { fetch })(make());
    expect(fetch.mock.calls[1]?.[0]).toBe(url);
    expect(fetch.mock.calls[1]?.[1]).toMatchObject({ method: 'POST', redirect: 'manual' });
    const read = fetch.mock.calls[1]?.[1]?.body as Uint8Array<ArrayBuffer>;
    expect(await new Response(read).text()).toBe('{"a":1}');
    await wrapFetch(rename, { fetch })(make());
    expect(fetch.mock.calls[2]?.[0]).toBe('https://other.test/');
    expect(new Headers(fetch.mock.calls[2]?.[1]?.headers).get('x-own')).toBe('1');
  });

  it('calls again with the text, under the signal of each attempt', async () => {
    const signals: AbortSignal[] = [];
    const twice = defineMiddleware(undefined, async (_request, next, context) => {
      for (let attempt = 0; attempt < 2; attempt++) {
        const { signal } = new AbortController();
        signals.push(signal);
        const response = await next(undefined, context.fork({ signal }));
        if (response.status === 200) return response;
      }
      return createReply({ status: 503 });
    });
    let count = 0;
    const fetch = fakeFetch(() => new Response('', { status: count++ === 0 ? 500 : 200 }));
    const response = await wrapFetch(twice, { fetch })(url, { method: 'POST', body: 'x' });
    expect(response.status).toBe(200);
    expect(fetch.mock.calls.map(([, init]) => init?.body)).toEqual(['x', 'x']);
    expect(fetch.mock.calls.map(([, init]) => init?.signal)).toEqual(signals);
  });

  it('gives the very reply when nobody watches, and one like it when somebody does', async () => {
    const reply = new Response('ok', { headers: { 'x-request-id': 'upstream-1' } });
    Object.defineProperty(reply, 'url', { value: url });
    expect(await wrapFetch(pass, { fetch: fakeFetch(() => reply) })(url)).toBe(reply);
    const watched = await wrapFetch(pass, { fetch: fakeFetch(() => reply), onEvent: () => {} })(
      url,
    );
    expect(watched.url).toBe(url);
    expect(watched.headers.get('x-request-id')).toBe('upstream-1');
    expect(await watched.text()).toBe('ok');
  });

  it('drops the coding that fetch has undone when a stage changes the body', async () => {
    const answer = () =>
      new Response('abc', { headers: { 'content-encoding': 'gzip', 'content-length': '99' } });
    const shout = defineMiddleware(undefined, async (_request, next, context) =>
      addReplyStage(
        await next(),
        { name: 'shout', transform: true, body: () => new TextEncoder().encode('ABCD') },
        context,
      ),
    );
    const response = await wrapFetch(shout, { fetch: fakeFetch(answer) })(url);
    expect(await response.text()).toBe('ABCD');
    expect(response.headers.has('content-encoding')).toBe(false);
    expect(response.headers.has('content-length')).toBe(false);
  });

  it('rejects with the reason of an abort, before and during the call', async () => {
    const events: GatewayEvent[] = [];
    const onEvent = (event: GatewayEvent) => events.push(event);
    const reason = new Error('the user left');
    const caller = new AbortController();
    const fetch = vi.fn(
      (_input: string, init?: RequestInit) =>
        new Promise<Response>((_, reject) => {
          init?.signal?.addEventListener('abort', () => reject(init.signal?.reason));
        }),
    );
    const call = wrapFetch(compose(pass), { fetch, onEvent })(url, { signal: caller.signal });
    caller.abort(reason);
    await expect(call).rejects.toBe(reason);
    expect(events.map(({ type }) => type)).toEqual(['response-end', 'exchange-end']);
    expect(events[0]).toMatchObject({ outcome: { ended: 'cancelled' } });
  });

  it('rejects as fetch does when the call did not arrive and nobody handled it', async () => {
    const broken = new TypeError('fetch failed');
    const fetch = fakeFetch(() => Promise.reject(broken));
    await expect(wrapFetch(compose(pass), { fetch })(url)).rejects.toBe(broken);
  });

  it('shows a chain the failure to arrive as a 502 that it may handle', async () => {
    let failing = true;
    const fetch = fakeFetch(() =>
      failing ? Promise.reject(new TypeError('no')) : new Response('ok'),
    );
    const again = defineMiddleware(undefined, async (_request, next, context) => {
      const first = await next(undefined, context.fork());
      expect(first.status).toBe(502);
      failing = false;
      return next();
    });
    const response = await wrapFetch(again, { fetch })(url, { method: 'POST', body: 'x' });
    expect(await response.text()).toBe('ok');
  });

  it('ends the exchange once the body has been read', async () => {
    const events: GatewayEvent[] = [];
    const fetch = fakeFetch();
    const response = await wrapFetch(pass, { fetch, onEvent: (event) => events.push(event) })(url);
    expect(events.filter(({ type }) => type === 'response-end')).toEqual([]);
    await response.text();
    expect(events.filter(({ type }) => type === 'response-end')).toHaveLength(1);
    expect(events.filter(({ type }) => type === 'exchange-end')).toHaveLength(1);
  });

  it('rejects a path alone as fetch does, and completes it where there is a page', async () => {
    const fetch = fakeFetch();
    await expect(wrapFetch(rename, { fetch })('/v1/x')).rejects.toThrow(TypeError);
    expect(fetch).not.toHaveBeenCalled();
    vi.stubGlobal('location', { href: 'https://page.test/a/b' });
    let seen = '';
    const look = defineMiddleware(undefined, (request, next) => {
      seen = request.url;
      return next();
    });
    await wrapFetch(look, { fetch })('/v1/x');
    vi.unstubAllGlobals();
    expect(seen).toBe('https://page.test/v1/x');
    expect(fetch.mock.calls[0]?.[0]).toBe('/v1/x');
  });

  it('says that it is a client', async () => {
    let seen: Platform | undefined;
    const look = defineMiddleware(undefined, (_request, _next, { platform }) => {
      seen = platform;
      return createReply();
    });
    await wrapFetch(look, { fetch: fakeFetch() })(url);
    expect(seen).toMatchObject({ name: 'fetch', client: true, sharesIo: true });
  });

  it('has the type and the statics of the fetch it was given', async () => {
    const preconnect = vi.fn();
    const bunLike = Object.assign(fakeFetch(), { preconnect });
    const wrapped = wrapFetch(pass, { fetch: bunLike });
    expectTypeOf(wrapped).toEqualTypeOf<typeof bunLike>();
    expectTypeOf(wrapFetch(pass)).toEqualTypeOf<typeof fetch>();
    expect(wrapped.preconnect).toBe(preconnect);
  });

  it('takes a function of another framework', async () => {
    const foreign: Middleware = async (request: Request, next: Next) => {
      const body = (await request.json()) as { a: number };
      const response = await next();
      return new Response(`${body.a} ${await response.text()}`);
    };
    const fetch = fakeFetch();
    const headers = { 'content-type': 'application/json' };
    const init = { method: 'POST', headers, body: '{"a":1}' };
    const response = await wrapFetch(compose(foreign), { fetch })(url, init);
    expect(await response.text()).toBe('1 ok');
    expect(fetch.mock.calls[0]?.[1]).toBe(init);
  });
});
