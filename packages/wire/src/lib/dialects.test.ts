import {
  compose,
  errorFormatKey,
  openaiErrorFormat,
  RequestError,
  rewriteReply,
  toHandler,
} from '@wintergate/core';
import { describe, expect, it } from 'vitest';
import { dialects } from './dialects.ts';
import { openaiChat } from './openai-chat.ts';
import { openaiEmbeddings } from './openai-embeddings.ts';
import { readCall, rewriteCall } from './read-call.ts';
import { jsonReply } from './test-support.ts';
import type { Dialect } from './types.ts';

const other: Dialect = {
  ...openaiChat,
  id: 'other',
  errorFormat: {
    ...openaiErrorFormat,
    body: () => ({ contentType: 'text/plain', body: 'other error' }),
  },
  matches: ({ method, path }) => (method === 'POST' && path === '/other' ? 'chat' : undefined),
};

function post(path: string, body: string): Request {
  return new Request(`http://gateway.test${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
  });
}

describe('dialects()', () => {
  it('decides what readCall() knows in its chain', async () => {
    const seen: (string | undefined)[] = [];
    const handler = toHandler(compose(dialects(other)), async (request, context) => {
      if (context === undefined) throw new Error('Expected a context');
      seen.push((await readCall(request, context))?.dialect.id);
      return new Response('ok');
    });
    const body = JSON.stringify({ model: 'm', messages: [{ role: 'user', content: 'x' }] });
    await handler(post('/other', body));
    await handler(post('/v1/chat/completions', body));
    expect(seen).toEqual(['openai-chat', undefined]);
  });

  it('writes errors in the form of the dialect before a body is read', async () => {
    const handler = toHandler(compose(dialects(openaiEmbeddings, other)), (_, context) => {
      expect(context?.get(errorFormatKey)).toBe(other.errorFormat);
      throw new RequestError({ status: 400, type: 'invalid_request_error', message: 'no' });
    });
    expect(await (await handler(post('/other', ''))).text()).toBe('other error');
  });

  it('lets a dialect that names the model in the path move a rewritten call', async () => {
    const inPath: Dialect = {
      ...openaiChat,
      id: 'in-path',
      matches: ({ path }) => (path.startsWith('/models/') ? 'chat' : undefined),
      urlFor: (call, url) => new URL(`/models/${call.model}`, url),
    };
    const handler = toHandler(compose(dialects(inPath)), async (request, context) => {
      if (context === undefined) throw new Error('Expected a context');
      const call = await readCall(request, context);
      if (call === undefined) throw new Error('Expected a call');
      const moved = rewriteCall(request, inPath.withModel(call, 'b'), context);
      const read = await readCall(moved, context);
      return new Response(`${new URL(moved.url).pathname} ${read?.model}`);
    });
    const body = JSON.stringify({ model: 'a', messages: [{ role: 'user', content: 'x' }] });
    expect(await (await handler(post('/models/a', body))).text()).toBe('/models/b b');
  });

  it('hands a reply last of all to the dialect, which may frame it as the URL asks', async () => {
    const framing: Dialect = {
      ...openaiChat,
      id: 'framing',
      frameReply: (response, url) =>
        rewriteReply(response, { headers: { 'x-framed': url.search } }),
    };
    const handler = toHandler(compose(dialects(framing, openaiEmbeddings)), () => jsonReply({}));
    const reply = await handler(post('/v1/chat/completions?as=array', '{}'));
    expect(reply.headers.get('x-framed')).toBe('?as=array');
    expect((await handler(post('/v1/embeddings', '{}'))).headers.has('x-framed')).toBe(false);
    expect((await handler(post('/v1/other', '{}'))).headers.has('x-framed')).toBe(false);
  });

  it('refuses an empty or doubled list', () => {
    expect(() => dialects()).toThrow(new TypeError('Pass at least one dialect to dialects()'));
    expect(() => dialects(openaiChat, openaiChat)).toThrow(TypeError);
  });

  it.each([['openai'], [[openaiChat]], [undefined], [null], [{}]])('refuses %j', (wrong) => {
    expect(() => dialects(openaiChat, wrong as never)).toThrow(
      new TypeError('Pass dialects to dialects(), such as openaiChat, one by one'),
    );
  });
});

describe('without dialects()', () => {
  it('a bad body of a known path is answered in OpenAI form', async () => {
    const handler = toHandler(compose(), async (request, context) => {
      if (context !== undefined) await readCall(request, context);
      return new Response('ok');
    });
    const response = await handler(post('/v1/embeddings', '{"model":"m","input":[]}'));
    expect(response.status).toBe(400);
    expect(await response.json()).toEqual({
      error: {
        message:
          "Expected a string, an array of strings or of token numbers for 'input', got an empty array",
        type: 'invalid_request_error',
        param: 'input',
        code: null,
      },
    });
  });
});
