import { compose, type Transport, type TransportRequest, toHandler } from '@wintergate/core';
import { dialects, openaiChat } from '@wintergate/wire';
import { googleGenerate } from '@wintergate/wire/google';
import { describe, expect, it } from 'vitest';
import { google, vertex } from './google.ts';
import { openaiCompatible } from './openai-compatible.ts';
import { sentText } from './test-calls.ts';
import type { Provider, Target } from './types.ts';
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

  it('tells how long to wait, which Google says in the body', async () => {
    const type = 'type.googleapis.com/google.rpc.RetryInfo';
    const details = [{ '@type': type, retryDelay: '34.4s' }];
    const error = { code: 429, status: 'RESOURCE_EXHAUSTED', message: 'm', details };
    const { ask } = setup(
      (transport) => google({ apiKey: 'k', transport }),
      () => Response.json({ error }, { status: 429 }),
    );
    const response = await ask();
    expect([response.status, response.headers.get('retry-after')]).toEqual([429, '35']);
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

describe('a caller who speaks Google’s format', () => {
  const first = {
    ...answer,
    candidates: [{ content: { parts: [{ text: 'Hel' }], role: 'model' } }],
  };
  const chunks = [first, answer];
  const events = chunks.map((chunk) => `data: ${JSON.stringify(chunk)}\r\n\r\n`).join('');
  const array = `[${chunks.map((chunk) => JSON.stringify(chunk, null, 2)).join('\n,\r\n')}]`;
  const asEvents = () => new Response(events, { headers: { 'content-type': 'text/event-stream' } });
  const asArray = () =>
    new Response(array, { headers: { 'content-type': 'application/json; charset=UTF-8' } });

  function caller(make: (transport: Transport) => Target, reply: () => Response) {
    const sent: TransportRequest[] = [];
    const target = make(async (request) => {
      sent.push(request);
      return reply();
    });
    const handler = toHandler(compose(dialects(openaiChat, googleGenerate)), upstream({ target }));
    const ask = (path: string, fields: object = {}) =>
      handler(
        new Request(`http://gateway.test${path}`, {
          method: 'POST',
          headers: { 'content-type': 'application/json', 'x-goog-api-key': 'callers' },
          body: JSON.stringify({ contents: [{ parts: [{ text: 'Hi' }] }], ...fields }),
        }),
      );
    return { ask, sent };
  }

  const gemini = (transport: Transport): Target => google({ apiKey: 'k', transport }).target();
  const onVertex = (transport: Transport): Target =>
    vertex({ project: 'p', location: 'eu', accessToken: 't', transport }).target('gemini-x');
  const chat = (transport: Transport): Target => ({
    ...openaiCompatible({ baseUrl: 'https://chat.test/v1', apiKey: 'k', transport }).target('m'),
    dialects: [openaiChat],
  });

  it('passes as they are, under the paths of both APIs, to a project of ours', async () => {
    for (const path of [
      '/v1beta/models/gemini-y:generateContent?key=callers',
      '/v1/projects/theirs/locations/us/publishers/google/models/gemini-y:generateContent',
      '/v1beta1/publishers/google/models/gemini-y:generateContent',
    ]) {
      const own = caller(gemini, () => Response.json(answer));
      expect(await (await own.ask(path, { vendor: 1 })).json()).toEqual(answer);
      expect(own.sent[0]?.url).toBe(
        'https://generativelanguage.googleapis.com/v1beta/models/gemini-y:generateContent',
      );
      expect(JSON.parse(await sentText(own.sent[0]))).toMatchObject({ vendor: 1 });
      expect(own.sent[0]?.headers.get('x-goog-api-key')).toBe('k');
      // A target's own model takes the place of the path's.
      const moved = caller(onVertex, () => Response.json(answer));
      await moved.ask(path);
      expect(moved.sent[0]?.url).toBe(
        'https://aiplatform.eu.rep.googleapis.com/v1/projects/p/locations/eu/publishers/google/models/gemini-x:generateContent',
      );
      expect(JSON.parse(await sentText(moved.sent[0]))).not.toHaveProperty('model');
    }
  });

  it.each([
    ['events', '?alt=sse', asEvents],
    ['an array', '', asArray],
    ['an array for events', '', asEvents],
    ['events for an array', '?alt=sse', asArray],
  ])('streams %s', async (_, query, reply) => {
    const { ask } = caller(gemini, reply);
    const response = await ask(`/v1beta/models/m:streamGenerateContent${query}`);
    const text = await response.text();
    if (query === '') {
      expect(response.headers.get('content-type')).toBe('application/json; charset=UTF-8');
      expect(JSON.parse(text)).toEqual(chunks);
      return;
    }
    expect(response.headers.get('content-type')).toContain('text/event-stream');
    const told = text.trim().split(/\r?\n\r?\n/);
    expect(told.map((event) => JSON.parse(event.slice(6)))).toEqual(chunks);
  });

  it.each([
    ['an array that breaks off', array.slice(0, -1)],
    ['an item that breaks off', array.slice(0, -20)],
    ['no finish reason', `[${JSON.stringify(first)}]`],
  ])('ends a stream with an error after %s', async (_, body) => {
    const { ask } = caller(
      gemini,
      () => new Response(body, { headers: { 'content-type': 'application/json' } }),
    );
    const told = await (await ask('/v1beta/models/m:streamGenerateContent')).json();
    // Whose finish reason has been seen is whole, whatever became of the connection.
    if (body.includes('finishReason') && body.endsWith('}')) expect(told).toEqual(chunks);
    else expect(told.at(-1)).toMatchObject({ error: { code: 502, status: 'UNAVAILABLE' } });
  });

  it('hears of errors in Google’s form', async () => {
    const { ask } = caller(gemini, () => new Response('<html>', { status: 503 }));
    const busy = await ask('/v1beta/models/m:streamGenerateContent');
    expect([busy.status, await busy.json()]).toMatchObject([
      503,
      { error: { code: 503, status: 'UNAVAILABLE' } },
    ]);
    const bad = await ask('/v1beta/models/m:generateContent', { contents: [] });
    expect([bad.status, await bad.json()]).toMatchObject([
      400,
      {
        error: {
          status: 'INVALID_ARGUMENT',
          details: [{}, { fieldViolations: [{ field: 'contents' }] }],
        },
      },
    ]);
  });

  it('is answered by a model that speaks OpenAI chat', async () => {
    const said = (delta: object, finish: string | null = null) =>
      `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', created: 1, model: 'm', choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`;
    const called = { index: 0, id: 't', function: { name: 'f', arguments: '{"a":1}' } };
    const stream = `${said({ content: 'Hi.' })}${said({ tool_calls: [called] })}${said({}, 'tool_calls')}data: [DONE]\n\n`;
    const { ask, sent } = caller(
      chat,
      () => new Response(stream, { headers: { 'content-type': 'text/event-stream' } }),
    );
    const parameters = { type: 'OBJECT', properties: { a: { type: 'INTEGER' } } };
    const response = await ask('/v1beta/models/gemini-x:streamGenerateContent', {
      system_instruction: { parts: { text: 'Be brief.' } },
      tools: [{ functionDeclarations: [{ name: 'f', parameters }] }],
      safetySettings: [],
    });
    expect(response.headers.get('x-wintergate-notice')).toBe('drop;field="safetySettings"');
    expect(await response.json()).toMatchObject([
      { candidates: [{ content: { parts: [{ text: 'Hi.' }] } }], responseId: 'c' },
      {
        candidates: [
          { content: { parts: [{ functionCall: { id: 't', name: 'f', args: { a: 1 } } }] } },
        ],
      },
      { candidates: [{ finishReason: 'STOP' }] },
    ]);
    expect(sent[0]?.url).toBe('https://chat.test/v1/chat/completions');
    expect(JSON.parse(await sentText(sent[0]))).toMatchObject({
      model: 'm',
      stream: true,
      messages: [
        { role: 'system', content: 'Be brief.' },
        { role: 'user', content: 'Hi' },
      ],
      tools: [
        {
          function: {
            name: 'f',
            parameters: { type: 'object', properties: { a: { type: 'integer' } } },
          },
        },
      ],
    });
  });
});

describe('embeddings answered by Google', () => {
  const ask = async (make: (transport: Transport) => Provider) => {
    const sent: TransportRequest[] = [];
    const provider = make(async (request) => {
      sent.push(request);
      return Response.json({ embeddings: [{ values: [1, 2] }] });
    });
    const handler = toHandler(compose(), upstream({ target: provider.target('gemini-e') }));
    const response = await handler(
      new Request('http://gateway.test/v1/embeddings', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ model: 'm', input: 'Hi' }),
      }),
    );
    return { response, sent };
  };

  it('come from the Gemini API, in the caller’s form', async () => {
    const { response, sent } = await ask((transport) => google({ apiKey: 'k', transport }));
    expect(await response.json()).toMatchObject({
      object: 'list',
      data: [{ object: 'embedding', index: 0, embedding: [1, 2] }],
    });
    expect(sent[0]?.url).toBe(
      'https://generativelanguage.googleapis.com/v1beta/models/gemini-e:batchEmbedContents',
    );
  });

  it('are refused for Vertex AI, which has another API for them', async () => {
    const { response, sent } = await ask((transport) =>
      vertex({ project: 'p', accessToken: 't', transport }),
    );
    expect([response.status, sent.length]).toEqual([400, 0]);
  });
});

describe('google() and vertex()', () => {
  it('take turns with several keys', async () => {
    const target = google({ apiKey: ['a', () => 'b'] }).target();
    const seen: (string | null)[] = [];
    for (let at = 0; at < 3; at++) {
      const headers = new Headers();
      await target.authorize?.(headers);
      seen.push(headers.get('x-goog-api-key'));
    }
    expect(seen).toEqual(['a', 'b', 'a']);
  });

  it.each([
    ['global', 'https://aiplatform.googleapis.com/v1'],
    ['europe-west4', 'https://europe-west4-aiplatform.googleapis.com/v1'],
    ['us', 'https://aiplatform.us.rep.googleapis.com/v1'],
  ])('know the host of %s', (location, root) => {
    expect(vertex({ project: 'p', location, accessToken: 't' }).baseUrl).toBe(
      `${root}/projects/p/locations/${location}/publishers/google`,
    );
  });

  it('refuse what can not work', () => {
    expect(() => google({ apiKey: '' })).toThrow('Give google() an "apiKey"');
    expect(() => vertex({ project: undefined as never, accessToken: 't' })).toThrow(
      'Expected "project" to be a name such as "my-project": got "undefined"',
    );
    expect(() => vertex({ project: 'p', accessToken: '' })).toThrow(
      'Give vertex() an "accessToken"',
    );
    expect(() => vertex({ project: 'p/../q', accessToken: 't' })).toThrow('Expected "project"');
  });
});
