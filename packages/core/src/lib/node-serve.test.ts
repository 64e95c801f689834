import { AsyncLocalStorage } from 'node:async_hooks';
import {
  createServer,
  request as httpRequest,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import {
  addReplyStage,
  asMemoAware,
  bearerAuth,
  compose,
  createReply,
  defineMiddleware,
  type End,
  type GatewayEvent,
  type Middleware,
  sendableBody,
} from '../index.ts';
import { type NodeServer, serveNode } from '../node.ts';

const open: (NodeServer | Server)[] = [];
afterEach(async () => {
  for (const server of open.splice(0)) {
    if ('server' in server) await server.close({ timeout: 100 });
    else server.close();
  }
});

async function upstreamServer(
  handle: (incoming: IncomingMessage, outgoing: ServerResponse) => void,
): Promise<string> {
  const server = createServer(handle);
  open.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function gate(
  middleware: Middleware,
  end: End,
  onEvent?: (event: GatewayEvent) => void,
): Promise<NodeServer> {
  const server = await serveNode(middleware, end, {
    port: 0,
    ...(onEvent && { onEvent }),
    maxBodyBytes: 1000,
  });
  open.push(server);
  return server;
}

/** The simplest end that uses the host's transport. */
function proxyTo(base: string): End {
  return asMemoAware((request, context) =>
    context!.platform.transport!({
      url: base + new URL(request.url).pathname,
      method: request.method,
      headers: request.headers,
      body: sendableBody(request),
      signal: context!.signal,
    }),
  );
}

const pass = defineMiddleware(undefined, (_request, next) => next());
const watch = defineMiddleware(undefined, async (_request, next, context) =>
  addReplyStage(await next(), { name: 'watch', event() {}, body() {} }, context),
);

describe('serveNode()', () => {
  it('carries a call to the upstream and its reply back', async () => {
    const base = await upstreamServer((incoming, outgoing) => {
      incoming.setEncoding('utf8');
      let text = '';
      incoming.on('data', (chunk) => (text += chunk));
      incoming.on('end', () =>
        outgoing.setHeader('x-up', '1').end(
          JSON.stringify({
            path: incoming.url,
            text,
            length: incoming.headers['content-length'],
          }),
        ),
      );
    });
    for (const chain of [compose(pass), compose(watch)]) {
      const { url } = await gate(chain, proxyTo(base));
      const response = await fetch(`${url}/v1/x`, { method: 'POST', body: 'hello' });
      expect(response.headers.get('x-up')).toBe('1');
      expect(response.headers.get('x-request-id')).toMatch(/^[\w-]+$/);
      expect(response.headers.get('server-timing')).toMatch(/^gateway;dur=/);
      expect(await response.json()).toEqual({ path: '/v1/x', text: 'hello', length: '5' });
    }
  });

  it('says where a function was handed over that has to be called first', async () => {
    const failures: string[] = [];
    const { url } = await gate(
      compose(bearerAuth as never),
      () => new Response(),
      (event) => {
        if (event.type === 'background-error') failures.push(event.message);
      },
    );
    expect((await fetch(url)).status).toBe(500);
    expect(failures).toEqual([
      'TypeError: Call bearerAuth() when the chain is made, not with a request',
    ]);
  });

  it.each([
    ['nothing', pass],
    ['an observer', watch],
  ])('neither delays nor merges chunks with %s', async (_name, middleware) => {
    let step = (): void => {};
    const base = await upstreamServer((_incoming, outgoing) => {
      outgoing.writeHead(200, { 'content-type': 'text/event-stream' });
      outgoing.write('data: 1\n');
      step = () =>
        outgoing.write('\ndata: 2\n\n', () => (step = () => outgoing.end('data: [DONE]\n\n')));
    });
    const { url } = await gate(compose(middleware), proxyTo(base));
    const reader = (await fetch(url)).body!.getReader();
    const seen: string[] = [];
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      seen.push(new TextDecoder().decode(value));
      step();
    }
    expect(seen).toEqual(['data: 1\n', '\ndata: 2\n\n', 'data: [DONE]\n\n']);
  });

  it('streams an upload through and keeps the connection', async () => {
    const base = await upstreamServer((incoming, outgoing) => {
      let size = 0;
      incoming.on('data', (chunk) => (size += chunk.length));
      incoming.on('end', () => outgoing.end(String(size)));
    });
    const { server, url } = await gate(compose(pass), proxyTo(base));
    let connections = 0;
    server.on('connection', () => connections++);
    for (const length of [1, 100_000, 3_000_000]) {
      const response = await fetch(url, { method: 'POST', body: new Uint8Array(length) });
      expect(await response.text()).toBe(String(length));
      expect(response.headers.get('connection')).toBe('keep-alive');
      await new Promise<void>((resolve) => setImmediate(resolve));
    }
    expect(connections).toBe(1);
  });

  it('decodes a compressed reply and drops what no longer holds', async () => {
    const body = gzipSync('{"zipped":true}');
    const base = await upstreamServer((_incoming, outgoing) =>
      outgoing
        .writeHead(200, {
          'content-type': 'application/json',
          'content-encoding': 'gzip',
          'content-length': body.length,
        })
        .end(body),
    );
    const { url } = await gate(compose(watch), proxyTo(base));
    const response = await fetch(url);
    expect(response.headers.get('content-encoding')).toBeNull();
    expect(await response.json()).toEqual({ zipped: true });
  });

  it.each([
    ['gzip, br', (text: string) => brotliCompressSync(gzipSync(text)), null],
    ['zstd', (text: string) => Buffer.from(text), 'zstd'],
  ])('decodes what it can, and says what it can not: %s', async (coding, encode, left) => {
    const base = await upstreamServer((_incoming, outgoing) =>
      outgoing.writeHead(200, { 'content-encoding': coding }).end(encode('plain')),
    );
    const { port } = await gate(compose(pass), proxyTo(base));
    const reply = await new Promise<IncomingMessage>((resolve) =>
      httpRequest({ port }, resolve).end(),
    );
    expect(reply.headers['content-encoding'] ?? null).toBe(left);
    const parts: Buffer[] = [];
    for await (const part of reply) parts.push(part);
    expect(String(Buffer.concat(parts))).toBe('plain');
  });

  it('sends a watched body that is there in one piece with its length', async () => {
    const { port } = await gate(compose(watch), () => createReply({ body: '{"a":1}' }));
    const reply = await new Promise<IncomingMessage>((resolve) =>
      httpRequest({ port }, resolve).end(),
    );
    expect([reply.headers['content-length'], reply.headers['transfer-encoding']]).toEqual([
      '7',
      undefined,
    ]);
    reply.resume();
  });

  it('sends a stream that is there in one piece in one, and one that comes at once', async () => {
    const whole = 'data: 1\n\ndata: 2\n\n';
    const streamed = (body: string | ReadableStream): Response =>
      createReply({ headers: { 'content-type': 'text/event-stream' }, body });
    let send = (_text: string): void => {};
    const { port } = await gate(compose(watch), (request) =>
      streamed(
        request.url.endsWith('/whole')
          ? whole
          : new ReadableStream({
              start(controller) {
                send = (text) => controller.enqueue(new TextEncoder().encode(text));
                send('data: 1\n\n');
              },
            }),
      ),
    );
    const ask = (path: string): Promise<IncomingMessage> =>
      new Promise((resolve) => httpRequest({ port, path }, resolve).end());
    const reply = await ask('/whole');
    expect(reply.headers['content-length']).toBe(String(whole.length));
    const parts: Buffer[] = [];
    for await (const part of reply) parts.push(part);
    expect(String(Buffer.concat(parts))).toBe(whole);
    const slow = await ask('/slow');
    const next = (): Promise<unknown> => new Promise((resolve) => slow.once('data', resolve));
    expect(String(await next())).toBe('data: 1\n\n');
    send('data: 2\n\n');
    expect(String(await next())).toBe('data: 2\n\n');
    slow.destroy();
  });

  it('tells the upstream when the caller leaves, before and during the reply', async () => {
    const events: GatewayEvent[] = [];
    let begun = (): void => {};
    let closed = (): void => {};
    const base = await upstreamServer((incoming, outgoing) => {
      if (incoming.url === '/stream') {
        outgoing.writeHead(200, { 'content-type': 'text/event-stream' });
        outgoing.write('data: 1\n\n');
      }
      outgoing.on('close', () => closed());
      begun();
    });
    const { port } = await gate(compose(watch), proxyTo(base), (event) => events.push(event));
    for (const path of ['/silent', '/stream']) {
      const started = new Promise<void>((resolve) => (begun = resolve));
      const left = new Promise<void>((resolve) => (closed = resolve));
      const call = httpRequest({ port, path, host: '127.0.0.1' });
      call.on('error', () => {});
      const answered = new Promise<void>((resolve) =>
        call.on('response', (incoming) => incoming.once('data', () => resolve())),
      );
      call.end();
      await started;
      if (path === '/stream') await answered;
      call.destroy();
      await left;
      await new Promise<void>((resolve) => setImmediate(resolve));
    }
    const ends = events.filter((event) => event.type === 'response-end');
    expect(ends.map((event) => event.outcome)).toMatchObject([
      { ended: 'cancelled' },
      { ended: 'cancelled' },
    ]);
  });

  it('breaks the reply off when the upstream does', async () => {
    const base = await upstreamServer((_incoming, outgoing) => {
      outgoing.writeHead(200, { 'content-type': 'text/event-stream' });
      outgoing.write('data: 1\n\n', () => outgoing.destroy());
    });
    const { url } = await gate(compose(watch), proxyTo(base));
    await expect(fetch(url).then((response) => response.text())).rejects.toThrow();
  });

  it('answers 502 when a reply fails before its first byte', async () => {
    const base = await upstreamServer((_incoming, outgoing) => outgoing.end('{"a":1}'));
    const broken = defineMiddleware(undefined, async (_request, next, context) =>
      addReplyStage(
        await next(),
        {
          name: 'broken',
          transform: true,
          body() {
            throw new Error('bug');
          },
        },
        context,
      ),
    );
    const { url } = await gate(compose(broken), proxyTo(base));
    const response = await fetch(url);
    expect([response.status, (await response.json()).error.code]).toEqual([502, 'reply_failed']);
  });

  it('breaks off a body whose caller had left before anybody read it', async () => {
    const left = new Promise<unknown>((resolve) => {
      const late = defineMiddleware(undefined, async (request, _next, context) => {
        await new Promise<void>((go) => context.signal.addEventListener('abort', () => go()));
        const reader = request.body!.getReader();
        const read = async (): Promise<unknown> => ((await reader.read()).done ? 'end' : read());
        resolve(await read().catch((error: unknown) => error));
        return createReply();
      });
      void gate(late, () => createReply()).then(({ url }) => {
        const socket = connect(Number(new URL(url).port), '127.0.0.1', () => {
          socket.write(
            'POST /files HTTP/1.1\r\nhost: x\r\ncontent-type: application/octet-stream\r\ncontent-length: 1000\r\n\r\npart',
          );
          setTimeout(() => socket.destroy(), 20);
        });
      });
    });
    expect(await left).toBeInstanceOf(Error);
  });

  it('keeps what AsyncLocalStorage held for each of the calls that begin together', async () => {
    const storage = new AsyncLocalStorage<string>();
    const seen: unknown[] = [];
    const remember = defineMiddleware(undefined, async (request, next) => {
      await Promise.resolve();
      seen.push([new URL(request.url).pathname, storage.getStore()]);
      return next();
    });
    const { server, url } = await gate(remember, () => createReply({ body: 'ok' }));
    // As an agent that watches a process does it.
    const emit = server.emit.bind(server) as (...args: unknown[]) => boolean;
    server.emit = (...args: unknown[]) =>
      args[0] === 'request'
        ? storage.run((args[1] as IncomingMessage).url!, () => emit(...args))
        : emit(...args);
    const paths = Array.from({ length: 20 }, (_, at) => `/${at}`);
    const sockets = paths.map(() => connect(Number(new URL(url).port), '127.0.0.1'));
    const askAll = (): Promise<unknown> =>
      Promise.all(
        paths.map((path, at) => {
          sockets[at]!.write(`GET ${path} HTTP/1.1\r\nhost: x\r\n\r\n`);
          return new Promise((resolve) => sockets[at]!.once('data', resolve));
        }),
      );
    await askAll();
    // Connected and idle: these are read in one turn.
    seen.length = 0;
    await askAll();
    for (const socket of sockets) socket.destroy();
    expect(new Map(seen as [string, string][])).toEqual(new Map(paths.map((it) => [it, it])));
  });

  it('answers 413 and closes when the body is too large', async () => {
    const read = defineMiddleware(undefined, async (request, next, context) => {
      await context.bytes(request);
      return next();
    });
    const { url } = await gate(compose(read), () => new Response());
    const response = await fetch(url, { method: 'POST', body: 'x'.repeat(2000) });
    expect(response.status).toBe(413);
    expect(response.headers.get('connection')).toBe('close');
  });

  it.each(['GET / HTTP/1.1\r\nHost: a b\r\n\r\n', 'GET / HTTP/1.1\r\nHost: x/../y?\r\n\r\n'])(
    'answers 400 to a host that is none: %j',
    async (text) => {
      const { port } = await gate(compose(pass), () => new Response('ok'));
      const answer = await new Promise<string>((resolve) => {
        const socket = connect(port, '127.0.0.1', () => socket.write(text));
        socket.once('data', (data) => resolve(String(data)));
      });
      expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    },
  );

  it('reads on while a refused caller still sends, so that the answer is not lost', async () => {
    const { port } = await gate(compose(pass), async (request, context) =>
      Response.json(await context!.json(request)),
    );
    const socket = connect(port, '127.0.0.1');
    let received = '';
    let error: Error | undefined;
    socket.on('error', (thrown) => (error = thrown)).on('data', (data) => (received += data));
    const size = 8_000_000;
    socket.write(`POST / HTTP/1.1\r\nhost: g\r\ncontent-length: ${size}\r\n\r\n`);
    // In pieces: what is sent after the answer is what makes the difference.
    for (let sent = 0; sent < size; sent += 80_000) {
      await new Promise<void>((resolve) => socket.write('x'.repeat(80_000), () => resolve()));
    }
    await new Promise<void>((resolve) => socket.on('close', () => resolve()));
    expect(error).toBeUndefined();
    expect(received).toMatch(/^HTTP\/1\.1 413 [\s\S]*at most 1000 bytes/);
  });

  it.each(['localhost:99999', '1.2.3.999', '[::', '][', 'localhost:x', ':::', 'xn--a'])(
    'answers 400 to a host that no URL can hold: %s',
    async (host) => {
      const { port, url } = await gate(compose(pass), (request) =>
        Response.json(new URL(request.url).host),
      );
      const ask = (name: string): Promise<number> =>
        new Promise((resolve, reject) =>
          httpRequest({ port, headers: { host: name } }, (incoming) => {
            incoming.resume().on('end', () => resolve(incoming.statusCode ?? 0));
          })
            .on('error', reject)
            .end(),
        );
      expect([await ask('good.test'), await ask(host), await ask('good.test')]).toEqual([
        200, 400, 200,
      ]);
      expect((await fetch(url)).status).toBe(200);
    },
  );

  it('gives a request up that does not come whole in time', async () => {
    const server = await serveNode(
      compose(pass),
      async (request, context) => Response.json(await context!.json(request)),
      { port: 0, requestTimeout: 100 },
    );
    open.push(server);
    const socket = connect(server.port, '127.0.0.1');
    let received = '';
    socket.on('data', (data) => (received += data));
    socket.write('POST / HTTP/1.1\r\nhost: g\r\ncontent-length: 10\r\n\r\n{');
    await new Promise<void>((resolve) => socket.on('close', () => resolve()));
    expect(received).toMatch(/^HTTP\/1\.1 4\d\d /);
  });

  it('never takes the host of an absolute request target', async () => {
    const { port } = await gate(compose(pass), (request) => new Response(request.url));
    const answer = await new Promise<string>((resolve) => {
      const socket = connect(port, '127.0.0.1', () =>
        socket.write(
          'GET http://evil.test/path?q HTTP/1.1\r\nHost: good.test\r\nConnection: close\r\n\r\n',
        ),
      );
      let all = '';
      socket.on('data', (data) => (all += data));
      socket.on('close', () => resolve(all));
    });
    expect(answer).toContain('http://good.test/path?q');
  });

  it('gets over a connection that breaks while the last bytes of a reply wait', async () => {
    const leaving: Middleware = (request, next, context) => {
      const { outgoing } = context!.platform.native as { outgoing: ServerResponse };
      context!.subscribe(({ type }) => {
        if (type === 'exchange-end' && request.url.endsWith('/gone')) outgoing.destroy();
      });
      return next();
    };
    const { url } = await gate(leaving, () => new Response('ok'));
    await expect(fetch(`${url}/gone`)).rejects.toThrow();
    expect(await (await fetch(url)).text()).toBe('ok');
  });

  it('closes at once where connections are open and nobody calls', async () => {
    const { close, port, url } = await gate(compose(pass), () => new Response('ok'));
    const socket = connect(port, '127.0.0.1');
    await new Promise<void>((resolve) => socket.once('connect', () => resolve()));
    await (await fetch(url)).text();
    const ended = new Promise<void>((resolve) => socket.once('close', () => resolve()));
    await close({ timeout: 60_000 });
    await ended;
  });

  it('drains on close', async () => {
    let finish = (): void => {};
    const server = await gate(
      compose(pass),
      () => new Promise((resolve) => (finish = () => resolve(new Response('done')))),
    );
    const answer = fetch(server.url).then((response) => response.text());
    const before = finish;
    while (finish === before) await new Promise<void>((resolve) => setImmediate(resolve));
    const closed = server.close();
    finish();
    expect(await answer).toBe('done');
    await closed;
  });
});

it.each(['abc', 65_536, -1, Number.NaN])('serveNode() refuses %j for a port', async (port) => {
  const serving = serveNode(compose(), () => createReply(), { port: port as never });
  await expect(serving).rejects.toThrow('Expected "port" to be from 0 to 65535');
});
