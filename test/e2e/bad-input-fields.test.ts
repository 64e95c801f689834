import { openaiCompatible } from '@wintergate/providers';
import type { ScriptedUpstream } from '@wintergate/test-helpers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startDigestUpstream } from './lib/digest-upstream.ts';
import { type Six, startSix } from './lib/six.ts';
import { type Watch, watchProcess } from './lib/watch-process.ts';
import { type Answer, ask, chatPath, send, textOf } from './lib/wire-client.ts';

const kinds = {
  string: [5, true, {}, []],
  boolean: ['true', 1, {}, []],
  number: ['1', true, {}, []],
  integer: ['1', 1.5, true, {}, []],
  object: ['x', 5, true, []],
  array: ['x', 5, true, {}],
  'string or object': [5, true, []],
  'string or array': [5, true, {}],
} as const;
type Kind = keyof typeof kinds;

const chatFields: Readonly<Record<string, Kind>> = {
  messages: 'array',
  model: 'string',
  stream: 'boolean',
  stream_options: 'object',
  'stream_options.include_usage': 'boolean',
  temperature: 'number',
  top_p: 'number',
  frequency_penalty: 'number',
  presence_penalty: 'number',
  max_tokens: 'integer',
  max_completion_tokens: 'integer',
  n: 'integer',
  seed: 'integer',
  logprobs: 'boolean',
  top_logprobs: 'integer',
  logit_bias: 'object',
  parallel_tool_calls: 'boolean',
  response_format: 'object',
  reasoning_effort: 'string',
  verbosity: 'string',
  user: 'string',
  safety_identifier: 'string',
  prompt_cache_key: 'string',
  prompt_cache_retention: 'string',
  prompt_cache_options: 'object',
  service_tier: 'string',
  moderation: 'object',
  metadata: 'object',
  store: 'boolean',
  modalities: 'array',
  audio: 'object',
  prediction: 'object',
  web_search_options: 'object',
  stop: 'string or array',
  'stop[1]': 'string',
  tool_choice: 'string or object',
  function_call: 'string or object',
  tools: 'array',
  'tools[0]': 'object',
  'tools[0].type': 'string',
  'tools[0].function': 'object',
  'tools[0].function.name': 'string',
  'tools[0].function.description': 'string',
  'tools[0].function.parameters': 'object',
  functions: 'array',
  'functions[0]': 'object',
  'functions[0].name': 'string',
  'functions[0].parameters': 'object',
  'messages[0]': 'object',
  'messages[0].role': 'string',
  'messages[0].name': 'string',
  'messages[0].content': 'string or array',
  'messages[1].content[0]': 'object',
  'messages[1].content[0].type': 'string',
  'messages[1].content[0].text': 'string',
  'messages[2].tool_calls': 'array',
  'messages[2].tool_calls[0]': 'object',
  'messages[2].tool_calls[0].id': 'string',
  'messages[2].tool_calls[0].type': 'string',
  'messages[2].tool_calls[0].function': 'object',
  'messages[2].tool_calls[0].function.name': 'string',
  'messages[2].tool_calls[0].function.arguments': 'string',
  'messages[3].tool_call_id': 'string',
  'messages[3].content': 'string or array',
};

const embeddingFields: Readonly<Record<string, Kind>> = {
  model: 'string',
  input: 'string or array',
  'input[1]': 'string',
  dimensions: 'integer',
  encoding_format: 'string',
  user: 'string',
};

const definition = { name: 'look', description: 'Looks', parameters: { type: 'object' } };
const call = { id: 'call_1', type: 'function', function: { name: 'look', arguments: '{}' } };
const goodChat = {
  model: 'chat-model',
  stop: ['a', 'b'],
  stream_options: {},
  tools: [{ type: 'function', function: definition }],
  functions: [structuredClone(definition)],
  messages: [
    { role: 'user', content: 'hello' },
    { role: 'user', content: [{ type: 'text', text: 'hello' }] },
    { role: 'assistant', content: null, tool_calls: [call] },
    { role: 'tool', tool_call_id: 'call_1', content: 'seen' },
  ],
};
const goodEmbedding = { model: 'embedding-model', input: ['one', 'two'] };

let upstream: ScriptedUpstream;
let six: Six;
let watch: Watch;

beforeAll(async () => {
  watch = watchProcess();
  upstream = await startDigestUpstream();
  six = await startSix({ baseUrl: `${upstream.url}/v1` });
});

afterAll(async () => {
  await six.close();
  await upstream.close();
  watch.stop();
  expect(watch.problems).toEqual([]);
});

const json = { 'content-type': 'application/json' };
const post = (body: string, path = chatPath): Promise<Answer> =>
  send(six.port, { path, body, headers: json });

/** A copy of the body with another value at the path. */
function withValue(body: object, path: string, value: unknown): object {
  const copy = structuredClone(body);
  const keys = path.split(/[.[\]]+/).filter((key) => key !== '');
  const last = keys.pop() as string;
  let at = copy as Record<string, unknown>;
  for (const key of keys) at = at[key] as Record<string, unknown>;
  at[last] = value;
  return copy;
}

describe('the good bodies', () => {
  it.each([
    [chatPath, goodChat],
    ['/v1/embeddings', goodEmbedding],
  ])('%s', async (path, body) => {
    expect((await post(JSON.stringify(body), path)).status).toBe(200);
  });
});

describe.each([
  ['chat', chatPath, goodChat, chatFields],
  ['embeddings', '/v1/embeddings', goodEmbedding, embeddingFields],
] as const)('wrong types in %s', (_, path, good, fields) => {
  it.each(Object.entries(fields))('%s is %s', async (param, kind) => {
    const before = upstream.requests.length;
    for (const wrong of kinds[kind]) {
      for (const stream of path === chatPath && param !== 'stream' ? [false, true] : [undefined]) {
        const body = withValue({ ...good, ...(stream !== undefined && { stream }) }, param, wrong);
        const answer = await post(JSON.stringify(body), path);
        const told = [answer.status, answer.text];
        expect(told).toEqual([400, expect.stringContaining('invalid_request_error')]);
        const { error } = answer.json();
        expect([wrong, error.param]).toEqual([wrong, expect.stringMatching(pathOrBelow(param))]);
        expect(error.message).toContain(`'${error.param}'`);
      }
    }
    expect(upstream.requests.length).toBe(before);
  });
});

/** The path, or one below it: `{}` for a text part is missing its type. */
function pathOrBelow(path: string): RegExp {
  return new RegExp(`^${path.replace(/[[\].]/g, '\\$&')}`);
}

describe('values of the right type that no call can hold', () => {
  it.each([
    ['no messages', { model: 'm' }, 'messages'],
    ['an empty list of messages', { model: 'm', messages: [] }, 'messages'],
    ['null for messages', { model: 'm', messages: null }, 'messages'],
    ['null for a message', { model: 'm', messages: [null] }, 'messages[0]'],
    ['a message without a role', { model: 'm', messages: [{ content: 'x' }] }, 'messages[0].role'],
    ['a question without content', { messages: [{ role: 'user' }] }, 'messages[0].content'],
    ['an empty model', { ...ask('x'), model: '' }, 'model'],
    ['no choices', { ...ask('x'), n: 0 }, 'n'],
    ['fewer than no tokens', { ...ask('x'), max_tokens: -1 }, 'max_tokens'],
  ])('%s', async (_, body, param) => {
    const answer = await post(JSON.stringify(body));
    expect([answer.status, answer.json().error?.param]).toEqual([400, param]);
  });

  it('a number beyond all numbers', async () => {
    const answer = await post(JSON.stringify(ask('x')).replace('{', '{"temperature":1e999,'));
    expect([answer.status, answer.json().error?.param]).toEqual([400, 'temperature']);
  });

  it.each(['input', 'model'])('embeddings: null for %s', async (name) => {
    const answer = await post(JSON.stringify({ ...goodEmbedding, [name]: null }), '/v1/embeddings');
    // A model may be named by the path.
    expect(answer.status).toBe(name === 'input' ? 400 : 200);
  });
});

describe('names that mean something to JavaScript', () => {
  const names = ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'then'];
  const values = [
    '{"polluted":"yes","model":"other","content":"x"}',
    '"text"',
    '[1]',
    'null',
    '{"__proto__":{"polluted":"yes"}}',
  ];
  const good = JSON.stringify(ask('hello'));

  it.each(names)('%s as a field, anywhere', async (name) => {
    for (const value of values) {
      const field = `"${name}":${value}`;
      const schema = `{"type":"object","properties":{${field}}}`;
      const bodies = [
        good.replace('{', `{${field},`),
        good.replace('{"role"', `{${field},"role"`),
        good.replace('{', `{"metadata":{${field}},`),
        good.replace('{', `{"logit_bias":{${field}},`),
        good.replace(
          '{',
          `{"tools":[{"type":"function","function":{"name":"f","parameters":${schema}}}],`,
        ),
      ];
      for (const body of bodies) {
        const answer = await post(body);
        expect([answer.status, body]).toEqual([200, body]);
        expect(textOf(answer)).toMatch(/^d-[a-p]{24}$/);
        const streamed = await post(body.replace('{', '{"stream":true,'));
        expect([streamed.status, textOf(streamed)]).toEqual([200, textOf(answer)]);
      }
    }
    expect(({} as { polluted?: string }).polluted).toBeUndefined();
  });

  it('reaches the upstream as it was written, even when something else is edited', async () => {
    const body = `{"__proto__":{"a":1},"model":"m","messages":[{"__proto__":{"b":2},"role":"user","content":"my card 4111 1111 1111 1111"}]}`;
    expect((await post(body)).status).toBe(200);
    const sent = upstream.requests.at(-1)!.body.toString();
    expect(sent).not.toContain('4111');
    expect(sent).toContain('"__proto__":{"a":1}');
    expect(sent).toContain('"__proto__":{"b":2}');
  });

  it.each(names)('%s as a model', async (name) => {
    const answer = await post(JSON.stringify({ ...ask('hello'), model: name }));
    expect(answer.status).toBe(200);
    expect(upstream.requests.at(-1)!.json()).toMatchObject({ model: name });
  });

  it.each(names)('%s as a model that has no route', async (name) => {
    const provider = openaiCompatible({ baseUrl: `${upstream.url}/v1`, apiKey: 'sk-x' });
    const routed = await startSix({
      provider,
      router: { routes: { real: provider }, aliases: { fast: 'real' } },
    });
    const before = upstream.requests.length;
    try {
      const answer = await send(routed.port, {
        headers: json,
        body: JSON.stringify({ ...ask('hello'), model: name }),
      });
      expect([answer.status, answer.json().error.code]).toEqual([404, 'model_not_found']);
      expect(upstream.requests.length).toBe(before);
    } finally {
      await routed.close();
    }
  });

  it.each(names)('%s as a tool, a role, and a name', async (name) => {
    const tools = [{ type: 'function', function: { name } }];
    const choice = { type: 'function', function: { name } };
    const made = { id: 'c', type: 'function', function: { name, arguments: '{}' } };
    for (const body of [
      ask('hello', { tools, tool_choice: choice }),
      ask('hello', { messages: [{ role: name, content: 'hello', name }] }),
      ask('hello', {
        messages: [
          { role: 'user', content: 'hello' },
          { role: 'assistant', tool_calls: [made] },
          { role: 'tool', tool_call_id: 'c', content: name },
        ],
      }),
    ]) {
      for (const stream of [false, true])
        expect((await post(JSON.stringify({ ...body, stream }))).status).toBe(200);
    }
  });
});
