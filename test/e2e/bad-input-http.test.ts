import { Agent } from 'node:http';
import { gzipSync } from 'node:zlib';
import { openaiCompatible } from '@wintergate/providers';
import type { ScriptedUpstream } from '@wintergate/test-helpers';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startDigestUpstream } from './lib/digest-upstream.ts';
import { type Six, startSix, targetKey } from './lib/six.ts';
import { type Watch, watchProcess } from './lib/watch-process.ts';
import {
  type Answer,
  ask,
  chat,
  chatPath,
  openRaw,
  rawPost,
  sayRaw,
  send,
  textOf,
} from './lib/wire-client.ts';

const json = { 'content-type': 'application/json' };
let upstream: ScriptedUpstream;
let six: Six;
let watch: Watch;
let count = 0;

beforeAll(async () => {
  watch = watchProcess();
  upstream = await startDigestUpstream();
  six = await startSix({
    baseUrl: `${upstream.url}/v1`,
    serve: { requestTimeout: 400, maxBodyBytes: 1_000_000 },
  });
});

afterEach(async () => {
  const answer = await chat(six.port, ask(`is everything well, number ${count++}`));
  expect([answer.status, textOf(answer)]).toEqual([200, expect.stringMatching(/^d-/)]);
  expect(watch.problems).toEqual([]);
});

afterAll(async () => {
  await six.close();
  await upstream.close();
  watch.stop();
});

const good = JSON.stringify(ask('hello'));
const post = (headers: Record<string, string>, body: string | Uint8Array = good): Promise<Answer> =>
  send(six.port, { body, headers });

function expectRefused(answer: Answer, status: number, code?: string): void {
  expect([answer.status, answer.text]).toEqual([status, answer.text]);
  expect(answer.headers['content-type']).toMatch(/^application\/json/);
  const { error } = answer.json();
  expect(error.message).toEqual(expect.any(String));
  if (code !== undefined) expect(error.code).toBe(code);
}

const statusOf = (received: string): number => Number(/^HTTP\/1\.1 (\d+)/.exec(received)?.[1]);

describe('content types', () => {
  it.each([
    'text/plain',
    'text/html; charset=utf-8',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/octet-stream',
    'application/jsonx',
    'application/x-ndjson',
    'text/json',
    'json',
    'application/json, text/plain',
    '"application/json"',
    'a'.repeat(5000),
  ])('%s is refused', async (type) => {
    const before = upstream.requests.length;
    for (const path of [chatPath, '/v1/embeddings']) {
      const answer = await send(six.port, { path, body: good, headers: { 'content-type': type } });
      expectRefused(answer, 415, 'unsupported_media_type');
      expect(answer.text.length).toBeLessThan(500);
    }
    expect(upstream.requests.length).toBe(before);
  });

  it.each([
    'application/json',
    'APPLICATION/JSON',
    'application/json; charset=utf-8',
    'application/json;charset="utf-8"',
    'application/problem+json',
    ' application/json ;x=y',
  ])('%s is taken', async (type) => {
    expect((await post({ 'content-type': type })).status).toBe(200);
  });

  it('none at all is taken as JSON', async () => {
    expect((await post({})).status).toBe(200);
    expectRefused(await post({}, 'hello'), 400);
  });

  it('an empty one is refused or read, never passed by', async () => {
    const answer = await post({ 'content-type': '' }, '{"messages":5}');
    expect([400, 415]).toContain(answer.status);
  });
});

describe('content encodings', () => {
  it.each(['gzip', 'br', 'deflate', 'zstd', 'x', 'gzip, gzip', 'aws-chunked'])(
    '%s is refused',
    async (encoding) => {
      const before = upstream.requests.length;
      for (const body of [gzipSync(good), good])
        expectRefused(await post({ ...json, 'content-encoding': encoding }, body), 415);
      expect(upstream.requests.length).toBe(before);
    },
  );

  it('identity is taken', async () => {
    expect((await post({ ...json, 'content-encoding': 'identity' })).status).toBe(200);
  });
});

describe('an empty body', () => {
  it.each([
    ['with a length', ['content-length: 0']],
    ['without one', []],
    ['chunked', ['transfer-encoding: chunked', '', '0', '', '']],
  ])('%s', async (_, lines) => {
    const head = [`POST ${chatPath} HTTP/1.1`, 'host: g', 'connection: close'];
    const rest = lines.includes('') ? lines : [...lines, '', ''];
    const { received } = await sayRaw(six.port, [...head, ...rest].join('\r\n'));
    expect(statusOf(received)).toBe(400);
    expect(received).toContain('it is empty');
  });
});

describe('paths and methods', () => {
  it.each([
    ['GET', chatPath],
    ['PUT', chatPath],
    ['DELETE', chatPath],
    ['PATCH', '/v1/embeddings'],
    ['POST', '/v1/no-such-thing'],
    ['GET', '/'],
    ['GET', '/etc/passwd'],
    ['GET', '/v1/%00'],
    ['POST', '/v1/%zz'],
    ['PROPFIND', '/v1/x'],
    ['OPTIONS', chatPath],
    ['TRACE', chatPath],
  ])('%s %s is no success and no crash', async (method, path) => {
    const body = method === 'POST' ? good : '';
    const answer = await send(six.port, { method, path, body, headers: json });
    expect([404, 405]).toContain(answer.status);
    if (method !== 'HEAD') expect(answer.json().error.message).toEqual(expect.any(String));
    expect(answer.text).not.toContain(targetKey);
  });

  it('HEAD is answered without a body', async () => {
    for (const path of [chatPath, '/v1/models', '/']) {
      const answer = await send(six.port, { method: 'HEAD', path, headers: {} });
      expect([answer.status, answer.text]).toEqual([404, '']);
    }
  });

  it('an unknown path that no provider is behind is a 404 in OpenAI\u2019s form', async () => {
    const provider = openaiCompatible({ baseUrl: `${upstream.url}/v1`, apiKey: targetKey });
    const bare = await startSix({ router: { routes: { real: provider } } });
    try {
      for (const [method, path] of [
        ['GET', '/v1/files'],
        ['POST', '/v1/images'],
        ['OPTIONS', chatPath],
      ] as const) {
        const answer = await send(bare.port, { method, path, headers: json, body: '' });
        expectRefused(answer, 404, 'no_upstream');
      }
      const head = await send(bare.port, { method: 'HEAD', path: '/v1/files', headers: {} });
      expect([head.status, head.text]).toEqual([404, '']);
    } finally {
      await bare.close();
    }
  });

  it.each([
    '/v1/chat/completions/',
    '/v1//chat//completions',
    '/v1/chat%2Fcompletions',
    '/v1/Chat/Completions',
    '/v1/./chat/../chat/completions',
    '/v1/chat/completions?x=y',
    '/v1/%63hat/completions',
    '//v1/chat/completions',
  ])('a call is a call by any spelling: %s', async (path) => {
    const before = upstream.requests.length;
    const { received } = await sayRaw(six.port, rawPost('{"messages":5}', [], path));
    expect(statusOf(received)).toBe(400);
    expect(upstream.requests.length).toBe(before);
  });

  it.each([
    ['a target beyond', 'GET http://evil.example/v1/models HTTP/1.1\r\nhost: g'],
    ['an authority', 'GET //evil.example/v1/models HTTP/1.1\r\nhost: g'],
    ['user information', 'GET /@evil.example/ HTTP/1.1\r\nhost: g'],
    ['a star', 'OPTIONS * HTTP/1.1\r\nhost: g'],
    ['a backslash', 'GET /\\evil.example HTTP/1.1\r\nhost: g'],
  ])('%s in the request line leads nowhere else', async (_, head) => {
    const before = upstream.requests.length;
    const { received } = await sayRaw(six.port, `${head}\r\nconnection: close\r\n\r\n`);
    expect([400, 404]).toContain(statusOf(received));
    // Whatever went on, went to our upstream.
    for (const { headers } of upstream.requests.slice(before))
      expect(headers['host']).toBe(`127.0.0.1:${upstream.port}`);
  });
});

describe('hosts', () => {
  it.each([
    ['a port beyond all ports', 'localhost:99999'],
    ['half an IPv6 address', '[::'],
    ['no IPv4 address', '1.2.3.999'],
    ['brackets', ']['],
    ['colons', ':::'],
    ['a word for a port', 'localhost:x'],
    ['a path', 'a/b'],
    ['user information', 'a@b'],
    ['a space', 'a b'],
    ['an empty one', ''],
    ['a long one', 'a'.repeat(300)],
    ['an empty label', '..'],
    ['a broken Punycode label', 'xn--a'],
  ])('%s is a 400, or served, and never a 500', async (_, host) => {
    for (const [method, path, body] of [
      ['POST', chatPath, good],
      ['GET', '/v1/files', ''],
    ]) {
      const { received } = await sayRaw(
        six.port,
        `${method} ${path} HTTP/1.1\r\nhost: ${host}\r\ncontent-type: application/json\r\ncontent-length: ${body!.length}\r\nconnection: close\r\n\r\n${body}`,
      );
      expect([200, 400, 404]).toContain(statusOf(received));
      expect([host, received]).toEqual([host, expect.not.stringContaining('server_error')]);
    }
  });

  it('none is a 400 of Node, or served as HTTP/1.0', async () => {
    const modern = await sayRaw(six.port, 'GET /v1/x HTTP/1.1\r\nconnection: close\r\n\r\n');
    expect(statusOf(modern.received)).toBe(400);
    const old = await sayRaw(six.port, 'GET /v1/x HTTP/1.0\r\n\r\n');
    expect(statusOf(old.received)).toBe(404);
  });
});

describe('injection into what is echoed', () => {
  const evil = 'x\r\nset-cookie: stolen=1\r\n\r\n<script>';

  it('takes only plain request ids for its own', async () => {
    for (const id of ['a b', 'x'.repeat(129), 'a"b', 'a;b', '\xe9\xe9', '', 'a,b', '<script>']) {
      const { received } = await sayRaw(six.port, rawPost(good, [`x-request-id: ${id}`]));
      const [head = ''] = received.split('\r\n\r\n');
      expect(statusOf(received)).toBe(200);
      expect(/\r\nx-request-id: ([^\r]*)/i.exec(head)?.[1]).toMatch(/^[\w.-]{1,128}$/);
      if (id !== '') expect(head).not.toContain(`x-request-id: ${id}\r`);
    }
    const { received } = await sayRaw(six.port, rawPost(good, ['x-request-id: my-own.id_1']));
    expect(received).toMatch(/\r\nx-request-id: my-own\.id_1\r\n/i);
  });

  it.each(['x-request-id: a\nset-cookie: stolen=1', 'x-a: b\rset-cookie: stolen=1', 'x-a: \0'])(
    'a header with a line break or NUL is refused or two headers: %j',
    async (line) => {
      const { received } = await sayRaw(six.port, rawPost(good, [line]));
      expect([200, 400]).toContain(statusOf(received));
      expect(received.split('\r\n\r\n')[0]).not.toMatch(/stolen/);
    },
  );

  it.each([
    ['a model', { ...ask('hello'), model: evil }],
    ['a role', { ...ask('hello'), messages: [{ role: evil, content: 'hello' }] }],
    ['a field', { ...ask('hello'), [evil]: 1 }],
    ['an end user', { ...ask('hello'), user: evil }],
    ['a tool', { ...ask('hello'), tools: [{ type: evil, function: { name: evil } }] }],
    ['a wrong stream', { ...ask('hello'), stream: evil }],
    ['a wrong temperature', { ...ask('hello'), temperature: evil }],
  ])('%s', async (_, body) => {
    const { received } = await sayRaw(six.port, rawPost(JSON.stringify(body)));
    const [head = ''] = received.split('\r\n\r\n');
    expect([200, 400]).toContain(statusOf(received));
    expect(head).not.toMatch(/stolen|script/);
  });

  it('an unknown model in a 404, and in the log', async () => {
    const provider = openaiCompatible({ baseUrl: `${upstream.url}/v1`, apiKey: targetKey });
    const bare = await startSix({ router: { routes: { real: provider } } });
    try {
      for (const model of [
        evil,
        '\u001b[2J\u001b]0;owned\u0007',
        'x'.repeat(100_000),
        '\u2028\ud800',
      ]) {
        bare.lines.length = 0;
        const { received } = await sayRaw(
          bare.port,
          rawPost(Buffer.from(JSON.stringify({ ...ask('hi'), model })).toString('latin1')),
        );
        const [head = '', body = ''] = received.split(/\r\n\r\n(.*)/s);
        expect(statusOf(received)).toBe(404);
        expect(head).not.toMatch(/stolen|script/);
        expect(body.length).toBeLessThan(1000);
        expect(JSON.parse(body).error.code).toBe('model_not_found');
        await expect.poll(() => bare.lines.length).toBe(2);
        for (const line of bare.lines)
          expect(line.trimEnd()).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/);
        expect(() => JSON.parse(bare.lines[0]!)).not.toThrow();
      }
    } finally {
      await bare.close();
    }
  });
});

describe('headers', () => {
  it.each(['content-type', 'authorization', 'x-request-id', 'cache-control', 'x-other', 'cookie'])(
    '%s twice',
    async (name) => {
      const value = name === 'content-type' ? 'application/json' : 'one';
      const { received } = await sayRaw(
        six.port,
        rawPost(good, [`${name}: ${value}`, `${name}: two`]),
      );
      expect(statusOf(received)).toBe(200);
    },
  );

  it.each([
    ['two lengths', ['content-length: 5']],
    ['two hosts', ['host: other']],
    ['a length and chunks', ['transfer-encoding: chunked']],
    ['chunks that are not the last', ['transfer-encoding: chunked, gzip']],
    ['a length that is none', ['content-length: x']],
    ['a length below nothing', ['content-length: -5']],
    ['a folded line', [' folded: yes']],
    ['a space before the colon', ['x-a : b']],
    ['no colon', ['nothing']],
    ['an empty name', [': x']],
  ])('%s: refused before it is a request', async (_, lines) => {
    const before = upstream.requests.length;
    const { received } = await sayRaw(six.port, rawPost(good, lines));
    expect([200, 400]).toContain(statusOf(received));
    // Never two answers to what is one request to somebody else.
    expect(received.match(/HTTP\/1\.1 \d/g)).toHaveLength(1);
    expect(upstream.requests.length - before).toBeLessThanOrEqual(1);
  });

  it('too much of them is a 431', async () => {
    for (const lines of [
      [`x-huge: ${'x'.repeat(100_000)}`],
      Array.from({ length: 3000 }, (_, at) => `x-${at}: some value`),
    ]) {
      const { received } = await sayRaw(six.port, rawPost(good, lines));
      expect(statusOf(received)).toBe(431);
    }
  });

  it('up to that they are served', async () => {
    const lines = Array.from({ length: 500 }, (_, at) => `x-${at}: v`);
    const { received } = await sayRaw(
      six.port,
      rawPost(good, [...lines, `x-h: ${'x'.repeat(5000)}`]),
    );
    expect(statusOf(received)).toBe(200);
  });

  it.each(['__proto__', 'constructor', 'tostring', 'hasownproperty'])('named %s', async (name) => {
    const body = JSON.stringify(ask(`with ${name}`));
    const { received } = await sayRaw(six.port, rawPost(body, [`${name}: polluted`]));
    expect(statusOf(received)).toBe(200);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  it('with bytes above ASCII', async () => {
    const body = JSON.stringify(ask('with bytes above'));
    const { received } = await sayRaw(six.port, rawPost(body, ['x-a: \xe4\xff\x80']));
    expect(statusOf(received)).toBe(200);
    expect(upstream.requests.at(-1)!.headers['x-a']).toBe('\xe4\xff\x80');
  });

  it('hop-by-hop headers and those that Connection names stay here', async () => {
    const body = JSON.stringify(ask('hop by hop'));
    const lines = [
      'connection: x-secret',
      'x-secret: 1',
      'te: trailers',
      'keep-alive: 5',
      'proxy-authorization: x',
      'upgrade: h2c',
    ];
    const { received } = await sayRaw(six.port, rawPost(body, lines));
    expect(statusOf(received)).toBe(200);
    const { headers } = upstream.requests.at(-1)!;
    for (const name of ['x-secret', 'te', 'keep-alive', 'proxy-authorization', 'upgrade'])
      expect([name, headers[name]]).toEqual([name, undefined]);
  });
});

describe('bodies that lie about their end', () => {
  const head = (...lines: string[]): string =>
    [
      `POST ${chatPath} HTTP/1.1`,
      'host: g',
      'content-type: application/json',
      ...lines,
      '',
      '',
    ].join('\r\n');

  it.each([
    ['a slow one', head(`content-length: ${good.length}`) + good.slice(0, 10)],
    ['a slow chunked one', `${head('transfer-encoding: chunked')}5\r\n{"mes`],
    ['a slow head', `POST ${chatPath} HTTP/1.1\r\nhost: g\r\nx-a: `],
    ['no head at all', 'P'],
  ])('%s is given up in bounded time', async (_, bytes) => {
    const started = performance.now();
    const { received } = await sayRaw(six.port, bytes);
    expect(performance.now() - started).toBeLessThan(5_000);
    expect([400, 408]).toContain(statusOf(received));
    const requests = six.events.filter(({ type }) => type === 'response-start').length;
    const ends = (): number => six.events.filter(({ type }) => type === 'exchange-end').length;
    await expect.poll(ends).toBeGreaterThanOrEqual(requests);
  });

  it('a drop now and then does not keep it alive', async () => {
    const connection = await openRaw(six.port);
    connection.socket.write(head('content-length: 1000'));
    const timer = setInterval(() => connection.socket.write(' '), 30);
    try {
      const started = performance.now();
      const { received } = await connection.ended();
      expect(performance.now() - started).toBeLessThan(5_000);
      expect([400, 408]).toContain(statusOf(received));
    } finally {
      clearInterval(timer);
    }
  });

  it('one that ends too early', async () => {
    const connection = await openRaw(six.port);
    connection.socket.end(head(`content-length: ${good.length + 50}`) + good);
    const { received } = await connection.ended();
    expect([Number.NaN, 400]).toContain(statusOf(received));
  });

  it('one that breaks off', async () => {
    const connection = await openRaw(six.port);
    connection.socket.write(head(`content-length: 500000`) + good);
    await new Promise((resolve) => setImmediate(resolve));
    connection.socket.resetAndDestroy();
    await connection.ended();
  });

  it.each([
    ['no size', 'x\r\n'],
    ['a size below nothing', '-5\r\nhello\r\n0\r\n\r\n'],
    ['a huge size', 'ffffffffffffffffff\r\nhello\r\n0\r\n\r\n'],
    ['too much', '5\r\nhello world\r\n0\r\n\r\n'],
    ['too little', `5\r\nhel\r\n0\r\n\r\n`],
    ['bad line ends', '5\nhello\n0\n\n'],
  ])('chunks with %s', async (_, chunks) => {
    const { received } = await sayRaw(
      six.port,
      `${head('transfer-encoding: chunked', 'connection: close')}${chunks}`,
    );
    expect(statusOf(received)).toBe(400);
  });

  it('chunk extensions and trailers are read over', async () => {
    const size = good.length.toString(16);
    const { received } = await sayRaw(
      six.port,
      `${head('transfer-encoding: chunked', 'connection: close', 'trailer: x-a')}${size};a=b\r\n${good}\r\n0\r\nx-a: b\r\nauthorization: Bearer trailing\r\n\r\n`,
    );
    expect(statusOf(received)).toBe(200);
    expect(JSON.stringify(upstream.requests.at(-1)!.headers)).not.toContain('trailing');
  });

  it('the rest after a length is the next request, or none', async () => {
    const before = upstream.requests.length;
    const { received } = await sayRaw(
      six.port,
      `${head(`content-length: ${good.length}`)}${good}garbage\r\n\r\n`,
    );
    // Node refuses the connection as soon as it reads the garbage: perhaps before our first answer.
    const statuses = [...received.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => status);
    expect(['200,400', '400']).toContain(statuses.join());
    expect(upstream.requests.length - before).toBeLessThanOrEqual(1);
  });
});

describe('pipelined requests', () => {
  it('are answered in order, each with its own', async () => {
    const bodies = Array.from({ length: 10 }, (_, at) =>
      JSON.stringify(ask(`pipelined ${at}`, { stream: at % 2 === 1 })),
    );
    const connection = await openRaw(six.port);
    const requests = bodies.map((body, at) =>
      at === 9
        ? rawPost(body, [`x-request-id: p-${at}`])
        : rawPost(body, [`x-request-id: p-${at}`]).replace('connection: close\r\n', ''),
    );
    connection.socket.write(requests.join(''));
    const { received } = await connection.ended();
    const ids = [...received.matchAll(/x-request-id: (p-\d)/gi)].map(([, id]) => id);
    expect(ids).toEqual(bodies.map((_, at) => `p-${at}`));
    expect(received.match(/HTTP\/1\.1 200/g)).toHaveLength(10);
  });

  it('after a refused one with an unread body are not taken from its rest', async () => {
    const inner = rawPost(good, ['x-request-id: smuggled']);
    const before = upstream.requests.length;
    const { received } = await sayRaw(
      six.port,
      `POST ${chatPath} HTTP/1.1\r\nhost: g\r\ncontent-type: text/html\r\ncontent-length: ${inner.length + 10}\r\n\r\n${inner}`,
    );
    expect(statusOf(received)).toBe(415);
    expect(received.match(/HTTP\/1\.1/g)).toHaveLength(1);
    expect(upstream.requests.length).toBe(before);
  });
});

describe('Expect', () => {
  it('100-continue is continued', async () => {
    const connection = await openRaw(six.port);
    const [head, body] = rawPost(good, ['expect: 100-continue']).split(/(?<=\r\n\r\n)/);
    connection.socket.write(head!);
    expect(await connection.until(/\r\n\r\n/)).toMatch(/^HTTP\/1\.1 100 /);
    connection.socket.write(body!);
    expect((await connection.ended()).received).toMatch(/HTTP\/1\.1 200 /);
  });

  it('anything else is a 417', async () => {
    const { received } = await sayRaw(six.port, rawPost(good, ['expect: miracles']));
    expect(statusOf(received)).toBe(417);
  });
});

describe('what is no request', () => {
  it.each([
    ['TLS', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03'],
    ['HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
    ['HTTP/9.9', 'GET / HTTP/9.9\r\nhost: g\r\n\r\n'],
    ['line breaks', '\r\n\r\n\r\nx'],
    ['NULs', '\0'.repeat(1000)],
    ['a method that is none', 'G E T / HTTP/1.1\r\nhost: g\r\n\r\n'],
    ['a tunnel', 'CONNECT evil.example:443 HTTP/1.1\r\nhost: evil.example\r\n\r\n'],
  ])('%s', async (_, bytes) => {
    const before = upstream.requests.length;
    const { received } = await sayRaw(six.port, bytes);
    expect(received === '' || [400, 404, 408, 505].includes(statusOf(received))).toBe(true);
    expect(upstream.requests.length).toBe(before);
  });

  it('an upgrade that nobody offers is served as what it is', async () => {
    const { received } = await sayRaw(
      six.port,
      'GET /v1/realtime HTTP/1.1\r\nhost: g\r\nconnection: upgrade, close\r\nupgrade: websocket\r\nsec-websocket-key: x\r\n\r\n',
    );
    expect([400, 404, 426]).toContain(statusOf(received));
  });
});

describe('callers who leave', () => {
  it('at any point leave nothing behind', async () => {
    const agent = new Agent({ keepAlive: true });
    const request = rawPost(JSON.stringify(ask('I am off', { stream: true })));
    for (let cut = 1; cut < request.length; cut += 17) {
      const connection = await openRaw(six.port);
      connection.socket.write(request.slice(0, cut));
      await new Promise((resolve) => setImmediate(resolve));
      connection.socket.resetAndDestroy();
    }
    agent.destroy();
    const open = (): Promise<number> =>
      new Promise((resolve) => six.server.server.getConnections((_, number) => resolve(number)));
    await expect.poll(open).toBe(0);
  });
});
