import { compose, toHandler } from '@wintergate/core';
import { dialects, openaiChat, openaiEmbeddings } from '@wintergate/wire';
import { describe, expect, it } from 'vitest';
import { upstream } from './upstream.ts';
import { type AIBinding, workersAI } from './workers-ai.ts';

const model = '@cf/meta/llama-3.1-8b-instruct';
const chat = { model: 'm', messages: [{ role: 'user', content: 'Hi' }] };

async function ask(run: AIBinding['run'], body: object = chat, path = '/v1/chat/completions') {
  const provider = workersAI({ binding: { run }, runOptions: { gateway: { id: 'mine' } } });
  const handler = toHandler(
    compose(dialects(openaiChat, openaiEmbeddings)),
    upstream({ target: provider.target(model) }),
  );
  return handler(
    new Request(`http://gateway.test${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: 'Bearer sk-of-the-caller' },
      body: JSON.stringify(body),
    }),
  );
}

describe('workersAI({ binding })', () => {
  it('runs the model and answers callers of OpenAI’s format', async () => {
    let called: unknown[] = [];
    const response = await ask(async (...all) => {
      called = all;
      return { response: 'Hello', usage: { prompt_tokens: 3, completion_tokens: 1 } };
    });
    expect(called).toEqual([model, { messages: chat.messages }, { gateway: { id: 'mine' } }]);
    const answer = await response.json();
    expect(answer.choices[0].message.content).toBe('Hello');
    expect(answer.usage).toMatchObject({ prompt_tokens: 3, completion_tokens: 1 });
  });

  it('streams', async () => {
    const text = 'data: {"response":"Hel"}\n\ndata: {"response":"lo"}\n\ndata: [DONE]\n\n';
    const response = await ask(async () => new Response(text).body, { ...chat, stream: true });
    const told = await response.text();
    expect(told).toContain('"content":"Hel"');
    expect(told).toContain('"content":"lo"');
    expect(told.trimEnd().endsWith('data: [DONE]')).toBe(true);
  });

  it('embeds', async () => {
    const run = async () => ({ shape: [1, 2], data: [[1, 2]] });
    const response = await ask(run, { model: 'm', input: 'Hi' }, '/v1/embeddings');
    expect((await response.json()).data[0].embedding).toEqual([1, 2]);
  });

  it.each([
    ['3040: No more data centers to forward the request to', 429],
    ['InferenceUpstreamError: 3036: You have used up your daily free allocation', 429],
    ['5007: No such model', 404],
    ['AiError: something else', 500],
  ])('tells what is thrown with its status: %s', async (message, status) => {
    const response = await ask(async () => {
      throw new Error(message);
    });
    expect(response.status).toBe(status);
  });

  it('answers nothing else', async () => {
    const provider = workersAI({ binding: { run: async () => ({}) } });
    const handler = toHandler(compose(), upstream({ provider }));
    expect((await handler(new Request('http://gateway.test/v1/files'))).status).toBe(400);
  });
});

describe('workersAI({ account })', () => {
  it('goes to the account, with its token', async () => {
    const seen: string[] = [];
    const provider = workersAI({
      account: 'abc123',
      apiToken: 'token',
      transport: async ({ url, headers }) => {
        seen.push(url, headers.get('authorization') ?? '');
        return Response.json({ result: { response: 'Hello' }, success: true, errors: [] });
      },
    });
    const handler = toHandler(
      compose(dialects(openaiChat)),
      upstream({ target: provider.target(model) }),
    );
    const request = new Request('http://gateway.test/v1/chat/completions', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(chat),
    });
    expect((await (await handler(request)).json()).choices[0].message.content).toBe('Hello');
    expect(seen).toEqual([
      `https://api.cloudflare.com/client/v4/accounts/abc123/ai/run/${model}`,
      'Bearer token',
    ]);
  });

  it.each([
    [{}, 'either a "binding" or an "account"'],
    [{ account: 'abc' }, 'an "apiToken"'],
    [{ account: '../x', apiToken: 't' }, "an account's id"],
    [{ binding: {} as AIBinding }, 'the AI binding of a Worker'],
  ])('refuses %j', (options, message) => {
    expect(() => workersAI(options)).toThrow(message);
  });
});
