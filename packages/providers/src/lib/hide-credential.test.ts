import { describe, expect, it } from 'vitest';
import { hideInJson, secretHeaders, secretsIn } from './hide-credential.ts';
import { openaiCompatible } from './openai-compatible.ts';
import { chatRequest, chunk, fakeTransport, run, streamOf } from './test-calls.ts';
import { upstream } from './upstream.ts';

const key = 'sk-own-0123456789';

function answering(status: number, body: string, headers: Record<string, string> = {}) {
  const provider = openaiCompatible({ baseUrl: 'https://own.test/v1', apiKey: key });
  const transport = fakeTransport(
    () =>
      new Response(body, { status, headers: { 'content-type': 'application/json', ...headers } }),
  );
  return run(upstream({ provider, transport })).handler;
}

describe('upstream() does not show its own credential', () => {
  const message = `Bad header "authorization: Bearer ${key}"`;

  it.each([
    [
      'a message',
      JSON.stringify({ error: { message } }),
      'Bad header "authorization: Bearer [hidden]"',
    ],
    [
      'escapes',
      JSON.stringify({ error: { message } }).replaceAll('-', '\\u002d'),
      'Bad header "authorization: Bearer [hidden]"',
    ],
    ['HTML', `<html>${key}</html>`, 'The upstream answered with status 400'],
  ])('in %s of an error', async (_, body, shown) => {
    const response = await answering(400, body)(chatRequest());
    expect([response.status, (await response.json()).error.message]).toEqual([400, shown]);
  });

  it('in an error inside of a 200', async () => {
    const response = await answering(200, JSON.stringify({ error: { message } }))(chatRequest());
    expect(await response.text()).not.toContain(key);
  });

  it('in an error within a stream', async () => {
    const provider = openaiCompatible({ baseUrl: 'https://own.test/v1', apiKey: key });
    const failing = (text: string) =>
      run(
        upstream({
          provider,
          transport: fakeTransport(() => streamOf([chunk({ content: 'Hi' }), text])),
        }),
      ).handler(chatRequest({ stream: true }));
    const error = `data: ${JSON.stringify({ error: { message, type: 'server_error' } })}\n\n`;
    for (const event of [
      error,
      error.replaceAll('-', '\\u002d'),
      `event: error\ndata: ${message}\n\n`,
    ]) {
      const text = await (await failing(event)).text();
      expect(text).not.toContain(key);
      expect(text).toContain('Bearer [hidden]');
    }
    const plain = 'data: { "error": {"message":"no"} }\n\n';
    expect(await (await failing(plain)).text()).toContain(plain);
  });

  it('in headers of an error, of other paths too', async () => {
    for (const request of [chatRequest(), new Request('http://gateway.test/v1/files')]) {
      const headers = { 'x-debug': `Bearer ${key}`, 'retry-after': key, 'x-kept': 'yes' };
      const response = await answering(500, '{}', headers)(request);
      expect([...response.headers].join()).not.toContain(key);
      expect(response.headers.get('x-kept')).toBe('yes');
    }
  });

  it('or parts of it, where an upstream refuses it on other paths', async () => {
    const response = await answering(
      401,
      '{"error":{"message":"Incorrect key: sk-o***6789"}}',
    )(new Request('http://gateway.test/v1/files'));
    expect([response.status, (await response.json()).error.code]).toEqual([
      401,
      'upstream_authentication',
    ]);
  });

  it('and leaves errors alone that say nothing of it', async () => {
    const body = '{ "error" : {"message":"no"} }';
    expect(await (await answering(400, body)(chatRequest())).text()).toBe(body);
    const files = new Request('http://gateway.test/v1/files');
    expect(await (await answering(404, '<html>')(files)).text()).toBe('<html>');
  });
});

describe('hideInJson()', () => {
  const bytes = new TextEncoder().encode('{}');

  it('can not tell what can not be written', () => {
    let body: object = {};
    for (let depth = 0; depth < 100_000; depth++) body = { body };
    expect(hideInJson(bytes, body, ['secret-secret'])).toBeUndefined();
    expect(hideInJson(bytes, {}, [])).toBe(bytes);
  });

  it('finds a secret with characters that JSON escapes', () => {
    const secret = 'a"b\\c\u0007defgh';
    expect(hideInJson(bytes, { key: `<${secret}>` }, [secret])).toBe('{"key":"<[hidden]>"}');
  });
});

describe('secretsIn()', () => {
  it('reads every header that authenticates, without its scheme', () => {
    const sent = new Headers({
      authorization: 'Bearer abcdefgh',
      'x-api-key': 'ijklmnop',
      'x-a': 'qrstuvwx',
    });
    expect(secretsIn(sent)).toEqual(['abcdefgh', 'ijklmnop']);
    expect(secretsIn(new Headers({ authorization: 'Bearer short' }))).toEqual([]);
    expect(secretHeaders(new Headers({ a: 'x abcdefgh', b: 'y' }), ['abcdefgh'])).toEqual({
      a: null,
    });
  });
});
