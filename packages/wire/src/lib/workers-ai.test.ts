import { RequestError } from '@wintergate/core';
import { describe, expect, it } from 'vitest';
import { expectHeardByAll, expectStreamHeardByAll } from './caller-dialects.ts';
import { openaiEmbeddings } from './openai-embeddings.ts';
import type { Notice } from './target-dialect.ts';
import { chatCall, eventsOf } from './test-support.ts';
import type { JsonObject } from './types.ts';
import { workersAIChat, workersAIEmbeddings } from './workers-ai.ts';

const model = '@cf/meta/llama-3.1-8b-instruct';

function written(fields: JsonObject) {
  const notices: Notice[] = [];
  const { body, path } = workersAIChat.writeCall(chatCall(fields), {
    model,
    notice: (notice) => notices.push(notice),
  });
  return { body, path, notices: notices.map(({ field, action }) => `${action} ${field}`) };
}

function decode(values: readonly (object | string)[]) {
  const text = values
    .map((value) => `data: ${typeof value === 'string' ? value : JSON.stringify(value)}\n\n`)
    .join('');
  const decoder = workersAIChat.createDecoder(chatCall());
  const deltas = eventsOf(text).flatMap((event) => [...decoder.push(event)]);
  return { deltas, complete: decoder.complete };
}

const usage = { prompt_tokens: 9, completion_tokens: 2, total_tokens: 11 };
const calls = [
  { name: 'f', arguments: { a: 1 } },
  { name: 'g', arguments: {} },
];

describe('workersAIChat.writeCall()', () => {
  it('names the model in the path, and the limit as it is called there', () => {
    const { body, path, notices } = written({
      max_completion_tokens: 50,
      temperature: 0.5,
      stream: true,
      user: 'u1',
      metadata: { a: 'b' },
    });
    expect(path).toBe('/run/@cf/meta/llama-3.1-8b-instruct');
    expect(body).toEqual({
      messages: [{ role: 'user', content: 'Hi' }],
      max_tokens: 50,
      temperature: 0.5,
      stream: true,
    });
    expect(notices.sort()).toEqual(['drop metadata', 'drop user']);
  });

  it('keeps hostile names of models in their place', () => {
    const pathOf = (name: string) =>
      workersAIChat.writeCall(chatCall(), { model: name, notice() {} }).path;
    expect(pathOf('a/x?y#z%2f..')).toBe('/run/a/x%3Fy%23z%252f..');
    for (const name of ['../../x', '@cf/./x', 'a//b', '', '..'])
      expect(() => pathOf(name)).toThrow(RequestError);
  });

  it.each([
    ['n', { n: 2 }],
    ['logit_bias', { logit_bias: { 5: 1 } }],
    [
      'messages[0]',
      {
        messages: [
          { role: 'user', content: [{ type: 'file', file: { file_data: 'data:a/b;base64,AA' } }] },
        ],
      },
    ],
  ])('refuses %s', (param, fields) => {
    try {
      written(fields);
      expect.unreachable();
    } catch (error) {
      expect(RequestError.isInstance(error)).toBe(true);
      expect((error as RequestError).details.param).toBe(param);
    }
  });
});

describe('replies of Workers AI', () => {
  const native = { response: 'It rains.', tool_calls: calls, usage };
  const inOpenaiForm = {
    id: 'c1',
    object: 'chat.completion',
    model,
    choices: [
      { index: 0, message: { role: 'assistant', content: 'It rains.' }, finish_reason: 'stop' },
    ],
    usage,
  };

  it('are read as the binding answers them and as REST wraps them', () => {
    for (const body of [native, { result: native, success: true, errors: [], messages: [] }]) {
      const reply = workersAIChat.readReply(body, chatCall());
      expect(reply.choices[0]).toMatchObject({
        text: 'It rains.',
        finish: 'tool-calls',
        toolCalls: [
          { id: 'call_0', name: 'f', arguments: '{"a":1}' },
          { id: 'call_1', name: 'g', arguments: '{}' },
        ],
      });
      expect(reply.usage).toMatchObject({ inputTokens: 9, outputTokens: 2 });
    }
  });

  it('are read in OpenAI’s form, which newer models have', () => {
    const reply = workersAIChat.readReply({ result: inOpenaiForm, success: true }, chatCall());
    expect(reply.choices[0]).toMatchObject({ text: 'It rains.', finish: 'stop' });
  });

  it('may be a value, where JSON was asked for', () => {
    const reply = workersAIChat.readReply({ response: { a: [1] } }, chatCall());
    expect(reply.choices[0]?.text).toBe('{"a":[1]}');
  });

  it.each([
    [{ success: false, errors: [{ code: 3040, message: 'Out of capacity' }] }, 'Out of capacity'],
    [{}, expect.any(String)],
    [null, expect.any(String)],
    [[], expect.any(String)],
    [{ result: null, success: true }, expect.any(String)],
  ])('%j is an error', (body, message) => {
    expect(workersAIChat.readReply(body, chatCall()).error?.message).toEqual(message);
  });

  it('are heard by callers of every format', () => {
    expectHeardByAll('native', workersAIChat.readReply(native, chatCall()));
  });
});

describe('streams of Workers AI', () => {
  const pieces = [
    { response: 'It ', usage: { prompt_tokens: 0, completion_tokens: 0, total_tokens: 0 } },
    { response: 'rains.' },
    { response: '', tool_calls: calls },
    { response: '', usage },
    '[DONE]',
  ];

  it('are told piece by piece', () => {
    const { deltas, complete } = decode(pieces);
    expect(complete).toBe(true);
    expect(deltas).toEqual([
      { type: 'text', choice: 0, text: 'It ' },
      { type: 'text', choice: 0, text: 'rains.' },
      { type: 'tool-call', choice: 0, index: 0, id: 'call_0', name: 'f', arguments: '{"a":1}' },
      { type: 'tool-call', choice: 0, index: 1, id: 'call_1', name: 'g', arguments: '{}' },
      { type: 'usage', usage: expect.objectContaining({ inputTokens: 9, outputTokens: 2 }) },
      { type: 'finish', choice: 0, reason: 'tool-calls', raw: '' },
      { type: 'done' },
    ]);
  });

  it('may have OpenAI’s form', () => {
    const chunk = (delta: object, finish_reason: string | null = null) => ({
      id: 'c1',
      choices: [{ index: 0, delta, finish_reason }],
    });
    const { deltas, complete } = decode([chunk({ content: 'Hi' }), chunk({}, 'stop'), '[DONE]']);
    expect(complete).toBe(true);
    expect(deltas).toContainEqual({ type: 'text', choice: 0, text: 'Hi' });
  });

  it.each([
    ['a cut', pieces.slice(0, -1)],
    ['an error', [pieces[0] ?? '', { errors: [{ message: 'Out of capacity' }] }, '[DONE]']],
    ['damage', [pieces[0] ?? '', '{"response":', '[DONE]']],
  ])('are not complete after %s', (_what, values) => {
    expect(decode(values).complete).toBe(false);
  });

  it('are heard by callers of every format', () => {
    expectStreamHeardByAll('native', decode(pieces).deltas);
  });
});

describe('workersAIEmbeddings', () => {
  const url = new URL('http://g.test/v1/embeddings');
  const call = openaiEmbeddings.readCall({ model: 'e', input: ['a', 'b'] }, 'embeddings', url);

  it('writes texts and reads vectors', () => {
    const { path, body } = workersAIEmbeddings.writeCall(call, {
      model: '@cf/baai/bge-m3',
      notice() {},
    });
    expect([path, body]).toEqual(['/run/@cf/baai/bge-m3', { text: ['a', 'b'] }]);
    const result = {
      shape: [2, 2],
      data: [
        [1, 2],
        [3, 4],
      ],
    };
    const reply = workersAIEmbeddings.readReply({ result, success: true }, call);
    expect(reply.embeddings).toEqual(result.data);
    expect(workersAIEmbeddings.readReply({}, call).error).toBeDefined();
  });
});
