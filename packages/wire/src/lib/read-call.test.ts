import { createContext, type GatewayEvent, RequestError, rewrite } from '@wintergate/core';
import { describe, expect, it } from 'vitest';
import { callKey, readCall, rewriteCall } from './read-call.ts';

const chat = { model: 'm', messages: [{ role: 'user', content: 'Hi' }] };

function post(
  body: unknown,
  init: { path?: string; headers?: Record<string, string> } = {},
): Request {
  return new Request(`http://gateway.test${init.path ?? '/v1/chat/completions'}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...init.headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
}

async function refusal(request: Request): Promise<RequestError> {
  const error = await readCall(request, createContext(request)).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!RequestError.isInstance(error)) throw new Error(`Expected a RequestError, got ${error}`);
  return error;
}

describe('readCall()', () => {
  it('reads a chat call and remembers it', async () => {
    const request = post({ ...chat, stream: true, stream_options: { include_usage: true } });
    const context = createContext(request);
    const call = await readCall(request, context);
    expect(call).toMatchObject({
      operation: 'chat',
      model: 'm',
      stream: true,
      streamUsage: true,
      messages: [{ role: 'user', parts: [{ type: 'text', text: 'Hi' }] }],
    });
    expect(await readCall(request, context)).toBe(call);
    expect(context.get(callKey)).toBe(call);
  });

  it('emits call-read once an exchange', async () => {
    const request = post(chat);
    const context = createContext(request);
    const events: GatewayEvent[] = [];
    context.subscribe((event) => events.push(event));
    await readCall(request, context);
    const rewritten = rewriteCall(request, { ...chat, model: 'other' }, context);
    await readCall(rewritten, context);
    expect(events.filter((event) => event.type === 'call-read')).toMatchObject([
      { requestModel: 'm', inputBytes: JSON.stringify(chat).length, dialect: 'openai-chat' },
    ]);
  });

  it('keeps the call of a request whose headers alone were rewritten', async () => {
    const request = post(chat);
    const context = createContext(request);
    const call = await readCall(request, context);
    const derived = rewrite(request, { headers: { 'x-a': '1' } }, context);
    expect(await readCall(derived, context)).toBe(call);
  });

  it('reads a request anew whose path was rewritten', async () => {
    const request = post({ messages: chat.messages }, { path: '/deployments/a/chat/completions' });
    const context = createContext(request);
    expect((await readCall(request, context))?.model).toBe('a');
    const url = 'http://gateway.test/deployments/b/chat/completions';
    const moved = rewrite(request, { url }, context);
    expect((await readCall(moved, context))?.model).toBe('b');
  });

  it.each([
    '/chat/completions',
    '/v1/chat/completions',
    '/v1/chat/completions/',
    '/openai/v1//chat//completions',
    '/v1/chat/complet%69ons',
    '/%ff/v1%2Fchat/complet%69ons',
    '/v1/Chat/Completions',
    '/v1/chat/completions;x',
    '/v1/chat;a=b/completions;x=1',
    '/v1/chat/completions%3Bx',
    '/v1/chat/completions%3Fx',
    '/v1/chat/completions%23x',
    '/v1/chat/completions%00',
    '/v1/chat/completions%00.json',
    '/v1/chat/completions%20',
    '/v1/chat%252fcompletions',
    '/v1/chat%25252fcompletions',
    '/v1/chat%5ccompletions',
    '/v1/chat/x/%252e%252e/completions/%252e',
    '/openai/deployments/d/chat/completions?api-version=1',
  ])('knows %s', async (path) => {
    const request = post(chat, { path });
    expect((await readCall(request, createContext(request)))?.operation).toBe('chat');
  });

  it.each(['/v1/models', '/v1/chat/completions/id/messages', '/v1/xchat/completions', '/v1/files'])(
    'leaves %s alone',
    async (path) => {
      const request = post('not json', { path });
      expect(await readCall(request, createContext(request))).toBeUndefined();
      expect(request.bodyUsed).toBe(false);
    },
  );

  it('leaves other methods alone', async () => {
    const request = new Request('http://gateway.test/v1/chat/completions');
    expect(await readCall(request, createContext(request))).toBeUndefined();
  });

  it('takes the model from a deployment path when the body names none', async () => {
    const request = post(
      { messages: chat.messages },
      { path: '/openai/deployments/my%20d/chat/completions' },
    );
    expect((await readCall(request, createContext(request)))?.model).toBe('my d');
  });

  it('reads a body without a content type as JSON', async () => {
    const request = new Request('http://gateway.test/v1/chat/completions', {
      method: 'POST',
      body: new TextEncoder().encode(JSON.stringify(chat)),
    });
    expect(request.headers.has('content-type')).toBe(false);
    expect((await readCall(request, createContext(request)))?.model).toBe('m');
  });

  it.each([
    { 'content-type': 'text/plain' },
    { 'content-type': 'multipart/form-data; boundary=x' },
    { 'content-encoding': 'gzip' },
  ])('refuses %o with 415', async (headers) => {
    expect((await refusal(post(chat, { headers }))).status).toBe(415);
  });

  it.each(['application/json; charset=utf-8', 'application/vnd.api+json', 'Application/JSON'])(
    'accepts %s',
    async (type) => {
      const request = post(chat, { headers: { 'content-type': type } });
      expect((await readCall(request, createContext(request)))?.model).toBe('m');
    },
  );

  it('refuses a body that nests too deep, before anything recurses into it', async () => {
    const body = `{"model":"m","messages":[],"x":${'['.repeat(50_000)}${']'.repeat(50_000)}}`;
    const error = await refusal(post(body));
    expect(error.status).toBe(400);
    expect(error.message).toContain('levels deep');
  });

  it.each([
    [
      '{"model":"m","messages":[{"role":"user","content":"a"}],"messages":[{"role":"user","content":"b"}]}',
      'messages',
    ],
    ['{"model":"m","messages":[{"role":"user","content":"a","content":"b"}]}', 'content'],
    [
      '{"model":"m","messages":[{"role":"user","content":"x"}],"metadata":{"k":"a","\\u006b":"b"}}',
      'k',
    ],
  ])('refuses a name that stands twice: %s', async (body, name) => {
    const error = await refusal(post(body));
    expect(error.status).toBe(400);
    expect(error.message).toBe(`Write '${name}' once: an object of the body has it twice`);
    expect(error.details.param).toBe(name);
  });

  it.each([[1], ['text'], [null], [[]], [true]])('refuses %j as a body', async (body) => {
    expect((await refusal(post(JSON.stringify(body)))).status).toBe(400);
  });
});

describe('rewriteCall()', () => {
  it('makes a request whose call is read without a parse', async () => {
    const request = post(chat);
    const context = createContext(request);
    await readCall(request, context);
    const body = { ...chat, model: 'other' };
    const rewritten = rewriteCall(request, body, context);
    const call = await readCall(rewritten, context);
    expect(call?.model).toBe('other');
    expect(call?.body).toBe(body);
    expect(await context.json(rewritten)).toBe(body);
    expect(context.get(callKey)).toBe(call);
  });
});
