import { compose, type TransportRequest, toHandler } from '@wintergate/core';
import { describe, expect, it } from 'vitest';
import { google, vertex } from './google.ts';
import type { Provider } from './types.ts';
import { upstream } from './upstream.ts';

const answer = {
  responseId: 'r1',
  modelVersion: 'gemini-x',
  candidates: [
    { content: { role: 'model', parts: [{ text: 'Hello.' }] }, finishReason: 'STOP', index: 0 },
  ],
  usageMetadata: { promptTokenCount: 9, candidatesTokenCount: 2, thoughtsTokenCount: 5 },
};

function setup(
  make: (transport: (request: TransportRequest) => Promise<Response>) => Provider,
  reply: () => Response,
) {
  const sent: TransportRequest[] = [];
  const provider = make(async (request) => {
    sent.push(request);
    return reply();
  });
  const handler = toHandler(compose(), upstream({ target: provider.target('gemini-x') }));
  const ask = (fields: object = {}) =>
    handler(
      new Request('http://gateway.test/v1/chat/completions?key=callers', {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-goog-api-key': 'callers' },
        body: JSON.stringify({ messages: [{ role: 'user', content: 'Hi' }], ...fields }),
      }),
    );
  return { ask, sent };
}

describe('a chat call answered by Google', () => {
  it('goes to the Gemini API with the gateway’s key alone', async () => {
    const { ask, sent } = setup(
      (transport) => google({ apiKey: async () => 'AIza-of-the-gateway', transport }),
      () => Response.json(answer),
    );
    expect(await (await ask()).json()).toMatchObject({
      id: 'r1',
      model: 'gemini-x',
      choices: [{ message: { content: 'Hello.' }, finish_reason: 'stop' }],
      usage: { prompt_tokens: 9, completion_tokens: 7, total_tokens: 16 },
    });
    expect(sent[0]?.url).toBe(
      'https://generativelanguage.googleapis.com/v1beta/models/gemini-x:generateContent',
    );
    expect(sent[0]?.headers.get('x-goog-api-key')).toBe('AIza-of-the-gateway');
  });

  it('streams from Vertex AI', async () => {
    const { ask, sent } = setup(
      (transport) =>
        vertex({ project: 'p-1', location: 'europe-west4', accessToken: 'token', transport }),
      () =>
        new Response(`data: ${JSON.stringify(answer)}\r\n\r\n`, {
          headers: { 'content-type': 'text/event-stream' },
        }),
    );
    const text = await (await ask({ stream: true })).text();
    expect(text).toContain('"content":"Hello."');
    expect(text.endsWith('data: [DONE]\n\n')).toBe(true);
    expect(sent[0]?.url).toBe(
      'https://europe-west4-aiplatform.googleapis.com/v1/projects/p-1/locations/europe-west4/publishers/google/models/gemini-x:streamGenerateContent?alt=sse',
    );
    expect(sent[0]?.headers.get('authorization')).toBe('Bearer token');
    expect(sent[0]?.headers.has('x-goog-api-key')).toBe(false);
  });

  it('tells a blocked prompt as the caller knows it', async () => {
    const { ask } = setup(
      (transport) => google({ apiKey: 'k', transport }),
      () => Response.json({ promptFeedback: { blockReason: 'SAFETY' } }),
    );
    expect(await (await ask()).json()).toMatchObject({
      choices: [{ finish_reason: 'content_filter' }],
    });
  });

  it('tells a limit by its status, and nothing of the account', async () => {
    const error = {
      code: 429,
      message: 'Quota of project 12345 exceeded',
      status: 'RESOURCE_EXHAUSTED',
    };
    const { ask } = setup(
      (transport) => google({ apiKey: 'k', transport }),
      () => Response.json({ error }, { status: 429 }),
    );
    const response = await ask();
    expect(response.status).toBe(429);
    expect(await response.text()).not.toContain('12345');
  });
});

describe('google() and vertex()', () => {
  it('refuse what can not work', () => {
    expect(() => google({ apiKey: '' })).toThrow('Give google() an "apiKey"');
    expect(() => vertex({ project: 'p', accessToken: '' })).toThrow(
      'Give vertex() an "accessToken"',
    );
    expect(() => vertex({ project: 'p/../q', accessToken: 't' })).toThrow('Expected "project"');
  });
});
