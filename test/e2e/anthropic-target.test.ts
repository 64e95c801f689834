import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { anthropic } from '@wintergate/providers/anthropic';
import OpenAI, { APIError, BadRequestError } from 'openai';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { impatient, type Six, startSix } from './lib/six.ts';

const key = 'sk-ant-key-of-the-gateway-0123456789';

interface Sent {
  readonly url: string;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: {
    readonly stream?: boolean;
    readonly messages: unknown[];
    readonly tools?: unknown;
  };
}

const content = [
  { type: 'text', text: 'It rains in Oslo.' },
  { type: 'tool_use', id: 'toolu_1', name: 'get_weather', input: { city: 'Bergen' } },
  { type: 'tool_use', id: 'toolu_2', name: 'get_weather', input: {} },
];
const usage = { input_tokens: 12, cache_read_input_tokens: 30, output_tokens: 8 };
const message = {
  id: 'msg_1',
  type: 'message',
  role: 'assistant',
  model: 'claude-x',
  content,
  stop_reason: 'tool_use',
  stop_sequence: null,
  usage,
};

function events(): string {
  const all: { type: string; [field: string]: unknown }[] = [
    {
      type: 'message_start',
      message: { ...message, content: [], usage: { ...usage, output_tokens: 1 } },
    },
    { type: 'ping' },
    { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
    ...['It rains ', 'in Oslo.'].map((text) => ({
      type: 'content_block_delta',
      index: 0,
      delta: { type: 'text_delta', text },
    })),
    { type: 'content_block_stop', index: 0 },
    ...['toolu_1', 'toolu_2'].flatMap((id, at) => [
      {
        type: 'content_block_start',
        index: at + 1,
        content_block: { type: 'tool_use', id, name: 'get_weather', input: {} },
      },
      ...(at === 0 ? ['{"ci', 'ty":"Bergen"}'] : []).map((partial_json) => ({
        type: 'content_block_delta',
        index: at + 1,
        delta: { type: 'input_json_delta', partial_json },
      })),
      { type: 'content_block_stop', index: at + 1 },
    ]),
    { type: 'message_delta', delta: { stop_reason: 'tool_use', stop_sequence: null }, usage },
    { type: 'message_stop' },
  ];
  return all.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`).join('');
}

describe('the OpenAI SDK through all six to Anthropic', () => {
  let server: Server;
  let six: Six;
  let client: OpenAI;
  const sent: Sent[] = [];
  let answer: { status: number; body?: unknown; cut?: boolean } = { status: 200 };

  beforeAll(async () => {
    server = createServer(async (request, response) => {
      let text = '';
      for await (const chunk of request) text += String(chunk);
      sent.push({ url: request.url ?? '', headers: request.headers, body: JSON.parse(text) });
      if (answer.status !== 200 || sent.at(-1)?.body.stream !== true) {
        response.writeHead(answer.status, { 'content-type': 'application/json' });
        response.end(JSON.stringify(answer.body ?? message));
        return;
      }
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      const whole = events();
      if (answer.cut !== true) response.end(whole);
      else
        response.write(whole.slice(0, whole.indexOf('message_delta') - 20), () =>
          response.destroy(),
        );
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
    six = await startSix({ provider: anthropic({ apiKey: key, baseUrl }), failover: impatient });
    client = new OpenAI({ baseURL: `${six.url}/v1`, apiKey: 'the-callers-own-key', maxRetries: 0 });
  });

  beforeEach(() => {
    sent.length = 0;
    answer = { status: 200 };
  });

  afterAll(async () => {
    await six.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  const tools: OpenAI.ChatCompletionTool[] = [
    { type: 'function', function: { name: 'get_weather', parameters: { type: 'object' } } },
  ];
  const ask = (text: string): OpenAI.ChatCompletionCreateParamsNonStreaming => ({
    model: 'claude-x',
    messages: [{ role: 'user', content: text }],
    tools,
  });
  const calls = [
    { id: 'toolu_1', function: { name: 'get_weather', arguments: '{"city":"Bergen"}' } },
    { id: 'toolu_2', function: { name: 'get_weather', arguments: '{}' } },
  ];

  it('chats, with parallel tool calls and cached tokens counted in', async () => {
    const completion = await client.chat.completions.create(ask('Weather?'));
    expect(completion.choices[0]).toMatchObject({
      finish_reason: 'tool_calls',
      message: { content: 'It rains in Oslo.', tool_calls: calls },
    });
    expect(completion.usage).toMatchObject({
      prompt_tokens: 42,
      completion_tokens: 8,
      prompt_tokens_details: { cached_tokens: 30 },
    });
    expect(sent[0]?.url).toBe('/v1/messages');
    expect(sent[0]?.headers['x-api-key']).toBe(key);
    expect(JSON.stringify(sent[0]?.headers)).not.toContain('the-callers-own-key');
  });

  it('streams the same', async () => {
    const stream = client.chat.completions.stream({
      ...ask('Weather, streamed?'),
      stream: true,
      stream_options: { include_usage: true },
    });
    const completion = await stream.finalChatCompletion();
    expect(completion.choices[0]).toMatchObject({
      finish_reason: 'tool_calls',
      message: { content: 'It rains in Oslo.', tool_calls: calls },
    });
    expect(completion.usage?.total_tokens).toBe(50);
  });

  it('goes on with the results of the tools', async () => {
    await client.chat.completions.create({
      ...ask('Weather?'),
      messages: [
        { role: 'user', content: 'Weather?' },
        {
          role: 'assistant',
          content: 'It rains in Oslo.',
          tool_calls: calls.map((call) => ({ type: 'function', ...call })),
        },
        { role: 'tool', tool_call_id: 'toolu_1', content: 'sun' },
        { role: 'tool', tool_call_id: 'toolu_2', content: 'fog' },
      ],
    });
    expect(sent[0]?.body.messages).toMatchObject([
      { role: 'user' },
      { role: 'assistant', content },
      {
        role: 'user',
        content: [
          { type: 'tool_result', tool_use_id: 'toolu_1' },
          { type: 'tool_result', tool_use_id: 'toolu_2' },
        ],
      },
    ]);
  });

  it('answers the same call from the cache, whole and as a stream', async () => {
    const first = await client.chat.completions.create(ask('Twice?'));
    const { data, response } = await client.chat.completions.create(ask('Twice?')).withResponse();
    expect(data).toEqual(first);
    expect(response.headers.get('cache-status')).toMatch(/^wintergate; hit/);
    const streamed = await client.chat.completions
      .stream({ ...ask('Twice?'), stream: true })
      .finalChatCompletion();
    expect(streamed.choices[0]?.message.tool_calls).toMatchObject(calls);
    expect(sent).toHaveLength(1);
  });

  it('throws when a stream is cut', async () => {
    answer = { status: 200, cut: true };
    const stream = await client.chat.completions.create({ ...ask('Cut?'), stream: true });
    const read = async (): Promise<void> => {
      for await (const _ of stream);
    };
    await expect(read()).rejects.toBeInstanceOf(APIError);
  });

  it('throws the SDK’s own error, with what was wrong', async () => {
    const error = { type: 'invalid_request_error', message: 'prompt is too long: 300000 tokens' };
    answer = { status: 400, body: { type: 'error', error, request_id: 'req_1' } };
    const failed = await client.chat.completions.create(ask('Long?')).catch((thrown) => thrown);
    expect(failed).toBeInstanceOf(BadRequestError);
    expect(failed.message).toContain('too long');
    expect(JSON.stringify(failed.error)).not.toContain('req_1');
  });
});
