import { describe, expect, it, vi } from 'vitest';
import {
  addReplyStage,
  asMemoAware,
  BodyNotReplayableError,
  compose,
  contextOf,
  createReply,
  createSseEvent,
  defineMiddleware,
  errorResponse,
  type GatewayEvent,
  holdReply,
  type Middleware,
  OrderError,
  RequestError,
  rewrite,
  rewriteReply,
  toHandler,
  unordered,
  updateOutcome,
} from '../index.ts';

const sse = 'data: {"n":1}\n\ndata: {"n":2}\n\ndata: [DONE]\n\n';

function fail(): never {
  throw new Error('password=hunter2');
}

function streamOf(
  chunks: string[],
  state: { cancelled?: unknown; pulled?: number } = {},
): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  let at = 0;
  return new ReadableStream(
    {
      pull(controller) {
        state.pulled = at + 1;
        const chunk = chunks[at++];
        if (chunk === undefined) controller.close();
        else controller.enqueue(encoder.encode(chunk));
      },
      cancel(reason) {
        state.cancelled = reason ?? true;
      },
    },
    { highWaterMark: 0 },
  );
}

function eventStream(chunks: string[], state?: { cancelled?: unknown; pulled?: number }): Response {
  return new Response(streamOf(chunks, state), {
    headers: { 'content-type': 'text/event-stream' },
  });
}

function post(body: string | null = '{"a":1}', init: RequestInit = {}): Request {
  return new Request('http://gate.test/v1/x', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
    ...init,
  });
}

const pass = defineMiddleware(undefined, (_request, next) => next());

describe('toHandler()', () => {
  describe('with a middleware that reads the reply and passes it on', () => {
    const readers: [string, (response: Response) => Promise<unknown>][] = [
      ['text()', (response) => response.text()],
      ['its first chunk', (response) => response.body!.getReader().read()],
    ];
    const ask = async (read: (typeof readers)[0][1], end: () => Response, watched: boolean) => {
      const failures: string[] = [];
      const reads: Middleware = async (_request, next) => {
        const response = await next();
        await read(response);
        return response;
      };
      const handler = toHandler(watched ? compose(watch, reads) : compose(reads), end, {
        onEvent: (event) => {
          if (event.type === 'background-error') failures.push(event.message);
        },
      });
      const response = await handler(new Request('http://a.test/'));
      return { status: response.status, text: await response.text(), failures };
    };
    const watch = defineMiddleware(undefined, async (_request, next, context) =>
      addReplyStage(await next(), { name: 'watch', event() {}, body() {} }, context),
    );

    it.each(readers)('says what to do instead: %s', async (_what, read) => {
      for (const end of [() => new Response('hi'), () => eventStream([sse])])
        for (const watched of [false, true]) {
          const { status, failures } = await ask(read, end, watched);
          expect(status).toBe(500);
          expect(failures).toEqual([
            expect.stringContaining('whose body was read: read a clone, or use addReplyStage()'),
          ]);
        }
    });

    it.each(readers)('sends what is at hand all the same: %s', async (_what, read) => {
      for (const body of ['hi', new TextEncoder().encode('hi')])
        for (const watched of [false, true])
          expect(await ask(read, () => createReply({ body }), watched)).toEqual({
            ...{ status: 200, text: 'hi', failures: [] },
          });
    });
  });

  it('takes the promise of a listener for background work, and tells how it failed', async () => {
    const failures: string[] = [];
    const unheard: unknown[] = [];
    const waited: Promise<unknown>[] = [];
    const listen = (error: unknown): void => void unheard.push(error);
    process.on('unhandledRejection', listen);
    const handler = toHandler(compose(), () => new Response('hi'), {
      platform: { waitUntil: (work) => void waited.push(work) },
      onEvent: async (event) => {
        await null;
        if (event.type === 'background-error') failures.push(event.message);
        if (event.type === 'response-end' || event.type === 'background-error')
          throw new Error(`no database for ${event.type}`);
      },
    });
    await (await handler(new Request('http://a.test/'))).text();
    while (waited.length > 0) await waited.shift();
    await new Promise((resolve) => setImmediate(resolve));
    process.off('unhandledRejection', listen);
    expect(unheard).toEqual([]);
    expect(failures).toEqual(['no database for response-end']);
  });

  it('refuses options that it does not know, or of another type', () => {
    const end = () => new Response();
    expect(() => toHandler(compose(), end, { maxBodySize: 1 } as never)).toThrow(
      'Remove "maxBodySize" from the options of toHandler(): it knows platform, maxBodyBytes, onEvent',
    );
    expect(() => toHandler(compose(), end, { onEvent: 'log' } as never)).toThrow(
      'Expected "onEvent" of toHandler() to be of type function: got string',
    );
    expect(() => toHandler(compose(), end, { platform: { digest: null } } as never)).toThrow(
      'Expected "digest" of "platform" of toHandler() to be of type function: got null',
    );
  });

  it('passes a stream through byte by byte with nothing to do', async () => {
    const handler = toHandler(compose(pass, pass), () =>
      eventStream([sse.slice(0, 20), sse.slice(20)]),
    );
    const response = await handler(post());
    expect(await response.text()).toBe(sse);
    expect(response.headers.get('x-request-id')).toMatch(/^[\w-]{36}$/);
    expect(response.headers.get('server-timing')).toMatch(/^gateway;dur=\d+\.\d$/);
  });

  it('adds its timing to that of the upstream', async () => {
    const init = { headers: { 'server-timing': 'model;dur=5' } };
    const response = await toHandler(compose(pass), () => new Response('', init))(post());
    expect(response.headers.get('server-timing')).toMatch(/^model;dur=5, gateway;dur=/);
  });

  it('answers a RequestError in OpenAI form and anything else with a bare 500', async () => {
    const refuse = defineMiddleware(undefined, () => {
      throw new RequestError({
        status: 422,
        type: 'invalid_request_error',
        message: 'Expected an array',
        param: 'messages',
      });
    });
    const response = await toHandler(refuse, () => new Response())(post());
    expect(response.status).toBe(422);
    expect(await response.json()).toEqual({
      error: {
        message: 'Expected an array',
        type: 'invalid_request_error',
        param: 'messages',
        code: null,
      },
    });
    const broken = await toHandler(pass, fail, { onEvent: () => {} })(post());
    expect(broken.status).toBe(500);
    expect(await broken.text()).not.toContain('hunter2');
    expect(broken.headers.get('x-should-retry')).toBe('false');
  });

  it('writes the cause of a 500 to the console where nobody hears events', async () => {
    const print = vi.spyOn(console, 'error').mockImplementation(() => {});
    const events: GatewayEvent[] = [];
    await toHandler(pass, fail, { onEvent: (event) => events.push(event) })(post());
    expect(events).toContainEqual(
      expect.objectContaining({ type: 'background-error', message: 'Error: password=hunter2' }),
    );
    expect(print).not.toHaveBeenCalled();
    const response = await toHandler(compose(pass, pass), fail)(post());
    expect(response.status).toBe(500);
    expect(print.mock.calls).toEqual([[new Error('password=hunter2')]]);
    print.mockRestore();
  });

  it('emits response-end and exchange-end once, after background work', async () => {
    const events: GatewayEvent[] = [];
    let release = (): void => {};
    const work = defineMiddleware(undefined, (_request, next, context) => {
      context.waitUntil(new Promise<void>((resolve) => (release = resolve)));
      return next();
    });
    const handler = toHandler(compose(work), () => eventStream([sse]), {
      onEvent: (event) => events.push(event),
    });
    await (await handler(post())).text();
    expect(events.map((event) => event.type)).toEqual(['response-start', 'response-end']);
    release();
    await new Promise((resolve) => setImmediate(resolve));
    expect(events.map((event) => event.type)).toEqual([
      'response-start',
      'response-end',
      'exchange-end',
    ]);
    expect(events[1]).toMatchObject({
      status: 200,
      outputBytes: sse.length,
      outcome: { ended: 'completed' },
    });
  });

  it('cancels the upstream when the caller stops reading, and says so', async () => {
    const events: GatewayEvent[] = [];
    const state: { cancelled?: unknown } = {};
    const closed: string[] = [];
    const watch = defineMiddleware(undefined, async (_request, next, context) =>
      addReplyStage(
        await next(),
        { name: 'watch', event() {}, close: ({ ended }) => closed.push(ended) },
        context,
      ),
    );
    const handler = toHandler(compose(watch), () => eventStream([sse, sse, sse], state), {
      onEvent: (event) => events.push(event),
    });
    const reader = (await handler(post())).body!.getReader();
    await reader.read();
    await reader.cancel('enough');
    expect(state.cancelled).toBe('enough');
    expect(closed).toEqual(['cancelled']);
    expect(events.find((event) => event.type === 'response-end')).toMatchObject({
      outcome: { ended: 'cancelled' },
    });
  });

  it('breaks the reply off when the caller aborts, though nobody reads on', async () => {
    const state: { cancelled?: unknown } = {};
    const controller = new AbortController();
    const handler = toHandler(compose(pass), () => eventStream([sse, sse, sse], state));
    const reader = (await handler(post('{}', { signal: controller.signal }))).body!.getReader();
    await reader.read();
    controller.abort(new Error('gone'));
    expect((state.cancelled as Error).message).toBe('gone');
    await expect(reader.read()).rejects.toThrow('gone');
  });

  it('releases a reply that comes after the caller has left', async () => {
    const events: GatewayEvent[] = [];
    const state: { cancelled?: unknown } = {};
    const controller = new AbortController();
    let reply = (_response: Response): void => {};
    const handler = toHandler(compose(pass), () => new Promise((resolve) => (reply = resolve)), {
      onEvent: (event) => events.push(event),
    });
    const answer = handler(post('{}', { signal: controller.signal }));
    await new Promise((resolve) => setImmediate(resolve));
    controller.abort(new Error('gone'));
    reply(eventStream([sse, sse], state));
    expect((await answer).status).toBe(499);
    expect((state.cancelled as Error).message).toBe('gone');
    expect(events.map((event) => event.type).slice(-2)).toEqual(['response-end', 'exchange-end']);
  });

  it.each([
    ['nothing', () => undefined],
    ['text', () => 'hello'],
    ['Response.error()', () => Response.error()],
    ['an informational status', () => createReply({ status: 103 })],
    ['a status that is none', () => createReply({ status: 999 })],
  ])('answers 500 where a middleware or an end answers %s', async (_name, answer) => {
    const events: GatewayEvent[] = [];
    const onEvent = (event: GatewayEvent): void => void events.push(event);
    const chains = [
      toHandler(compose(pass), answer as never, { onEvent }),
      toHandler(compose(pass, answer as never), () => new Response(), { onEvent }),
    ];
    for (const handler of chains) {
      const response = await handler(post());
      expect([response.status, (await response.json()).error.type]).toEqual([500, 'server_error']);
    }
    expect(events.filter((event) => event.type === 'background-error')).toHaveLength(2);
  });

  it('reads no further upstream than the caller asks', async () => {
    const state: { pulled?: number } = {};
    const handler = toHandler(compose(pass), () => eventStream(Array(100).fill(sse), state));
    const reader = (await handler(post())).body!.getReader();
    await reader.read();
    await reader.read();
    expect(state.pulled).toBeLessThanOrEqual(3);
    await reader.cancel();
  });

  it('ends an aborted exchange as cancelled', async () => {
    const events: GatewayEvent[] = [];
    const controller = new AbortController();
    const handler = toHandler(
      compose(pass),
      (_request, context) =>
        new Promise((_, reject) =>
          context!.signal.addEventListener('abort', () => reject(context!.signal.reason)),
        ),
      { onEvent: (event) => events.push(event) },
    );
    const answer = handler(post('{}', { signal: controller.signal }));
    controller.abort(new Error('gone'));
    expect((await answer).status).toBe(499);
    expect(events.map((event) => event.type)).toEqual(['response-end', 'exchange-end']);
    expect(events[0]).toMatchObject({ outcome: { ended: 'cancelled' } });
  });
});

describe('reply stages', () => {
  it('run in one order, inside out, and keep unaltered bytes', async () => {
    const seen: string[] = [];
    const watch = (name: string) =>
      defineMiddleware(undefined, async (_request, next, context) =>
        addReplyStage(
          await next(),
          { name, event: (event) => void seen.push(`${name}:${event.data}`) },
          context,
        ),
      );
    const rewriteTwo = defineMiddleware(undefined, async (_request, next, context) =>
      addReplyStage(
        await next(),
        {
          name: 'rewrite',
          transform: true,
          event: (event, out) =>
            out.event(event.data.includes('2') ? createSseEvent({ data: 'two' }) : event),
        },
        context,
      ),
    );
    const handler = toHandler(compose(watch('outer'), rewriteTwo, watch('inner')), () =>
      eventStream([sse.slice(0, 5), sse.slice(5, 31), sse.slice(31)]),
    );
    expect(await (await handler(post())).text()).toBe(sse.replace('{"n":2}', 'two'));
    expect(seen.filter((one) => one.startsWith('inner'))).toEqual([
      'inner:{"n":1}',
      'inner:{"n":2}',
      'inner:[DONE]',
    ]);
    expect(seen.filter((one) => one.startsWith('outer'))).toEqual([
      'outer:{"n":1}',
      'outer:two',
      'outer:[DONE]',
    ]);
  });

  it('see a JSON body whole and may replace it', async () => {
    const bodies: unknown[] = [];
    const watch = defineMiddleware(undefined, async (_request, next, context) =>
      addReplyStage(
        await next(),
        { name: 'watch', body: (body) => void bodies.push(body.json()) },
        context,
      ),
    );
    const replace = defineMiddleware(undefined, async (_request, next, context) =>
      addReplyStage(
        await next(),
        { name: 'replace', transform: true, body: () => new TextEncoder().encode('{"a":2}') },
        context,
      ),
    );
    const handler = toHandler(
      compose(watch, replace, watch),
      () => new Response(streamOf(['{"a"', ':1}']), { headers: { 'content-length': '7' } }),
    );
    const response = await handler(post());
    expect(response.headers.get('content-length')).toBeNull();
    expect(await response.text()).toBe('{"a":2}');
    expect(bodies).toEqual([{ a: 1 }, { a: 2 }]);
  });

  it('turn a break into an end of their own', async () => {
    const broken = (): Response =>
      new Response(
        new ReadableStream({
          start(controller) {
            controller.enqueue(new TextEncoder().encode('data: 1\n\n'));
          },
          pull(controller) {
            controller.error(new Error('reset'));
          },
        }),
        { headers: { 'content-type': 'text/event-stream' } },
      );
    const gate = defineMiddleware(undefined, async (_request, next, context) =>
      addReplyStage(
        await next(),
        {
          name: 'gate',
          event() {},
          fail(_error, out) {
            out.event(createSseEvent({ data: '{"error":{}}' }));
            out.end('failed');
          },
        },
        context,
      ),
    );
    const events: GatewayEvent[] = [];
    const handler = toHandler(compose(pass, gate), broken, {
      onEvent: (event) => events.push(event),
    });
    expect(await (await handler(post())).text()).toBe('data: 1\n\ndata: {"error":{}}\n\n');
    expect(events.find((event) => event.type === 'response-end')).toMatchObject({
      outcome: { ended: 'failed' },
    });
    await expect((await toHandler(pass, broken)(post())).text()).rejects.toThrow();
  });

  it.each([false, true])(
    'take an event beyond all measure for a break, transform: %s',
    async (transform) => {
      const gate = defineMiddleware(undefined, async (_request, next, context) =>
        addReplyStage(
          await next(),
          {
            name: 'gate',
            transform,
            event(event, out) {
              if (transform) out.event(event);
            },
            fail(_error, out) {
              out.bytes(new TextEncoder().encode('\n\ndata: {"error":{}}\n\n'));
              out.end('failed');
            },
          },
          context,
        ),
      );
      const events: GatewayEvent[] = [];
      let cancelled = false;
      const pieces = ['data: 1\n\n', 'data: ', ...Array<string>(9).fill('x'.repeat(1024 * 1024))];
      const end = (): Response =>
        new Response(
          new ReadableStream({
            pull(controller) {
              controller.enqueue(new TextEncoder().encode(pieces.shift() ?? 'data: never\n\n'));
            },
            cancel() {
              cancelled = true;
            },
          }),
          { headers: { 'content-type': 'text/event-stream' } },
        );
      const handler = toHandler(gate, end, { onEvent: (event) => events.push(event) });
      const text = await (await handler(post())).text();
      expect(text.startsWith('data: 1\n\n')).toBe(true);
      expect(text.endsWith('\n\ndata: {"error":{}}\n\n')).toBe(true);
      expect([text.includes('x'), text.includes('never'), cancelled]).toEqual([
        !transform,
        false,
        true,
      ]);
      expect(events.some((event) => event.type === 'background-error')).toBe(false);
      expect(events.find((event) => event.type === 'response-end')).toMatchObject({
        outcome: { ended: 'failed' },
      });
    },
  );

  it('that throw fail the reply and let nothing more out', async () => {
    const events: GatewayEvent[] = [];
    const bad = defineMiddleware(undefined, async (_request, next, context) =>
      addReplyStage(
        await next(),
        {
          name: 'bad',
          transform: true,
          event() {
            throw new Error('bug');
          },
        },
        context,
      ),
    );
    const response = await toHandler(bad, () => eventStream([sse]), {
      onEvent: (event) => events.push(event),
    })(post());
    await expect(response.text()).rejects.toThrow('bug');
    expect(events.some((event) => event.type === 'background-error')).toBe(true);
  });

  it('work through the standard body too', async () => {
    const shout = defineMiddleware(undefined, async (_request, next, context) => {
      const response = addReplyStage(
        await next(),
        {
          name: 's',
          transform: true,
          event: (event, out) => out.event(createSseEvent({ data: event.data.toUpperCase() })),
        },
        context,
      );
      expect(await response.text()).toContain('[DONE]');
      return new Response('read by hand');
    });
    expect(
      await (
        await toHandler(shout, () => eventStream(['data: a\n\ndata: [done]\n\n']))(post())
      ).text(),
    ).toBe('read by hand');
  });
});

describe('holdReply()', () => {
  const hold = (decisions: string[], maxBytes = 1e6) =>
    defineMiddleware(undefined, async (_request, next, context) => {
      const held = await holdReply(
        await next(),
        {
          decide: (event) => (event.data.includes('2') ? 'commit' : 'hold'),
          maxBytes,
          maxMs: 1000,
        },
        context,
      );
      decisions.push(held.decision);
      return held.response;
    });

  it('holds until it decides, loses nothing, and lets outer stages see everything once', async () => {
    const decisions: string[] = [];
    const seen: string[] = [];
    const watch = defineMiddleware(undefined, async (_request, next, context) =>
      addReplyStage(
        await next(),
        { name: 'watch', event: (event) => void seen.push(event.data) },
        context,
      ),
    );
    const cuts = ['data: {"n"', ':1}\n\ndata: {"n":2}\n', '\ndata: [DO', 'NE]\n\n'];
    const handler = toHandler(compose(watch, hold(decisions)), () => eventStream(cuts));
    expect(await (await handler(post())).text()).toBe(sse);
    expect(seen).toEqual(['{"n":1}', '{"n":2}', '[DONE]']);
    expect(decisions).toEqual(['commit']);
  });

  it('works with transforms inside and outside', async () => {
    const transform = defineMiddleware(undefined, async (_request, next, context) =>
      addReplyStage(
        await next(),
        {
          name: 't',
          transform: true,
          event: (event, out) => out.event(createSseEvent({ data: `<${event.data}>` })),
        },
        context,
      ),
    );
    const cuts = ['data: {"n"', ':1}\n\ndata: {"n":2}\n', '\ndata: [DO', 'NE]\n\n'];
    const handler = toHandler(compose(transform, hold([]), transform), () => eventStream(cuts));
    expect(await (await handler(post())).text()).toBe(
      'data: <<{"n":1}>>\n\ndata: <<{"n":2}>>\n\ndata: <<[DONE]>>\n\n',
    );
    const outside = toHandler(compose(transform, hold([])), () => eventStream(cuts));
    expect(await (await outside(post())).text()).toBe(
      'data: <{"n":1}>\n\ndata: <{"n":2}>\n\ndata: <[DONE]>\n\n',
    );
  });

  it('tells an early end and a bound', async () => {
    const decisions: string[] = [];
    const handler = toHandler(compose(hold(decisions)), () => eventStream(['data: 1\n\n']));
    expect(await (await handler(post())).text()).toBe('data: 1\n\n');
    const small = toHandler(compose(hold(decisions, 5)), () =>
      eventStream(['data: 1\n\n', 'data: 3\n\n']),
    );
    expect(await (await small(post())).text()).toBe('data: 1\n\ndata: 3\n\n');
    expect(decisions).toEqual(['ended', 'overflow']);
  });
});

describe('bodies', () => {
  it('are parsed once and sent again from memory', async () => {
    const bodies: string[] = [];
    const twice = defineMiddleware(undefined, async (request, next, context) => {
      expect(await context.json(request)).toBe(await context.json(request));
      await next();
      return next();
    });
    const response = await toHandler(compose(twice), async (request) => {
      bodies.push(await request.text());
      return new Response('ok');
    })(post());
    expect(await response.text()).toBe('ok');
    expect(bodies).toEqual(['{"a":1}', '{"a":1}']);
  });

  it('that were not remembered are sent once only', async () => {
    let thrown: unknown;
    const twice = defineMiddleware(undefined, async (_request, next) => {
      await next();
      return next().catch((error) => {
        thrown = error;
        return new Response('caught');
      });
    });
    const response = await toHandler(
      twice,
      async (request) => new Response(await request.text()),
    )(post());
    expect(await response.text()).toBe('caught');
    expect(BodyNotReplayableError.isInstance(thrown)).toBe(true);
  });

  it('of derived requests are serialised for the end and parsed for nobody', async () => {
    const change = defineMiddleware(undefined, async (request, next, context) => {
      const changed = rewrite(
        request,
        { json: { b: 2 }, headers: { 'x-one': '1', 'content-type': null } },
        context,
      );
      expect(await context.json(changed)).toEqual({ b: 2 });
      return next(changed);
    });
    const response = await toHandler(change, async (request) =>
      Response.json([
        await request.json(),
        request.headers.get('x-one'),
        request.headers.get('content-type'),
      ]),
    )(post());
    expect(await response.json()).toEqual([{ b: 2 }, '1', 'application/json']);
  });

  it.each([
    ['{"a":', 400],
    ['', 400],
    ['\uFEFF{}', 400],
    ['[1,]', 400],
  ])('that are not JSON get a 400: %j', async (body, status) => {
    const parse = defineMiddleware(undefined, async (request, next, context) => {
      await context.json(request);
      return next();
    });
    const response = await toHandler(parse, () => new Response())(post(body));
    expect(response.status).toBe(status);
  });

  it('over the limit get a 413, declared or not', async () => {
    const parse = defineMiddleware(undefined, async (request, next, context) => {
      await context.json(request);
      return next();
    });
    const handler = toHandler(parse, () => new Response(), { maxBodyBytes: 10 });
    expect((await handler(post(`"${'x'.repeat(20)}"`))).status).toBe(413);
    const stream = streamOf(['"', 'x'.repeat(20), '"']);
    expect(
      (await handler(post(null, { body: stream, duplex: 'half' } as RequestInit))).status,
    ).toBe(413);
  });

  it('reach a foreign middleware unspent, and the end after it', async () => {
    const foreign = async (request: Request, next: () => Promise<Response>): Promise<Response> => {
      expect(await request.json()).toEqual({ a: 1 });
      return next();
    };
    const response = await toHandler(
      compose(foreign),
      async (request) => new Response(await request.text()),
    )(post());
    expect(await response.text()).toBe('{"a":1}');
  });
});

describe('replies that a middleware reads', () => {
  it('are read once, however many ask at once, and can still be sent', async () => {
    const twice = defineMiddleware(undefined, async (_request, next, context) => {
      const response = await next();
      const [one, two] = await Promise.all([context.json(response), context.bytes(response)]);
      expect([one, two.length]).toEqual([{ a: 1 }, 7]);
      return response;
    });
    const handler = toHandler(twice, () => new Response(streamOf(['{"a"', ':1}'])));
    expect(await (await handler(post())).json()).toEqual({ a: 1 });
  });

  it('may begin with a byte order mark, which stays', async () => {
    const look = defineMiddleware(undefined, async (_request, next, context) => {
      const response = await next();
      expect(await context.json(response)).toEqual({ a: 1 });
      return response;
    });
    const sent = new TextEncoder().encode('\ufeff{"a":1}');
    const response = await toHandler(look, () => createReply({ body: sent }))(post());
    expect(new Uint8Array(await response.arrayBuffer())).toEqual(sent);
  });

  it('have no reason phrase where a Response can not have it: upstreams write it in UTF-8', async () => {
    const pass = defineMiddleware(undefined, (_request, next) => next());
    for (const statusText of ['OK', '成功', 'a\r\nb', 'Ça va']) {
      const end = (): Response => createReply({ statusText, body: 'Hi' });
      const response = await toHandler(pass, end)(post());
      expect(response.status).toBe(200);
      expect(response.statusText).toBe(/^[A-zÇ ]+$/.test(statusText) ? statusText : '');
      expect(await response.text()).toBe('Hi');
      expect(await end().clone().text()).toBe('Hi');
    }
  });

  it('can not be changed through what was parsed: others see it, too', async () => {
    const change = defineMiddleware(undefined, async (_request, next, context) => {
      const response = await next();
      const body = (await context.json(response)) as { a: { b: number } };
      expect(() => {
        body.a.b = 2;
      }).toThrow(TypeError);
      return response;
    });
    const handler = toHandler(change, () => new Response('{"a":{"b":1}}'));
    expect(await (await handler(post())).text()).toBe('{"a":{"b":1}}');
  });

  it.each(['<html>', ''])("that are no JSON are the upstream's fault: %j", async (body) => {
    const parse = defineMiddleware(undefined, async (_request, next, context) => {
      await context.json(await next());
      return new Response('not reached');
    });
    expect((await toHandler(parse, () => new Response(body))(post())).status).toBe(502);
  });
});

it.each([undefined, null, 'https://api.test'])(
  'an end that is none (%j) is refused at once',
  (end) => {
    expect(() => toHandler(compose(), end as never)).toThrow('Give an end such as upstream()');
  },
);

it('tells a middleware from an end', () => {
  const end = asMemoAware(function upstreamEnd() {
    return new Response();
  });
  expect(() => toHandler(compose(), pass as never)).toThrow(
    'Give an end such as upstream(): "middleware" is a middleware',
  );
  expect(() => compose(pass, end as never)).toThrow(
    'Give "upstreamEnd" to the host as its end: no chain can go on behind it',
  );
});

describe('compose()', () => {
  const role = (name: 'semanticCache' | 'promptGuard' | 'failover' | 'modelRouter' | 'rateLimit') =>
    defineMiddleware(name, (_request, next) => next());

  it('refuses an order that opens a hole, and says how to mend it', () => {
    expect(() => compose(role('semanticCache'), role('promptGuard'))).toThrow(OrderError);
    expect(() => compose(role('semanticCache'), role('promptGuard'))).toThrow(
      /Place "promptGuard" before "semanticCache"/,
    );
    expect(() => compose(compose(role('failover')), compose(role('modelRouter')))).toThrow(
      OrderError,
    );
    expect(() => compose(role('semanticCache'), role('rateLimit'))).toThrow(OrderError);
    expect(() =>
      compose(
        role('rateLimit'),
        role('promptGuard'),
        role('modelRouter'),
        role('semanticCache'),
        role('failover'),
      ),
    ).not.toThrow();
    expect(() =>
      compose(unordered(role('semanticCache'), 'the guard here only logs'), role('promptGuard')),
    ).not.toThrow();
  });

  it('gives a middleware called by hand its own exchange', async () => {
    const stamp = defineMiddleware(undefined, async function stamp(_request, next, context) {
      updateOutcome(context, { source: 'none' });
      return rewriteReply(await next(), { headers: { 'x-stamp': context.requestId } }, context);
    });
    const request = post();
    const response = await stamp(request, async () => new Response('plain'));
    expect(response.headers.get('x-stamp')).toBe(response.headers.get('x-request-id'));
    expect(contextOf(request)?.requestId).toBe(response.headers.get('x-stamp'));
    expect(await response.text()).toBe('plain');
  });

  it('forks and adopts', async () => {
    const key = { symbol: Symbol('k') } as { symbol: symbol; type?: string };
    const attempts = defineMiddleware(undefined, async (request, next, context) => {
      const child = context.fork();
      const response = await next(request, child);
      expect(context.get(key)).toBeUndefined();
      context.adopt(child);
      expect(context.get(key)).toBe('won');
      child.set(key, 'late');
      expect(context.get(key)).toBe('late');
      return response;
    });
    const inner = defineMiddleware(undefined, (_request, next, context) => {
      context.set(key, 'won');
      return next();
    });
    expect(
      (await toHandler(compose(attempts, inner), () => new Response('x'))(post())).status,
    ).toBe(200);
  });
});

describe('createReply()', () => {
  it('is a Response', async () => {
    const reply = createReply({ status: 201, headers: { 'x-a': '1' }, body: '{"ok":true}' });
    expect(reply).toBeInstanceOf(Response);
    expect([reply.status, reply.ok, reply.headers.get('X-A')]).toEqual([201, true, '1']);
    expect(await new Response(reply.body, reply).json()).toEqual({ ok: true });
  });

  it('refuses headers that forge others', () => {
    expect(() => createReply({ headers: { 'x-a': '1\r\nx-b: 2' } })).toThrow(TypeError);
    expect(() => createReply({ headers: { 'x a': '1' } })).toThrow(TypeError);
    expect(() => rewriteReply(createReply(), { headers: { 'x-a': '1\n2' } })).toThrow(TypeError);
  });

  it('answers errors with the advice not to retry', () => {
    expect(
      errorResponse({ status: 400, type: 't', message: 'm' }).headers.get('x-should-retry'),
    ).toBe('false');
    expect(
      errorResponse({ status: 429, type: 't', message: 'm' }).headers.get('x-should-retry'),
    ).toBe('true');
  });
});
