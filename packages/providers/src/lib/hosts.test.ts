import { compose, type TransportRequest, toHandler } from '@wintergate/core';
import { dialects, openaiChat, openaiEmbeddings } from '@wintergate/wire';
import { anthropicMessages } from '@wintergate/wire/anthropic';
import { describe, expect, it } from 'vitest';
import * as hosts from '../hosts.ts';
import { type AzureOpenAIOptions, azureOpenAI } from './azure.ts';
import type { Provider, Target } from './types.ts';
import { upstream } from './upstream.ts';

const reply = {
  id: 'chatcmpl-1',
  object: 'chat.completion',
  created: 1,
  model: 'm',
  choices: [{ index: 0, message: { role: 'assistant', content: 'Hello' }, finish_reason: 'stop' }],
  usage: { prompt_tokens: 9, completion_tokens: 2, total_tokens: 11 },
};

async function ask(
  target: Target,
  body: object,
  { path = '/v1/chat/completions', headers = {}, answer = reply as object } = {},
) {
  let sent: TransportRequest | undefined;
  const answering: Target = {
    ...target,
    transport: async (request) => {
      sent = request;
      return Response.json(answer);
    },
  };
  const handler = toHandler(
    compose(dialects(openaiChat, anthropicMessages, openaiEmbeddings)),
    upstream({ target: answering }),
  );
  const response = await handler(
    new Request(`http://gateway.test${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    }),
  );
  return {
    response,
    answer: await response.json(),
    url: sent?.url,
    headers: sent?.headers,
    sent:
      sent === undefined
        ? undefined
        : JSON.parse(new TextDecoder().decode(sent.body as Uint8Array)),
  };
}

const chat = { model: 'm', messages: [{ role: 'user', content: 'Hi' }] };
const known = Object.entries(hosts) as [string, (options: hosts.HostOptions) => Provider][];

describe.each(known)('%s()', (name, create) => {
  const provider = create({ apiKey: ['a', 'b'], baseUrl: 'http://host.test/v1', models: ['m'] });

  it('calls with one key after the other', async () => {
    const keys = [];
    for (let at = 0; at < 3; at++)
      keys.push((await ask(provider.target(), chat)).headers?.get('authorization'));
    expect(keys).toEqual(['Bearer a', 'Bearer b', 'Bearer a']);
  });

  it('takes a plain call as it is', async () => {
    const { response, url, sent } = await ask(provider.target(), chat);
    expect([response.status, url]).toEqual([200, 'http://host.test/v1/chat/completions']);
    expect(sent).toEqual(chat);
    expect(response.headers.has('x-wintergate-notice')).toBe(false);
    expect([provider.name, provider.models]).toEqual([name, ['m']]);
  });

  it('takes what callers of Anthropic’s format say', async () => {
    const { response, answer } = await ask(
      provider.target('other'),
      { ...chat, max_tokens: 5, system: 'Be brief.' },
      { path: '/v1/messages' },
    );
    expect(response.status).toBe(200);
    expect(answer.content).toEqual([{ type: 'text', text: 'Hello' }]);
  });
});

describe('known hosts', () => {
  it('have addresses of their own but where there can be none', () => {
    for (const [name, create] of known) {
      if (name === 'vllm' || name === 'cloudflare') expect(() => create({})).toThrow('"baseUrl"');
      else expect(create({}).baseUrl).toMatch(/^https:/);
    }
  });

  it('rename for Mistral, and tell what is left out', async () => {
    const { sent, response } = await ask(hosts.mistral({ apiKey: 'k' }).target(), {
      ...chat,
      max_completion_tokens: 5,
      seed: 3,
      user: 'u',
    });
    expect(sent).toEqual({ ...chat, max_tokens: 5, random_seed: 3 });
    expect(response.headers.get('x-wintergate-notice')).toBe('drop;field="user"');
  });

  it('tell Mistral’s answers as OpenAI would', async () => {
    const thinking = [{ type: 'text', text: 'Two and two' }];
    const content = [
      { type: 'thinking', thinking, closed: true },
      { type: 'text', text: '4' },
    ];
    const call = { id: 'abcdefghi', index: 0, function: { name: 'f', arguments: '{}' } };
    const message = { role: 'assistant', content, tool_calls: [call], prefix: false };
    const own = { ...reply, choices: [{ index: 0, message, finish_reason: 'tool_calls' }] };
    const target = hosts.mistral({ apiKey: 'k' }).target();
    const { answer, response } = await ask(target, chat, { answer: own });
    expect(response.status).toBe(200);
    expect(answer.choices[0].message).toEqual({
      ...{ role: 'assistant', content: '4', refusal: null, reasoning_content: 'Two and two' },
      tool_calls: [{ id: 'abcdefghi', type: 'function', function: { name: 'f', arguments: '{}' } }],
    });
  });

  it('refuse what would be another call, before it is made', async () => {
    const { response, sent, answer } = await ask(hosts.groq({ apiKey: 'k' }).target(), {
      ...chat,
      n: 2,
    });
    expect([response.status, sent]).toEqual([400, undefined]);
    expect(answer.error).toMatchObject({ param: 'n', code: 'unsupported_parameter' });
  });

  it('add quirks of your own', async () => {
    const target = hosts.vllm({ baseUrl: 'http://v.test/v1', quirks: { drop: ['user'] } }).target();
    expect((await ask(target, { ...chat, user: 'u' })).sent).toEqual(chat);
  });
});

describe('azureOpenAI()', () => {
  const of = (options: AzureOpenAIOptions) => azureOpenAI(options).target('deployed');

  it('calls the v1 API with the deployment in the body', async () => {
    const { url, sent, headers } = await ask(of({ resource: 'mine', apiKey: ['a', 'b'] }), chat, {
      headers: { 'api-key': 'of the caller', authorization: 'Bearer of the caller' },
    });
    expect(url).toBe('https://mine.openai.azure.com/openai/v1/chat/completions');
    expect(sent.model).toBe('deployed');
    expect([headers?.get('api-key'), headers?.has('authorization')]).toEqual(['a', false]);
  });

  it('calls the dated API with the deployment in the path', async () => {
    const dated = of({ resource: 'mine', accessToken: () => 'entra', apiVersion: '2024-10-21' });
    const { url, headers } = await ask(dated, chat);
    expect(url).toBe(
      'https://mine.openai.azure.com/openai/deployments/deployed/chat/completions?api-version=2024-10-21',
    );
    expect(headers?.get('authorization')).toBe('Bearer entra');
    const translated = await ask(dated, { ...chat, max_tokens: 5 }, { path: '/v1/messages' });
    expect(translated.url).toBe(url);
  });

  it('takes callers that are written for Azure, at Azure and elsewhere', async () => {
    const path = '/openai/deployments/named/chat/completions?api-version=2023-05-15';
    const { messages } = chat;
    const dated = azureOpenAI({ baseUrl: 'http://a.test', apiKey: 'k', apiVersion: '2024-10-21' });
    expect((await ask(dated.target(), { messages }, { path })).url).toBe(
      'http://a.test/openai/deployments/named/chat/completions?api-version=2024-10-21',
    );
    const elsewhere = await ask(hosts.xai({ apiKey: 'k' }).target(), { messages }, { path });
    expect(elsewhere.url).toBe('https://api.x.ai/v1/chat/completions');
    expect(elsewhere.sent).toEqual({ model: 'named', messages });
  });

  it.each([
    [{ apiKey: 'k' }, 'either "resource" or "baseUrl"'],
    [{ resource: 'a.b', apiKey: 'k' }, '"resource"'],
    [{ resource: 'a' }, 'either "apiKey" or "accessToken"'],
    [{ resource: 'a', apiKey: '' }, '"apiKey"'],
    [{ resource: 'a', apiKey: 'k', apiVersion: 'latest' }, '"apiVersion"'],
  ])('says what is wrong with %j', (options, message) => {
    expect(() => azureOpenAI(options)).toThrow(message);
  });
});
