import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { nodeFetch } from './node-fetch.ts';

let server: Server;
let base: string;
const left: string[] = [];

async function textOf(incoming: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of incoming) parts.push(part);
  return String(Buffer.concat(parts));
}

beforeAll(async () => {
  server = createServer(async (incoming, outgoing) => {
    const { method, url = '', headers } = incoming;
    const body = await textOf(incoming);
    if (url === '/moved') outgoing.writeHead(307, { location: '/echo' }).end();
    else if (url === '/gzip')
      outgoing.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('packed'));
    else if (url === '/empty') outgoing.writeHead(204).end();
    else if (url === '/cookies')
      outgoing
        .writeHead(
          404,
          [
            ['set-cookie', 'a=1'],
            ['set-cookie', 'b=2'],
          ].flat(),
        )
        .end('gone');
    else if (url === '/cut') {
      outgoing.writeHead(200, { 'content-length': '99' });
      outgoing.write('half', () => outgoing.destroy());
    } else if (url === '/slow') {
      outgoing.on('close', () => left.push(url));
      outgoing.writeHead(200, { 'content-type': 'text/event-stream' });
      outgoing.write('data: 1\n\n');
    } else outgoing.end(JSON.stringify({ method, url, headers, body }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const form = new FormData();
form.set('a', 'b');

describe.each([
  ['the global fetch', async () => fetch],
  ['nodeFetch()', () => nodeFetch()],
])('%s', (_name, create) => {
  let ask: typeof fetch;
  beforeAll(async () => {
    ask = await create();
  });

  it.each<[string, (() => RequestInit) | undefined]>([
    ['nothing', undefined],
    ['text', () => ({ method: 'post', body: '{"a":"ü"}' })],
    [
      'bytes',
      () => ({ method: 'PUT', body: new Uint8Array([1, 97, 98]).subarray(1), headers: { a: '1' } }),
    ],
    ['a buffer', () => ({ method: 'DELETE', body: new TextEncoder().encode('x').buffer })],
    [
      'parameters',
      () => ({ method: 'POST', body: new URLSearchParams({ a: 'b' }), redirect: 'error' }),
    ],
  ])('sends %s', async (_what, init) => {
    const response = await ask(`${base}/echo?q=1#part`, init?.());
    const { method = 'GET', body = '' } = init?.() ?? {};
    const said = await response.json();
    const sent =
      body instanceof ArrayBuffer || ArrayBuffer.isView(body) ? Buffer.from(body as never) : body;
    expect([said.method, said.url, said.body]).toEqual([
      method.toUpperCase(),
      '/echo?q=1',
      String(sent),
    ]);
    expect([said.headers.accept, said.headers['user-agent']]).toEqual(['*/*', 'node']);
    expect([response.status, response.ok, response.url]).toEqual([200, true, `${base}/echo?q=1`]);
    expect(response).toBeInstanceOf(Response);
  });

  it('says what text is, unless that was said', async () => {
    const typeOf = async (headers: Record<string, string>) =>
      (await (await ask(base, { method: 'POST', body: 'a', headers })).json()).headers;
    expect(await typeOf({})).toMatchObject({ 'content-type': 'text/plain;charset=UTF-8' });
    const own = { 'Content-Type': 'application/json', 'User-Agent': 'me' };
    expect(await typeOf(own)).toMatchObject({
      'content-type': 'application/json',
      'user-agent': 'me',
    });
  });

  it('takes a form, a Request and a URL', async () => {
    const sent = await (await ask(base, { method: 'POST', body: form })).json();
    expect(sent.headers['content-type']).toMatch(/^multipart\/form-data/);
    const request = new Request(new URL('/echo', base), { method: 'POST', body: 'r' });
    expect((await (await ask(request)).json()).body).toBe('r');
    expect((await (await ask(new URL('/echo', base))).json()).url).toBe('/echo');
  });

  it('follows redirects, decodes, and reads replies without a body', async () => {
    const moved = await ask(`${base}/moved`, { method: 'POST', body: 'again' });
    expect(await moved.json()).toMatchObject({ url: '/echo', body: 'again' });
    expect(await (await ask(`${base}/gzip`)).text()).toBe('packed');
    const empty = await ask(`${base}/empty`);
    expect([empty.status, await empty.text()]).toEqual([204, '']);
    const gone = await ask(`${base}/cookies`);
    expect([gone.ok, gone.headers.getSetCookie()]).toEqual([false, ['a=1', 'b=2']]);
    expect(await gone.clone().text()).toBe(await gone.text());
  });

  it('rejects as fetch does', async () => {
    const rejection = (call: Promise<unknown>): Promise<unknown> =>
      call.then(
        () => undefined,
        (error: unknown) => error,
      );
    const closed = createServer();
    await new Promise<void>((resolve) => closed.listen(0, '127.0.0.1', resolve));
    const { port } = closed.address() as AddressInfo;
    await new Promise((resolve) => closed.close(resolve));
    const refused = await rejection(ask(`http://127.0.0.1:${port}/`));
    expect(refused).toMatchObject({ name: 'TypeError', message: 'fetch failed' });
    expect(refused).toMatchObject({ cause: { code: 'ECONNREFUSED' } });
    expect(await rejection(ask('/path'))).toBeInstanceOf(TypeError);
    expect(await rejection(ask(base, { body: 'a' }))).toBeInstanceOf(TypeError);
    expect(await rejection(ask(base, { headers: { 'a b': 'c' } }))).toBeInstanceOf(TypeError);
    const reason = new Error('enough');
    expect(await rejection(ask(base, { signal: AbortSignal.abort(reason) }))).toBe(reason);
    expect(await rejection((await ask(`${base}/cut`)).text())).toBeInstanceOf(Error);
  });

  it('streams, and gives up when told to', async () => {
    left.length = 0;
    const controller = new AbortController();
    const { signal } = controller;
    const response = await ask(`${base}/slow`, { signal });
    const reader = (response.body as ReadableStream<Uint8Array>).getReader();
    expect(new TextDecoder().decode((await reader.read()).value)).toBe('data: 1\n\n');
    const rest = reader.read();
    controller.abort();
    await expect(rest).rejects.toThrow();
    await expect.poll(() => left).toEqual(['/slow']);
  });
});
