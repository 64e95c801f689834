import { Hono } from 'hono';
import { describe, expect, it, vi } from 'vitest';
import {
  addReplyStage,
  type Context,
  compose,
  contextOf,
  createContextKey,
  createReply,
  defineMiddleware,
  type End,
  type GatewayEvent,
  type Middleware,
  OrderError,
  rewrite,
  rewriteReply,
} from '../index.ts';
import { toHono } from './to-hono.ts';
import { HonoNextError } from './to-hono-error.ts';

const pass = defineMiddleware(undefined, function pass(_request, next) {
  return next();
});

const readJson = defineMiddleware(undefined, async function readJson(request, next, context) {
  await context.json(request);
  return next();
});

const shout = defineMiddleware(undefined, async function shout(_request, next, context) {
  const stage = {
    name: 'shout',
    transform: true,
    body: ({ bytes }: { bytes: Uint8Array }) =>
      new TextEncoder().encode(new TextDecoder().decode(bytes).toUpperCase()),
  };
  return addReplyStage(await next(), stage, context);
});

function post(body: BodyInit = '{"a":1}', headers: Record<string, string> = {}) {
  return { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body };
}

describe('toHono()', () => {
  it('lets a handler read a body that the chain has read', async () => {
    const app = new Hono();
    app.use(toHono(readJson));
    app.post('/c', async (c) => c.json(await c.req.json()));
    app.post('/raw', async (c) => c.text(await c.req.raw.text()));
    expect(await (await app.request('/c', post())).json()).toEqual({ a: 1 });
    expect(await (await app.request('/raw', post())).text()).toBe('{"a":1}');
  });

  it.each(['json', 'text', 'arrayBuffer'] as const)(
    'reads a body that Hono has read before as %s',
    async (kind) => {
      const app = new Hono();
      app.use(async (c, next) => {
        await c.req[kind]();
        await next();
      });
      app.use(toHono(readJson));
      app.post('/', async (c) => c.json(await c.req.json()));
      expect(await (await app.request('/', post())).json()).toEqual({ a: 1 });
    },
  );

  it('lets Hono read while the chain is still at work', async () => {
    const app = new Hono();
    let seen: unknown;
    app.use(async (c, next) => {
      await next();
      seen = await c.req.json();
    });
    app.use(
      toHono(
        defineMiddleware(undefined, async (request, _next, context) => {
          await context.bytes(request);
          return createReply({ status: 418 });
        }),
      ),
    );
    expect((await app.request('/', post())).status).toBe(418);
    expect(seen).toEqual({ a: 1 });
  });

  it('leaves an unread body alone', async () => {
    const app = new Hono();
    app.use(toHono(pass));
    app.post('/', async (c) => c.text((await c.req.raw.text()) + c.req.raw.bodyUsed));
    expect(await (await app.request('/', post('plain'))).text()).toBe('plaintrue');
  });

  it('gives Hono the request that the chain rewrote', async () => {
    const rename = defineMiddleware(undefined, async (request, next, context) => {
      await context.json(request);
      const change = { url: 'http://gate.test/x?b=2', headers: { 'x-a': 'b' }, json: { b: 2 } };
      return next(rewrite(request, change, context));
    });
    const app = new Hono();
    app.use(async (c, next) => {
      await c.req.text();
      await next();
    });
    app.use(toHono(rename));
    app.post('/', async (c) => c.json([await c.req.json(), c.req.header('x-a'), c.req.query('b')]));
    expect(await (await app.request('/', post())).json()).toEqual([{ b: 2 }, 'b', '2']);
  });

  it('replaces the reply with none of its stale headers', async () => {
    const replace = defineMiddleware(undefined, async (_request, next) => {
      await next();
      return createReply({ headers: { 'x-new': '1' }, body: 'new' });
    });
    const app = new Hono();
    app.use(toHono(replace));
    app.get('/', (c) => c.body('old', 200, { 'content-encoding': 'gzip', 'x-old': '1' }));
    const response = await app.request('/');
    expect(await response.text()).toBe('new');
    expect(Object.fromEntries(response.headers)).toMatchObject({ 'x-new': '1' });
    expect(response.headers.has('content-encoding')).toBe(false);
    expect(response.headers.has('x-old')).toBe(false);
  });

  it('raises a named error on a second next(), also when the chain swallows it', async () => {
    const twice: Middleware = defineMiddleware(undefined, async (_request, next) => {
      await next();
      return next().catch(() => createReply({ body: 'swallowed' }));
    });
    const app = new Hono();
    const raised: Error[] = [];
    app.onError((error, c) => {
      raised.push(error);
      return c.text('handled', 500);
    });
    app.use(toHono(twice));
    app.get('/', (c) => c.text('once'));
    const response = await app.request('/');
    expect(await response.text()).toBe('handled');
    expect(raised.map(HonoNextError.isInstance)).toEqual([true]);
  });

  it('lets separate mounts share one Context, whose exchange ends once', async () => {
    const key = createContextKey<string>('test/shared');
    const contexts: Context[] = [];
    const set = defineMiddleware(undefined, (_request, next, context) => {
      contexts.push(context);
      context.set(key, 'from the outer mount');
      return next();
    });
    const get = defineMiddleware(undefined, async (_request, next, context) => {
      contexts.push(context);
      return rewriteReply(await next(), { headers: { 'x-found': context.get(key) ?? 'nothing' } });
    });
    const events: GatewayEvent[] = [];
    const app = new Hono();
    app.use(toHono(set, { onEvent: (event) => events.push(event) }));
    const inner = new Hono();
    inner.use(toHono(compose(get, shout)));
    inner.get('/', (c) => c.text('hello'));
    app.route('/v1', inner);
    const response = await app.request('/v1');
    expect(await response.text()).toBe('HELLO');
    expect(response.headers.get('x-found')).toBe('from the outer mount');
    expect(contexts[0]?.requestId).toBe(contexts[1]?.requestId);
    expect(events.filter((event) => event.type === 'response-end')).toHaveLength(1);
    expect(events.filter((event) => event.type === 'exchange-end')).toHaveLength(1);
  });

  it('hands an inner mount the body that the outer one has read', async () => {
    const bodies: unknown[] = [];
    const keep = defineMiddleware(undefined, async (request, next, context) => {
      bodies.push(await context.json(request));
      return next();
    });
    const app = new Hono();
    app.use(toHono(keep));
    app.use(toHono(keep));
    app.post('/', (c) => c.text('ok'));
    await app.request('/', post());
    // The very same value: parsed once.
    expect(bodies[0]).toBe(bodies[1]);
  });

  it('lets a handler find the Context and what was read through c.req.raw', async () => {
    const key = createContextKey<string>('test/shared');
    const set = defineMiddleware(undefined, async (request, next, context) => {
      context.set(key, 'set outside');
      await context.json(request);
      return next();
    });
    const app = new Hono();
    app.use(toHono(set));
    app.post('/', async (c) => {
      const context = contextOf(c.req.raw);
      const known = context?.replayable(c.req.raw);
      return c.json([context?.get(key), known, await c.req.raw.json()]);
    });
    const response = await app.request('/', post());
    expect(await response.json()).toEqual(['set outside', true, { a: 1 }]);
  });

  describe('with an end', () => {
    const echo: End = async (request, context) => {
      const { a } = (await context!.json(request)) as { a: number };
      return Response.json({ a, id: context!.requestId.length > 0 });
    };

    it('answers there, as a handler or in front of others', async () => {
      const app = new Hono();
      app.post('/only', toHono(readJson, { end: echo }));
      app.use('/front/*', toHono(compose(readJson, shout), { end: echo }));
      app.post('/front/x', () => {
        throw new Error('never called');
      });
      const alone = await app.request('/only', post());
      expect(await alone.json()).toEqual({ a: 1, id: true });
      expect(alone.headers.get('x-request-id')).toMatch(/^[\w-]+$/);
      expect(await (await app.request('/front/x', post())).text()).toBe('{"A":1,"ID":TRUE}');
    });

    it('is asked again by a chain that retries', async () => {
      let asked = 0;
      const twice = defineMiddleware(undefined, async function twice(_request, next) {
        const first = await next();
        return first.ok ? first : next();
      });
      const app = new Hono();
      app.post(
        '/',
        toHono(compose(readJson, twice), {
          end: () => new Response(null, { status: ++asked === 1 ? 503 : 200 }),
        }),
      );
      expect((await app.request('/', post())).status).toBe(200);
      expect(asked).toBe(2);
    });

    it('shares the exchange with mounts outside of it', async () => {
      const events: GatewayEvent[] = [];
      const app = new Hono();
      app.use(toHono(readJson, { onEvent: (event) => events.push(event) }));
      app.post('/', toHono(shout, { end: echo }));
      expect(await (await app.request('/', post())).text()).toBe('{"A":1,"ID":TRUE}');
      expect(events.filter(({ type }) => type === 'response-end')).toHaveLength(1);
    });

    it('answers a failure in it, and is not called for a caller who left', async () => {
      const app = new Hono();
      const broken: End = () => {
        throw new Error('no upstream');
      };
      app.post('/broken', toHono(readJson, { end: broken }));
      const response = await app.request('/broken', post());
      expect([response.status, (await response.json()).error.type]).toEqual([500, 'server_error']);
      const gone = AbortSignal.abort();
      expect((await app.request('/broken', { ...post(), signal: gone })).status).toBe(499);
    });

    it('refuses a middleware in its place', () => {
      expect(() => toHono(readJson, { end: compose(pass) as never })).toThrow(
        'Give an end such as upstream()',
      );
    });
  });

  it('refuses mounts in an order that opens a hole, on the first request', async () => {
    const app = new Hono();
    const raised: Error[] = [];
    app.onError((error, c) => {
      raised.push(error);
      return c.text('handled', 500);
    });
    app.use(toHono(defineMiddleware('semanticCache', (_request, next) => next())));
    app.use(toHono(defineMiddleware('promptGuard', (_request, next) => next())));
    app.get('/', (c) => c.text('open'));
    const response = await app.request('/');
    expect(response.status).toBe(500);
    expect(raised.map(OrderError.isInstance)).toEqual([true]);
  });

  it('takes the answer of an error handler for a failure', async () => {
    const events: GatewayEvent[] = [];
    const app = new Hono();
    app.onError((_error, c) => c.text('sorry'));
    app.use(toHono(pass, { onEvent: (event) => events.push(event) }));
    app.get('/', () => {
      throw new Error('broken handler');
    });
    const response = await app.request('/');
    expect(await response.text()).toBe('sorry');
    const end = events.find((event) => event.type === 'response-end');
    expect(end).toMatchObject({ outcome: { ended: 'failed' } });
  });

  it('hands background work to the execution context, and does without one', async () => {
    const background = defineMiddleware(undefined, (_request, next, context) => {
      context.waitUntil(Promise.resolve());
      return next();
    });
    const app = new Hono();
    app.use(toHono(background));
    app.get('/', (c) => c.text('ok'));
    const waitUntil = vi.fn();
    const ctx = { waitUntil, passThroughOnException() {}, props: {} };
    expect((await app.request('/', {}, {}, ctx)).status).toBe(200);
    expect(waitUntil).toHaveBeenCalledTimes(1);
    const { stackTraceLimit } = Error;
    expect((await app.request('/')).status).toBe(200);
    expect(Error.stackTraceLimit).toBe(stackTraceLimit);
  });

  it('reads the address through the function given, and survives one that throws', async () => {
    const tell = defineMiddleware(undefined, (_request, _next, { platform }) =>
      createReply({ body: `${platform.clientAddress}` }),
    );
    const known = new Hono().use(toHono(tell, { clientAddress: () => '192.0.2.5' }));
    expect(await (await known.request('/')).text()).toBe('192.0.2.5');
    const failing = () => {
      throw new Error('no socket here');
    };
    const unknown = new Hono().use(toHono(tell, { clientAddress: failing }));
    expect(await (await unknown.request('/')).text()).toBe('undefined');
  });

  it('ends an exchange whose caller left without telling the error handler', async () => {
    const events: GatewayEvent[] = [];
    const errors: Error[] = [];
    const caller = new AbortController();
    const app = new Hono();
    app.onError((error, c) => {
      errors.push(error);
      return c.text('', 500);
    });
    app.use(toHono(pass, { onEvent: (event) => events.push(event) }));
    app.use(toHono(pass));
    app.get('/', (c) => {
      caller.abort(new Error('left'));
      return c.text('too late');
    });
    const response = await app.request('/', { signal: caller.signal });
    expect(response.status).toBe(499);
    expect(errors).toEqual([]);
    const end = events.find((event) => event.type === 'response-end');
    expect(end).toMatchObject({ outcome: { ended: 'cancelled' } });
  });
});
