import { compose, type TransportRequest, toHandler } from '@wintergate/core';
import { dialects, openaiChat, openaiEmbeddings } from '@wintergate/wire';
import { describe, expect, it } from 'vitest';
import { cohere } from './cohere.ts';
import { ollama } from './ollama.ts';
import type { Provider } from './types.ts';
import { upstream } from './upstream.ts';

async function ask(
  make: (transport: (request: TransportRequest) => Promise<Response>) => Provider,
  reply: object,
  body: object,
  path = '/v1/chat/completions',
) {
  let sent: TransportRequest | undefined;
  const provider = make(async (request) => {
    sent = request;
    return Response.json(reply);
  });
  const handler = toHandler(
    compose(dialects(openaiChat, openaiEmbeddings)),
    upstream({ target: provider.target('named') }),
  );
  const response = await handler(
    new Request(`http://gateway.test${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: 'Bearer sk-of-the-caller' },
      body: JSON.stringify(body),
    }),
  );
  return { answer: await response.json(), sent };
}

const chat = { model: 'm', messages: [{ role: 'user', content: 'Hi' }] };
const embedding = { model: 'm', input: 'Hi' };

describe('cohere()', () => {
  const make = (transport: (request: TransportRequest) => Promise<Response>) =>
    cohere({ apiKey: ['a', 'b'], transport });

  it('answers callers of OpenAI’s format', async () => {
    const message = { role: 'assistant', content: [{ type: 'text', text: 'Hello' }] };
    const { answer, sent } = await ask(make, { message, finish_reason: 'COMPLETE' }, chat);
    expect(answer.choices[0].message.content).toBe('Hello');
    expect(sent?.url).toBe('https://api.cohere.com/v2/chat');
    expect(sent?.headers.get('authorization')).toBe('Bearer a');
  });

  it('embeds', async () => {
    const reply = { embeddings: { float: [[1, 2]] } };
    const { answer, sent } = await ask(make, reply, embedding, '/v1/embeddings');
    expect(answer.data[0].embedding).toEqual([1, 2]);
    expect(sent?.url).toBe('https://api.cohere.com/v2/embed');
  });

  it('needs a key', () => {
    expect(() => cohere({ apiKey: '' })).toThrow('"apiKey"');
    expect(() => cohere({ apiKey: [] })).toThrow('"apiKey"');
  });
});

describe('ollama()', () => {
  it('answers callers of OpenAI’s format, and is not told their key', async () => {
    const reply = { model: 'm', message: { role: 'assistant', content: 'Hello' }, done: true };
    const { answer, sent } = await ask((transport) => ollama({ transport }), reply, chat);
    expect(answer.choices[0].message.content).toBe('Hello');
    expect(sent?.url).toBe('http://127.0.0.1:11434/api/chat');
    expect(sent?.headers.has('authorization')).toBe(false);
  });

  it('sends a key where it has one', async () => {
    const { answer, sent } = await ask(
      (transport) => ollama({ baseUrl: 'https://ollama.test/', apiKey: 'k', transport }),
      { embeddings: [[1]], prompt_eval_count: 1 },
      embedding,
      '/v1/embeddings',
    );
    expect(answer.data[0].embedding).toEqual([1]);
    expect(sent?.url).toBe('https://ollama.test/api/embed');
    expect(sent?.headers.get('authorization')).toBe('Bearer k');
  });
});
