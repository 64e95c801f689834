import type { GatewayEvent } from '@wintergate/core';
import { describe, expect, it } from 'vitest';
import { openaiCompatible } from './openai-compatible.ts';
import {
  chatRequest,
  chunk,
  completion,
  done,
  fakeTransport,
  run,
  sentText,
  streamOf,
  usageChunk,
} from './test-calls.ts';
import { upstream } from './upstream.ts';

const own = openaiCompatible({ name: 'own', baseUrl: 'https://own.test/v1', apiKey: 'sk-own' });
const hello = [
  chunk({ role: 'assistant', content: '' }),
  chunk({ content: 'Hel' }),
  chunk({ content: 'lo.' }),
];
const finish = chunk({}, 'stop');

function stream(answer: () => Response, fields: object = {}, init: object = {}) {
  const transport = fakeTransport(answer);
  const { handler, events } = run(upstream({ provider: own, transport }));
  return { response: handler(chatRequest({ stream: true, ...fields }, init)), events, transport };
}

function last<T extends GatewayEvent['type']>(events: GatewayEvent[], type: T) {
  return events
    .filter((event): event is Extract<GatewayEvent, { type: T }> => event.type === type)
    .at(-1);
}

const errorEvent =
  /data: \{"error":\{"message":"[^"]+","type":"server_error","param":null,"code":"upstream_stream_cut"\}\}\n\n$/;

describe('upstream() with a stream', () => {
  it('asks for usage and hides it from a caller who did not', async () => {
    const { response, events, transport } = stream(() =>
      streamOf([...hello, finish, usageChunk, done]),
    );
    expect(await (await response).text()).toBe([...hello, finish, done].join(''));
    expect(JSON.parse(await sentText(transport.requests[0])).stream_options).toEqual({
      include_usage: true,
    });
    expect(last(events, 'response-end')?.outcome).toMatchObject({
      source: 'upstream',
      usage: { inputTokens: 9, outputTokens: 2 },
      complete: true,
      ended: 'completed',
    });
    expect(last(events, 'attempt-end')).toMatchObject({ ok: true });
  });

  it('passes the bytes of one who asked untouched', async () => {
    const whole = [...hello, finish, usageChunk, ': comment\n\n', done].join('');
    const pieces = whole.match(/[\s\S]{1,17}/g) ?? [];
    const { response } = stream(() => streamOf(pieces), {
      stream_options: { include_usage: true },
    });
    expect(await (await response).text()).toBe(whole);
  });

  it('does not ask a target that can not tell', async () => {
    const provider = openaiCompatible({ baseUrl: 'https://a.test/v1', streamUsage: false });
    const transport = fakeTransport(() => streamOf([...hello, finish, done]));
    const { handler } = run(upstream({ provider, transport }));
    await (await handler(chatRequest({ stream: true }))).text();
    expect(JSON.parse(await sentText(transport.requests[0])).stream_options).toBeUndefined();
  });

  it('ends a stream that breaks off in an error event', async () => {
    const { response, events } = stream(() => streamOf(hello, 'break'));
    const text = await (await response).text();
    expect(text.startsWith(hello.join(''))).toBe(true);
    expect(text.slice(hello.join('').length)).toMatch(errorEvent);
    expect(text).not.toContain('[DONE]');
    expect(last(events, 'response-end')?.outcome).toMatchObject({
      complete: false,
      ended: 'failed',
    });
    expect(last(events, 'attempt-end')).toMatchObject({ ok: false, failure: 'network' });
  });

  it('ends a stream without its end marker in an error event', async () => {
    const { response, events } = stream(() => streamOf(hello));
    expect(await (await response).text()).toMatch(errorEvent);
    expect(last(events, 'response-end')?.outcome).toMatchObject({
      complete: false,
      ended: 'failed',
    });
  });

  it('ends a stream without anything at all in an error event', async () => {
    const { response } = stream(() => streamOf([]));
    expect(await (await response).text()).toMatch(errorEvent);
  });

  it('keeps the error event whole when the stream breaks within an event', async () => {
    for (const asked of [{}, { stream_options: { include_usage: true } }]) {
      const { response } = stream(
        () => streamOf([...hello, 'data: {"id":"c1","cho'], 'break'),
        asked,
      );
      const text = await (await response).text();
      expect(text).toMatch(errorEvent);
      expect(text.split('\n\n').at(-2)).toMatch(/^data: \{"error"/);
    }
  });

  it('adds nothing to a stream that reported its own error', async () => {
    const error = 'data: {"error":{"message":"overloaded","type":"overloaded_error"}}\n\n';
    const { response, events } = stream(() => streamOf([...hello, error]));
    expect(await (await response).text()).toBe([...hello, error].join(''));
    expect(last(events, 'response-end')?.outcome).toMatchObject({
      complete: false,
      ended: 'failed',
    });
    expect(last(events, 'attempt-end')).toMatchObject({ ok: false, failure: 'overload' });
  });

  it('lets no success marker follow an error', async () => {
    const error = 'data: {"error":{"message":"overloaded","type":"overloaded_error"}}\n\n';
    for (const asked of [{}, { stream_options: { include_usage: true } }]) {
      const whole = [...hello, error, finish, done];
      for (const pieces of [whole, [whole.join('')]]) {
        const { response } = stream(() => streamOf(pieces), asked);
        expect(await (await response).text()).toBe([...hello, error].join(''));
      }
    }
  });

  it('lets no success marker out without a finish reason', async () => {
    for (const asked of [{}, { stream_options: { include_usage: true } }]) {
      const { response, events } = stream(() => streamOf([[...hello, done].join('')]), asked);
      const text = await (await response).text();
      expect(text).toMatch(errorEvent);
      expect(text).not.toContain('[DONE]');
      expect(last(events, 'response-end')?.outcome).toMatchObject({
        complete: false,
        ended: 'failed',
      });
      expect(last(events, 'attempt-end')).toMatchObject({ ok: false });
    }
  });

  it('ends a stream at an event that is damaged', async () => {
    const damaged = 'data: {"id":"c","choices":[{"index":0,"delta":{"content":"NOT \n\n';
    for (const asked of [{}, { stream_options: { include_usage: true } }]) {
      const { response, events } = stream(
        () => streamOf([...hello, damaged, chunk({ content: 'more' }), finish, done]),
        asked,
      );
      const text = await (await response).text();
      expect(text.slice(hello.join('').length)).toMatch(errorEvent);
      expect(text).not.toMatch(/NOT|more|\[DONE\]/);
      expect(last(events, 'response-end')?.outcome).toMatchObject({ complete: false });
    }
  });

  it('hides the empty usage that every chunk holds because we asked', async () => {
    const told = (delta: object, reason: string | null = null) =>
      chunk(delta, reason, { usage: null, obfuscation: 'x' });
    const plain = (delta: object, reason: string | null = null) =>
      chunk(delta, reason, { obfuscation: 'x' });
    const sent = [told({ content: 'Hé' }), told({}, 'stop'), usageChunk, done];
    const { response } = stream(() => streamOf([sent.join('')]));
    expect(await (await response).text()).toBe(
      [plain({ content: 'Hé' }), plain({}, 'stop'), done].join(''),
    );
    const asked = stream(() => streamOf(sent), { stream_options: { include_usage: true } });
    expect(await (await asked.response).text()).toBe(sent.join(''));
  });

  it.each(['data: {nonsense\n\n', 'data: [1]\n\n', 'data: 5\n\n', 'data: "x"\n\n'])(
    'takes garbage for a stream that was cut: %j',
    async (garbage) => {
      const { response } = stream(() => streamOf([garbage, '<html>\u0000']));
      expect(await (await response).text()).toMatch(errorEvent);
    },
  );

  it('tells a JSON answer as the stream that the caller asked for', async () => {
    const { response, events } = stream(() => Response.json(completion));
    const reply = await response;
    expect(reply.headers.get('content-type')).toMatch(/^text\/event-stream/);
    const text = await reply.text();
    expect(text).toContain('"content":"Hello."');
    expect(text.endsWith(done)).toBe(true);
    expect(last(events, 'response-end')?.outcome).toMatchObject({ complete: true });
  });

  it('cancels the upstream when the caller stops reading', async () => {
    let reason: unknown;
    const { response, events } = stream(() =>
      streamOf(hello, 'open', (given) => (reason = given ?? 'none')),
    );
    const reader = (await response).body?.getReader();
    await reader?.read();
    await reader?.cancel('enough');
    expect(reason).toBeDefined();
    expect(last(events, 'response-end')?.outcome).toMatchObject({
      ended: 'cancelled',
      complete: false,
    });
    expect(last(events, 'attempt-end')).toMatchObject({ ok: false, failure: 'cancelled' });
  });
});

describe('upstream() with a bad upstream', () => {
  async function answer(make: () => Response | Promise<Response>, fields: object = {}) {
    const { handler, events } = run(upstream({ provider: own, transport: fakeTransport(make) }));
    const response = await handler(chatRequest({ ...fields }));
    const body = (await response.json()) as { error: { code: string; message: string } };
    return { status: response.status, ...body.error, events, headers: response.headers };
  }

  it.each<[string, () => Response | Promise<Response>, number, string]>([
    [
      'refuses the connection',
      () => Promise.reject(new TypeError('fetch failed 10.0.0.7')),
      502,
      'upstream_unreachable',
    ],
    [
      'is late',
      () => Promise.reject(new DOMException('late', 'TimeoutError')),
      504,
      'upstream_timeout',
    ],
    [
      'answers garbage',
      () => new Response('<html>', { headers: { 'content-type': 'application/json' } }),
      502,
      'upstream_malformed',
    ],
    [
      'answers nothing',
      () => new Response('', { headers: { 'content-type': 'application/json' } }),
      502,
      'upstream_malformed',
    ],
    [
      'answers half a body',
      () => new Response('{"id":"c', { headers: { 'content-type': 'application/json' } }),
      502,
      'upstream_malformed',
    ],
    ['answers a list', () => Response.json([1]), 502, 'upstream_malformed'],
    [
      'answers invalid UTF-8',
      () => new Response(new Uint8Array([0x22, 0xff, 0x22])),
      502,
      'upstream_malformed',
    ],
    ['streams unasked', () => streamOf([done]), 502, 'upstream_malformed'],
    [
      'redirects',
      () => new Response(null, { status: 302, headers: { location: 'https://internal.test/' } }),
      502,
      'upstream_malformed',
    ],
  ])('that %s', async (_name, make, status, code) => {
    const result = await answer(make);
    expect(result).toMatchObject({ status, code });
    expect(result.message).not.toMatch(/10\.0\.0\.7|html/);
    expect(result.headers.has('location')).toBe(false);
    expect(last(result.events, 'attempt-end')).toMatchObject({ ok: false });
    expect(last(result.events, 'response-end')?.outcome).toMatchObject({
      source: 'upstream',
      complete: false,
    });
  });

  it('that breaks off in the middle of a JSON body', async () => {
    const result = await answer(() => {
      const reply = streamOf(['{"id":"c'], 'break');
      return new Response(reply.body, { headers: { 'content-type': 'application/json' } });
    });
    expect(result).toMatchObject({ status: 502, code: 'upstream_unreachable' });
  });

  it('that reports an error inside a 200', async () => {
    const result = await answer(() =>
      Response.json({ error: { message: 'busy', code: 'server_is_overloaded' } }),
    );
    expect(result).toMatchObject({ status: 502, message: 'busy', code: 'server_is_overloaded' });
    expect(last(result.events, 'attempt-end')).toMatchObject({ failure: 'overload' });
  });

  it('that sends a page for an error: the status stays, the page does not', async () => {
    const html = { headers: { 'content-type': 'text/html', 'retry-after': '7' }, status: 503 };
    const result = await answer(() => new Response('<html>nginx 10.0.0.7', html));
    expect(result).toMatchObject({ status: 503, message: 'The upstream is overloaded' });
    expect(result.headers.get('retry-after')).toBe('7');
  });

  it('that sends an endless error page', async () => {
    let cancelled = false;
    const body = new ReadableStream<Uint8Array>({
      pull: (controller) => controller.enqueue(new Uint8Array(8192)),
      cancel: () => void (cancelled = true),
    });
    expect(await answer(() => new Response(body, { status: 500 }))).toMatchObject({ status: 500 });
    expect(cancelled).toBe(true);
  });

  it('that answers an error: body and advice stay as they are', async () => {
    const error = {
      message: 'slow',
      type: 'rate_limit_error',
      code: 'rate_limit_exceeded',
      param: null,
    };
    const result = await answer(() =>
      Response.json(
        { error },
        { status: 429, headers: { 'retry-after-ms': '1500', 'x-should-retry': 'true' } },
      ),
    );
    expect(result).toMatchObject({ status: 429, code: 'rate_limit_exceeded' });
    expect(result.headers.get('retry-after-ms')).toBe('1500');
  });

  it('that never answers: the caller’s abort reaches it and ends the exchange as cancelled', async () => {
    const controller = new AbortController();
    let seen: AbortSignal | undefined;
    const transport = fakeTransport(
      ({ signal }) =>
        new Promise((_, reject) => {
          seen = signal;
          signal.addEventListener('abort', () => reject(signal.reason));
        }),
    );
    const { handler, events } = run(upstream({ provider: own, transport }));
    const answered = handler(chatRequest({}, { signal: controller.signal }));
    await new Promise((resolve) => setTimeout(resolve));
    controller.abort();
    await answered;
    expect(seen?.aborted).toBe(true);
    expect(last(events, 'response-end')?.outcome.ended).toBe('cancelled');
    expect(last(events, 'attempt-end')).toMatchObject({ failure: 'cancelled' });
  });

  it('that never finishes a JSON body: the caller’s abort gives it up', async () => {
    const controller = new AbortController();
    let cancelled = false;
    const open = streamOf(['{"id'], 'open', () => (cancelled = true));
    let asked = (): void => {};
    const called = new Promise<void>((resolve) => (asked = resolve));
    const transport = fakeTransport(() => {
      asked();
      return new Response(open.body, { headers: { 'content-type': 'application/json' } });
    });
    const { handler, events } = run(upstream({ provider: own, transport }));
    const answered = handler(chatRequest({}, { signal: controller.signal }));
    await called;
    // The body is being read once the event loop has turned.
    await new Promise((resolve) => setTimeout(resolve));
    controller.abort();
    await answered;
    expect(cancelled).toBe(true);
    expect(last(events, 'response-end')?.outcome.ended).toBe('cancelled');
  });
});
