/** What every middleware owes its neighbours (the contract of core), run on all of them. */
import {
  type Context,
  compose,
  createReply,
  defineMiddleware,
  type End,
  type GatewayEvent,
  type Middleware,
  type Next,
  toHandler,
} from '@wintergate/core';
import { describe, expect, it } from 'vitest';
import { faultsOf } from './lib/event-shapes.ts';
import { type Subject, subjects } from './lib/subjects.ts';
import {
  chatRequest,
  jsonEnd,
  jsonReply,
  openEnd,
  question,
  streamEnd,
  streamReply,
} from './lib/traffic.ts';

/** A handler around the subject that keeps every event. */
function host(middleware: Middleware, end: End) {
  const events: GatewayEvent[] = [];
  const handler = toHandler(middleware, end, { onEvent: (event) => void events.push(event) });
  const ends = () => ({
    response: events.filter(({ type }) => type === 'response-end'),
    exchange: events.filter(({ type }) => type === 'exchange-end'),
  });
  const outcomes = () => ends().response.map((event) => (event as { outcome?: unknown }).outcome);
  /** Waits for the end of the exchange, then gives it time for a second one that must not come. */
  async function settled(): Promise<void> {
    await expect.poll(() => ends().exchange.length).toBeGreaterThan(0);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  return { handler, events, ends, outcomes, settled };
}

function expectOneEnd({ ends, events }: ReturnType<typeof host>): void {
  expect(ends().response).toHaveLength(1);
  expect(ends().exchange).toHaveLength(1);
  expect(events.at(-1)?.type).toBe('exchange-end');
}

describe.each(subjects)('$name', (subject: Subject) => {
  describe('has nothing to do', () => {
    it('leaves a JSON reply byte for byte', async () => {
      const app = host(subject.create(), jsonEnd);
      const response = await app.handler(chatRequest());
      expect(response.status).toBe(200);
      expect(await response.text()).toBe(jsonReply);
      await app.settled();
      expectOneEnd(app);
    });

    it.each([1, 7, 64, 100_000])('leaves a stream cut at every %d bytes as it is', async (size) => {
      const app = host(subject.create(), streamEnd(size));
      const response = await app.handler(chatRequest({ stream: true }));
      expect(response.headers.get('content-type')).toBe('text/event-stream');
      expect(await response.text()).toBe(streamReply);
      await app.settled();
      expectOneEnd(app);
    });

    it('leaves line ends, comments and unknown events of a foreign stream', async () => {
      const odd =
        '\uFEFF: hi\r\n\r\nevent: x\rdata: 1\rdata: 2\r\rid: 7\ndata:no space\n\nretry: 5\n\ndata: last\n\n';
      const app = host(subject.create(), streamEnd(5, odd));
      const response = await app.handler(new Request('http://gate.test/events'));
      const bytes = new Uint8Array(await response.arrayBuffer());
      expect(bytes).toEqual(new TextEncoder().encode(odd));
    });

    it('sends the call on with the same content, unknown fields included', async () => {
      let sent: unknown;
      const app = host(subject.create(), async (request) => {
        sent = await request.json();
        return jsonEnd(request);
      });
      await (await app.handler(chatRequest())).text();
      expect(sent).toEqual(question);
    });

    it('passes the parts of a stream on as they come', async () => {
      const open = openEnd();
      const app = host(subject.create(), open.end);
      const pending = app.handler(chatRequest({ stream: true }));
      await open.called;
      const [comment = '', role = '', ...rest] = streamReply.split(/(?<=\n\n)/);
      open.write(comment + role + rest[0]);
      const reader = (await pending).body?.getReader();
      const read = async () => new TextDecoder().decode((await reader?.read())?.value);
      let head = '';
      while (head.length < (comment + role + rest[0]).length) head += await read();
      expect(head).toBe(comment + role + rest[0]);
      for (const event of rest.slice(1, 3)) {
        open.write(event);
        expect(await read()).toBe(event);
      }
      await reader?.cancel();
    });
  });

  describe('leaves what is not its own alone', () => {
    it('does not read an upload', async () => {
      let pulled = 0;
      const body = new ReadableStream<Uint8Array>(
        {
          pull(controller) {
            if (pulled++ > 0) return controller.close();
            controller.enqueue(new TextEncoder().encode('--b\r\n\r\nbinary\r\n--b--'));
          },
        },
        { highWaterMark: 0 },
      );
      let pulledBefore = -1;
      let sent = '';
      const app = host(subject.create(), async (request) => {
        pulledBefore = pulled;
        sent = await request.text();
        return jsonEnd(request);
      });
      const headers = { 'content-type': 'multipart/form-data; boundary=b' };
      const init = { method: 'POST', headers, body, duplex: 'half' } as RequestInit;
      const response = await app.handler(new Request('http://gate.test/v1/files', init));
      expect(await response.text()).toBe(jsonReply);
      expect(sent).toBe('--b\r\n\r\nbinary\r\n--b--');
      expect(pulledBefore).toBe(0);
    });

    it('passes unknown paths and methods', async () => {
      const app = host(subject.create(), (request) => createReply({ body: request.method }));
      const request = new Request('http://gate.test/unknown', { method: 'DELETE' });
      expect(await (await app.handler(request)).text()).toBe('DELETE');
    });

    it('does not change the request that it was given', async () => {
      const value = deepFreeze({ ...structuredClone(question) });
      const around = defineMiddleware(undefined, async function around(request, next, context) {
        deepFreeze(await context.json(request));
        const before = [...request.headers];
        const response = await next();
        expect([...request.headers]).toEqual(before);
        expect(request.url).toBe('http://gate.test/v1/chat/completions');
        expect(await context.json(request)).toEqual(value);
        return response;
      });
      const app = host(compose(around, subject.create()), jsonEnd);
      const response = await app.handler(chatRequest());
      expect(await response.text()).toBe(jsonReply);
      expect(response.status).toBe(200);
    });

    it('reads the body at most once, and so do all together', async () => {
      // The request's body is a stream: a second read would throw.
      const chain = compose(subject.create(), readsTheCall(), subject.create());
      const app = host(chain, async (request) => {
        expect(await request.json()).toEqual(question);
        return jsonEnd(request);
      });
      expect(await (await app.handler(chatRequest())).text()).toBe(jsonReply);
    });
  });

  describe('fits in anywhere', () => {
    it('may be called again by what lies outside, once for each attempt', async () => {
      const twice = defineMiddleware(undefined, async function twice(_request, next, context) {
        const first = context.fork();
        const failed = await next(undefined, first);
        await failed.text();
        const second = context.fork();
        const response = await next(undefined, second);
        context.adopt(second);
        return response;
      });
      let calls = 0;
      const app = host(compose(twice, readsTheCall(), subject.create()), (request) => {
        calls++;
        return calls === 1 ? createReply({ status: 500, body: 'first' }) : jsonEnd(request);
      });
      const response = await app.handler(chatRequest());
      expect(response.status).toBe(200);
      expect(await response.text()).toBe(jsonReply);
      await app.settled();
      expectOneEnd(app);
    });

    it('works around a function of another framework', async () => {
      const foreign = async (request: Request, next: Next): Promise<Response> => {
        const body = (await request.json()) as { model: string };
        const response = await next();
        const headers = new Headers(response.headers);
        headers.set('x-model', body.model);
        return new Response(response.body, { status: response.status, headers });
      };
      const app = host(compose(subject.create(), foreign), jsonEnd);
      const response = await app.handler(chatRequest());
      expect(response.headers.get('x-model')).toBe(question.model);
      expect(await response.text()).toBe(jsonReply);
    });

    it('works inside of a function of another framework', async () => {
      const foreign = async (request: Request, next: Next): Promise<Response> => {
        const body = (await request.json()) as object;
        const sent = { method: 'POST', headers: request.headers, body: JSON.stringify(body) };
        const response = await next(new Request(request.url, sent));
        return new Response(await response.text(), response);
      };
      const app = host(compose(foreign, subject.create()), streamEnd(9));
      const response = await app.handler(chatRequest({ stream: true }));
      expect(await response.text()).toBe(streamReply);
    });

    it('works on its own, without a host', async () => {
      const middleware = subject.create();
      const response = await middleware(chatRequest(), async () => jsonEnd(chatRequest()));
      expect(await response.text()).toBe(jsonReply);
    });

    it('keeps concurrent calls apart', async () => {
      const app = host(subject.create(), async (request) => {
        const { user } = (await request.json()) as { user: string };
        return createReply({ headers: { 'content-type': 'text/plain' }, body: user });
      });
      const users = Array.from({ length: 20 }, (_, at) => `user-${at}`);
      const replies = await Promise.all(users.map((user) => app.handler(chatRequest({ user }))));
      expect(await Promise.all(replies.map((reply) => reply.text()))).toEqual(users);
    });
  });

  describe('honours an abort', () => {
    it('before the reply: the attempt inside is given up, and nobody is answered', async () => {
      const caller = new AbortController();
      const waiting = endThatWaits();
      const app = host(subject.create(), waiting.end);
      const pending = app.handler(chatRequest({}, { signal: caller.signal }));
      const context = await waiting.called;
      caller.abort(new Error('left'));
      expect((await pending).status).toBe(499);
      expect(context.signal.aborted).toBe(true);
      await app.settled();
      expectOneEnd(app);
      expect(app.outcomes()).toMatchObject([{ ended: 'cancelled' }]);
    });

    it('within the reply: the stream inside is cancelled', async () => {
      const open = openEnd();
      const app = host(subject.create(), open.end);
      const pending = app.handler(chatRequest({ stream: true }));
      await open.called;
      open.write(
        streamReply
          .split(/(?<=\n\n)/)
          .slice(0, 3)
          .join(''),
      );
      const reader = (await pending).body?.getReader();
      await reader?.read();
      await reader?.cancel(new Error('left'));
      await open.cancelled;
      await app.settled();
      expectOneEnd(app);
      expect(app.outcomes()).toMatchObject([{ ended: 'cancelled' }]);
    });
  });

  describe('ends once when something fails', () => {
    it('the end throws', async () => {
      const app = host(subject.create(), () => Promise.reject(new Error('secret detail')));
      const response = await app.handler(chatRequest());
      expect(response.status).toBeGreaterThanOrEqual(500);
      expect(await response.text()).not.toContain('secret detail');
      await app.settled();
      expectOneEnd(app);
    });

    it('the body is not JSON', async () => {
      const app = host(subject.create(), jsonEnd);
      const init = {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: '{"a":',
      };
      const response = await app.handler(new Request('http://gate.test/v1/chat/completions', init));
      expect([200, 400]).toContain(response.status);
      await response.text();
      await app.settled();
      expectOneEnd(app);
    });

    it('the stream breaks off', async () => {
      const open = openEnd();
      const app = host(subject.create(), open.end);
      const pending = app.handler(chatRequest({ stream: true }));
      await open.called;
      open.write(
        streamReply
          .split(/(?<=\n\n)/)
          .slice(0, 3)
          .join(''),
      );
      const response = await pending;
      open.fail(new Error('socket hang up'));
      const text = await response.text().catch(() => 'broken');
      // Either the connection breaks or an error event says so; never a clean end.
      expect(text === 'broken' || text.includes('"error"')).toBe(true);
      expect(text).not.toContain('[DONE]');
      await app.settled();
      expectOneEnd(app);
      expect(app.outcomes()).toMatchObject([{ ended: 'failed', complete: false }]);
    });
  });

  it.each([
    ['JSON', () => chatRequest(), jsonEnd],
    ['a stream', () => chatRequest({ stream: true }), streamEnd(11)],
    ['a failure', () => chatRequest(), () => createReply({ status: 503, body: 'no' })],
    ['other traffic', () => new Request('http://gate.test/x'), jsonEnd],
  ])('tells only well-formed events about %s', async (_name, request, end) => {
    const app = host(subject.create(), end as End);
    await (await app.handler(request())).text();
    await app.settled();
    expect(app.events.flatMap(faultsOf)).toEqual([]);
    expectOneEnd(app);
  });
});

/** Reads the call and lets it pass, as any neighbour may. */
function readsTheCall(): Middleware {
  return defineMiddleware(undefined, async function readsTheCall(request, next, context) {
    expect(await context.json(request)).toMatchObject({ model: question.model });
    return next();
  });
}

/** An end that answers only by giving up. */
function endThatWaits(): { end: End; called: Promise<Context> } {
  let tell = (_context: Context): void => {};
  const called = new Promise<Context>((resolve) => {
    tell = resolve;
  });
  const end: End = (_request, context) =>
    new Promise((_, reject) => {
      const { signal } = context as Context;
      signal.addEventListener('abort', () => reject(signal.reason));
      tell(context as Context);
    });
  return { end, called };
}

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    Object.values(value).forEach(deepFreeze);
  }
  return value;
}
