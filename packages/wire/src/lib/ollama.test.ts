import { RequestError } from '@wintergate/core';
import { describe, expect, it } from 'vitest';
import { expectHeardByAll, expectStreamHeardByAll } from './caller-dialects.ts';
import { createLineReframer } from './ndjson.ts';
import { ollamaChat, ollamaEmbeddings } from './ollama.ts';
import { openaiEmbeddings } from './openai-embeddings.ts';
import type { Notice } from './target-dialect.ts';
import { chatCall, eventsOf, toldBy } from './test-support.ts';
import type { JsonObject, NeutralDelta } from './types.ts';

function written(fields: JsonObject) {
  const notices: Notice[] = [];
  const { body, path } = ollamaChat.writeCall(chatCall(fields), {
    notice: (notice) => notices.push(notice),
  });
  return { body, path, notices: notices.map(({ field, action }) => `${action} ${field}`) };
}

function decode(lines: readonly object[]): { deltas: NeutralDelta[]; complete: boolean } {
  const reframer = createLineReframer();
  const text = lines.map((line) => `${JSON.stringify(line)}\n`).join('');
  const events = eventsOf(reframer.push(new TextEncoder().encode(text)));
  const decoder = ollamaChat.createDecoder(chatCall());
  const deltas = events.flatMap((event) => [...decoder.push(event)]);
  return { deltas, complete: decoder.complete };
}

const created_at = '2026-01-02T03:04:05.678Z';
const line = (message: object, rest: object = {}) => ({
  model: 'm',
  created_at,
  message: { role: 'assistant', content: '', ...message },
  done: false,
  ...rest,
});
const done = line({}, { done: true, done_reason: 'stop', prompt_eval_count: 9, eval_count: 2 });
const calls = [
  { function: { index: 0, name: 'f', arguments: { a: 1 } } },
  { function: { index: 1, name: 'f', arguments: {} } },
];

describe('ollamaChat.writeCall()', () => {
  it('writes turns, tools and limits', () => {
    const { body, path, notices } = written({
      messages: [
        { role: 'developer', content: 'Be brief.' },
        {
          role: 'user',
          content: [
            { type: 'text', text: 'Hi' },
            { type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } },
          ],
        },
        {
          role: 'assistant',
          content: null,
          tool_calls: [
            { id: 'a', type: 'function', function: { name: 'f', arguments: '{"b":1}' } },
          ],
        },
        { role: 'tool', tool_call_id: 'a', content: 'fine' },
      ],
      max_completion_tokens: 50,
      temperature: 0.5,
      top_p: 0.5,
      seed: 3,
      stop: 'END',
      tools: [{ type: 'function', function: { name: 'f' } }],
      tool_choice: 'auto',
      reasoning_effort: 'minimal',
      user: 'u',
    });
    expect(path).toBe('/chat');
    expect(body).toEqual({
      model: 'm',
      stream: false,
      messages: [
        { role: 'system', content: 'Be brief.' },
        { role: 'user', content: 'Hi', images: ['AAAA'] },
        {
          role: 'assistant',
          content: '',
          tool_calls: [{ id: 'a', function: { name: 'f', arguments: { b: 1 } } }],
        },
        { role: 'tool', content: 'fine', tool_call_id: 'a', tool_name: 'f' },
      ],
      options: { num_predict: 50, temperature: 0.5, top_p: 0.5, seed: 3, stop: ['END'] },
      tools: [
        {
          type: 'function',
          function: {
            name: 'f',
            description: '',
            parameters: { type: 'object', properties: {} },
          },
        },
      ],
      think: 'low',
    });
    expect(notices).toEqual(['drop user']);
  });

  it('says in the call that it does not stream, and that it does not think', () => {
    expect(written({ reasoning_effort: 'none' }).body).toMatchObject({
      stream: false,
      think: false,
    });
    expect(written({ stream: true }).body).toMatchObject({ stream: true });
  });

  it('asks for JSON, by a schema too', () => {
    expect(written({ response_format: { type: 'json_object' } }).body['format']).toBe('json');
    const schema = { type: 'object' };
    const response_format = { type: 'json_schema', json_schema: { name: 'n', schema } };
    expect(written({ response_format }).body['format']).toEqual(schema);
  });

  it.each([
    ['n', { n: 2 }],
    ['logprobs', { logprobs: true }],
    [
      'tool_choice',
      { tools: [{ type: 'function', function: { name: 'f' } }], tool_choice: 'required' },
    ],
    [
      'messages[0]',
      {
        messages: [
          {
            role: 'user',
            content: [{ type: 'image_url', image_url: { url: 'https://a.test/b.png' } }],
          },
        ],
      },
    ],
  ])('refuses %s', (field, fields) => {
    let refused: unknown;
    try {
      written(fields);
    } catch (error) {
      refused = error;
    }
    expect(RequestError.isInstance(refused) && refused.details.param).toBe(field);
  });
});

describe('a reply of Ollama', () => {
  it('is heard by every caller', () => {
    const body = { ...done, message: { content: 'Hi', thinking: 'Hm', tool_calls: calls } };
    const reply = ollamaChat.readReply(body, chatCall());
    expect(toldBy(reply)).toEqual({
      model: 'm',
      choices: [
        {
          text: 'Hi',
          reasoning: 'Hm',
          refusal: '',
          toolCalls: [
            { id: 'call_20260102030405678_0', name: 'f', arguments: '{"a":1}' },
            { id: 'call_20260102030405678_1', name: 'f', arguments: '{}' },
          ],
          finish: 'tool-calls',
        },
      ],
      usage: { inputTokens: 9, outputTokens: 2 },
    });
    expectHeardByAll('whole', reply);
  });

  it.each([null, 'text', {}, { error: 'model not found' }, { message: 'x' }])(
    'is an error when it is %j',
    (body) => {
      expect(ollamaChat.readReply(body, chatCall()).error?.message).toBeTypeOf('string');
    },
  );

  it('that was cut off has no finish', () => {
    const reply = ollamaChat.readReply(line({ content: 'Hi' }), chatCall());
    expect(reply.choices[0]?.finish).toBeUndefined();
  });
});

describe('a stream of Ollama', () => {
  it('is heard by every caller', () => {
    const { deltas, complete } = decode([
      line({ thinking: 'Hm' }),
      line({ content: 'Hi' }),
      line({ content: ' there' }),
      line({ tool_calls: calls.slice(0, 1) }),
      line({ tool_calls: calls.slice(1) }),
      done,
    ]);
    expect(complete).toBe(true);
    expect(deltas.filter(({ type }) => type === 'tool-call')).toMatchObject([
      { index: 0, id: 'call_20260102030405678_0', arguments: '{"a":1}' },
      { index: 1, id: 'call_20260102030405678_1', arguments: '{}' },
    ]);
    expectStreamHeardByAll('stream', deltas);
  });

  it('is complete after the line that says so alone', () => {
    expect(decode([line({ content: 'Hi' })]).complete).toBe(false);
    const cut = { ...done, done_reason: 'length' };
    expect(decode([cut]).deltas).toContainEqual(
      expect.objectContaining({ type: 'finish', reason: 'length' }),
    );
  });

  it.each([[{ error: 'out of memory' }], [[1]]])('failed at %j', (bad) => {
    const { deltas, complete } = decode([line({ content: 'Hi' }), bad, done]);
    expect([deltas.at(-1)?.type, complete]).toEqual(['error', false]);
  });
});

describe('ollamaEmbeddings', () => {
  const call = openaiEmbeddings.readCall(
    { model: 'm', input: ['a', 'b'], dimensions: 4 },
    'embeddings',
    new URL('http://a.test/v1/embeddings'),
  );

  it('asks for vectors of texts, and reads them', () => {
    expect(ollamaEmbeddings.writeCall(call, { notice() {} })).toEqual({
      path: '/embed',
      body: { model: 'm', input: ['a', 'b'], dimensions: 4 },
    });
    const reply = ollamaEmbeddings.readReply({ embeddings: [[1]], prompt_eval_count: 3 }, call);
    expect(reply).toMatchObject({ embeddings: [[1]], usage: { inputTokens: 3 } });
    expect(ollamaEmbeddings.readReply({ error: 'x' }, call).error?.message).toBe('x');
  });
});
