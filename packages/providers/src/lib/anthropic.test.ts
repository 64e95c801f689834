import {
  compose,
  createSseDecoder,
  type GatewayEvent,
  type TransportRequest,
  toHandler,
} from '@wintergate/core';
import { describe, expect, it } from 'vitest';
import { type AnthropicOptions, anthropic } from './anthropic.ts';
import { upstream } from './upstream.ts';

const encoder = new TextEncoder();

function setup(answer: () => Response, options: Partial<AnthropicOptions> = {}) {
  const sent: { url: string; headers: Headers; body: Record<string, unknown> }[] = [];
  const events: GatewayEvent[] = [];
  const provider = anthropic({
    apiKey: 'sk-ant-secret-of-the-gateway',
    transport: async ({ url, headers, body }: TransportRequest) => {
      sent.push({ url, headers, body: JSON.parse(new TextDecoder().decode(body as Uint8Array)) });
      return answer();
    },
    ...options,
  });
  const handler = toHandler(compose(), upstream({ target: provider.target('claude-x') }), {
    onEvent: (event) => events.push(event),
  });
  const ask = (fields: object = {}) =>
    handler(
      new Request('http://gateway.test/v1/chat/completions', {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          authorization: 'Bearer caller',
          'openai-beta': 'x',
          'x-stainless-lang': 'js',
        },
        body: JSON.stringify({
          model: 'fast',
          messages: [{ role: 'user', content: 'Hi' }],
          ...fields,
        }),
      }),
    );
  return { ask, sent, events };
}

const message = {
  id: 'msg_1',
  type: 'message',
  role: 'assistant',
  model: 'claude-x',
  content: [{ type: 'text', text: 'Hello.' }],
  stop_reason: 'end_turn',
  stop_sequence: null,
  usage: { input_tokens: 9, output_tokens: 2 },
};

function sse(...events: object[]): string {
  return events
    .map(
      (event) => `event: ${(event as { type: string }).type}\ndata: ${JSON.stringify(event)}\n\n`,
    )
    .join('');
}

const started = sse(
  { type: 'message_start', message: { ...message, content: [], stop_reason: null } },
  { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
  { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'Hello.' } },
);
const ended = sse(
  { type: 'content_block_stop', index: 0 },
  {
    type: 'message_delta',
    delta: { stop_reason: 'end_turn', stop_sequence: null },
    usage: { output_tokens: 2 },
  },
  { type: 'message_stop' },
);

const stream = (text: string) => () =>
  new Response(encoder.encode(text), { headers: { 'content-type': 'text/event-stream' } });

async function chunksOf(response: Response): Promise<unknown[]> {
  const events = createSseDecoder().push(new Uint8Array(await response.arrayBuffer()));
  return events.map((event) => (event.data === '[DONE]' ? event.data : event.json()));
}

describe('a chat call answered by Anthropic', () => {
  it('is written as a message, with the gateway’s key and no other header of its caller’s SDK', async () => {
    const { ask, sent, events } = setup(() => Response.json(message));
    const response = await ask({ seed: 7 });
    expect(await response.json()).toMatchObject({
      id: 'msg_1',
      object: 'chat.completion',
      model: 'claude-x',
      choices: [{ message: { role: 'assistant', content: 'Hello.' }, finish_reason: 'stop' }],
      usage: { prompt_tokens: 9, completion_tokens: 2, total_tokens: 11 },
    });
    expect(response.headers.get('x-wintergate-notice')).toBe('drop;field="seed"');
    const [{ url, headers, body } = sent[0]!] = sent;
    expect(url).toBe('https://api.anthropic.com/v1/messages');
    expect(body).toEqual({
      model: 'claude-x',
      max_tokens: 4096,
      messages: [{ role: 'user', content: [{ type: 'text', text: 'Hi' }] }],
    });
    expect(headers.get('x-api-key')).toBe('sk-ant-secret-of-the-gateway');
    expect(headers.get('anthropic-version')).toBe('2023-06-01');
    for (const name of ['authorization', 'openai-beta', 'x-stainless-lang'])
      expect(headers.has(name), name).toBe(false);
    expect(events.find(({ type }) => type === 'call-translate')).toMatchObject({
      from: 'openai-chat',
      to: 'anthropic-messages',
      notices: [{ field: 'seed', action: 'drop' }],
    });
    expect(events.find(({ type }) => type === 'response-end')).toMatchObject({
      outcome: { complete: true, usage: { inputTokens: 9, outputTokens: 2 } },
    });
  });

  it('takes system texts alone, as the caller’s format does, for a turn of the user', async () => {
    const { ask, sent, events } = setup(() => Response.json(message));
    const response = await ask({
      messages: [{ role: 'system', content: 'Say hello.' }],
      tools: [],
    });
    expect((await response.json()).choices[0].message.content).toBe('Hello.');
    expect(sent[0]?.body).toEqual({
      model: 'claude-x',
      max_tokens: 4096,
      messages: [{ role: 'user', content: [{ type: 'text', text: 'Say hello.' }] }],
    });
    expect(events.find(({ type }) => type === 'call-translate')).toMatchObject({
      notices: [{ field: 'messages', action: 'emulate' }],
    });
    expect(response.headers.get('x-wintergate-notice')).toContain('emulate;field="messages"');
  });

  it('streams, and hides the usage that nobody asked for', async () => {
    const { ask, events } = setup(stream(started + ended));
    const chunks = await chunksOf(await ask({ stream: true }));
    expect(chunks).toMatchObject([
      { choices: [{ delta: { role: 'assistant', content: '' } }] },
      { choices: [{ delta: { content: 'Hello.' } }] },
      { choices: [{ delta: {}, finish_reason: 'stop' }] },
      '[DONE]',
    ]);
    expect(events.find(({ type }) => type === 'usage-report')).toMatchObject({
      usage: { inputTokens: 9, outputTokens: 2 },
    });
    const asked = setup(stream(started + ended));
    const options = { stream: true, stream_options: { include_usage: true } };
    expect((await chunksOf(await asked.ask(options))).at(-2)).toMatchObject({
      choices: [],
      usage: { total_tokens: 11 },
    });
  });

  it('never ends a stream that was cut as if it were whole', async () => {
    const { ask } = setup(stream(started));
    const chunks = await chunksOf(await ask({ stream: true }));
    expect(chunks.at(-1)).toMatchObject({ error: { code: 'upstream_stream_cut' } });
  });

  it('tells an error inside a stream in the caller’s form', async () => {
    const error = { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } };
    const { ask } = setup(stream(started + sse(error)));
    const chunks = await chunksOf(await ask({ stream: true }));
    expect(chunks.at(-1)).toMatchObject({ error: { type: 'overloaded_error' } });
    expect(chunks).not.toContain('[DONE]');
  });

  it.each([
    [400, 'invalid_request_error', 'max_tokens: too large', 400],
    [529, 'overloaded_error', 'Overloaded', 529],
  ])('tells a status of %i in the caller’s form', async (status, type, text, expected) => {
    const body = { type: 'error', error: { type, message: text }, request_id: 'req_1' };
    const response = await setup(() => Response.json(body, { status })).ask();
    expect(response.status).toBe(expected);
    const { error } = (await response.json()) as { error: { message: string; param: unknown } };
    expect(error).toHaveProperty('param');
    expect(JSON.stringify(error)).not.toContain('req_1');
    if (status === 400) expect(error.message).toBe(text);
  });

  it('refuses what the model can not do, before anything is sent', async () => {
    const { ask, sent } = setup(() => Response.json(message));
    const response = await ask({ n: 2 });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({
      error: { param: 'n', code: 'unsupported_parameter' },
    });
    expect(sent).toEqual([]);
  });

  it('answers an answer that is none with a 502', async () => {
    const { ask } = setup(() => Response.json({ hello: 'world' }));
    expect((await ask()).status).toBe(502);
  });
});

describe('anthropic()', () => {
  it.each([
    [{}, 'Give anthropic() either "apiKey" or "accessToken"'],
    [{ apiKey: 'a', accessToken: 'b' }, 'Give anthropic() either "apiKey" or "accessToken"'],
    [{ apiKey: '' }, 'Expected "apiKey" to be not empty'],
    [{ apiKey: 'a', baseUrl: 'x' }, 'Expected "baseUrl" to be an absolute URL: got "x"'],
  ])('refuses %j', (options, message) => {
    expect(() => anthropic(options)).toThrow(message);
  });

  it('sends a token as a bearer’s', async () => {
    const { ask, sent } = setup(() => Response.json(message), {
      apiKey: undefined,
      accessToken: async () => 'oauth-token',
    });
    await ask();
    expect(sent[0]?.headers.get('authorization')).toBe('Bearer oauth-token');
  });
});
