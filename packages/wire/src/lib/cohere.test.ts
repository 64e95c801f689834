import { readdirSync, readFileSync, statSync } from 'node:fs';
import { RequestError } from '@wintergate/core';
import { describe, expect, it } from 'vitest';
import { expectHeardByAll, expectStreamHeardByAll } from './caller-dialects.ts';
import { cohereChat, cohereEmbeddings } from './cohere.ts';
import { openaiEmbeddings } from './openai-embeddings.ts';
import type { Notice } from './target-dialect.ts';
import { chatCall, dataPath, describeData, eventsOf, replyOf, toldBy } from './test-support.ts';
import type { JsonObject, NeutralDelta } from './types.ts';

function written(fields: JsonObject) {
  const notices: Notice[] = [];
  const { body, path } = cohereChat.writeCall(chatCall(fields), {
    notice: (notice) => notices.push(notice),
  });
  return { body, path, notices: notices.map(({ field, action }) => `${action} ${field}`) };
}

function decode(events: readonly JsonObject[]): { deltas: NeutralDelta[]; complete: boolean } {
  const decoder = cohereChat.createDecoder(chatCall());
  const text = events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join('');
  const deltas = eventsOf(text).flatMap((event) => [...decoder.push(event)]);
  return { deltas, complete: decoder.complete };
}

const tool = (name: string) => ({ type: 'function', function: { name } });

describe('cohereChat.writeCall()', () => {
  it('writes turns, tools and limits', () => {
    const { body, path, notices } = written({
      messages: [
        { role: 'system', content: 'Be brief.' },
        {
          role: 'user',
          content: [
            { type: 'text', text: 'Hi' },
            { type: 'image_url', image_url: { url: 'https://a.test/b.png' } },
          ],
        },
        {
          role: 'assistant',
          content: 'Look.',
          tool_calls: [{ id: 'a', type: 'function', function: { name: 'f', arguments: '' } }],
        },
        { role: 'tool', tool_call_id: 'a', content: 'fine' },
      ],
      max_tokens: 50,
      temperature: 1.5,
      top_p: 0.5,
      seed: 3,
      stop: ['a', 'b', 'c', 'd', 'e', 'f'],
      tools: [tool('f')],
      tool_choice: 'required',
      reasoning_effort: 'low',
    });
    expect(path).toBe('/chat');
    expect(body).toEqual({
      model: 'm',
      stream: false,
      messages: [
        { role: 'system', content: 'Be brief.' },
        {
          role: 'user',
          content: [
            { type: 'text', text: 'Hi' },
            { type: 'image_url', image_url: { url: 'https://a.test/b.png' } },
          ],
        },
        {
          role: 'assistant',
          content: 'Look.',
          tool_calls: [{ id: 'a', type: 'function', function: { name: 'f', arguments: '{}' } }],
        },
        { role: 'tool', tool_call_id: 'a', content: 'fine' },
      ],
      max_tokens: 50,
      temperature: 1,
      p: 0.5,
      seed: 3,
      stop_sequences: ['a', 'b', 'c', 'd', 'e'],
      thinking: { type: 'enabled', token_budget: 2048 },
      tools: [
        {
          type: 'function',
          function: { name: 'f', parameters: { type: 'object', properties: {} } },
        },
      ],
      tool_choice: 'REQUIRED',
    });
    expect(notices).toEqual(['clamp temperature', 'drop stop']);
  });

  it('leaves one tool where one is demanded', () => {
    const { body, notices } = written({
      tools: [tool('f'), tool('g')],
      tool_choice: tool('g'),
    });
    expect(body['tools']).toHaveLength(1);
    expect(body['tool_choice']).toBe('REQUIRED');
    expect(notices).toEqual(['emulate tool_choice']);
  });

  it('asks for JSON, by a schema too', () => {
    const schema = { type: 'object' };
    const response_format = { type: 'json_schema', json_schema: { name: 'n', schema } };
    expect(written({ response_format }).body['response_format']).toEqual({
      type: 'json_object',
      json_schema: schema,
    });
  });

  it.each([
    ['n', { n: 2 }],
    ['logit_bias', { logit_bias: { 1: 2 } }],
    ['logprobs', { logprobs: true }],
    [
      'messages[0]',
      {
        messages: [
          {
            role: 'user',
            content: [
              {
                type: 'file',
                file: { filename: 'a.pdf', file_data: 'data:application/pdf;base64,AA==' },
              },
            ],
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

describe('a reply of Cohere', () => {
  it('counts what is billed', () => {
    const usage = {
      billed_units: { input_tokens: 9, output_tokens: 2 },
      tokens: { input_tokens: 900, output_tokens: 3 },
    };
    const message = { role: 'assistant', content: [{ type: 'text', text: 'Hi' }] };
    const body = { id: 'x', finish_reason: 'COMPLETE', message, usage };
    const reply = cohereChat.readReply(body, chatCall());
    expect(reply.usage).toEqual({ inputTokens: 9, outputTokens: 2 });
    expect(toldBy(reply)).toMatchObject({ id: 'x', choices: [{ text: 'Hi', finish: 'stop' }] });
  });

  it.each([null, [], 'text', {}, { message: 'Too many tokens' }, { message: null }])(
    'is an error when it is %j',
    (body) => {
      const { error } = cohereChat.readReply(body, chatCall());
      expect(error?.message).toBeTypeOf('string');
    },
  );

  it('failed when the model says so', () => {
    const body = { finish_reason: 'ERROR', message: { role: 'assistant' } };
    expect(cohereChat.readReply(body, chatCall()).error).toMatchObject({ status: 500 });
    const { deltas, complete } = decode([
      { type: 'message-end', delta: { finish_reason: 'ERROR', error: 'Broken' } },
    ]);
    expect([deltas, complete]).toEqual([
      [{ type: 'error', error: { message: 'Broken', code: 'error', status: 500 } }],
      false,
    ]);
  });
});

describe('a stream of Cohere', () => {
  it('tells thoughts, text, citations and how it ended', () => {
    const { deltas, complete } = decode([
      { type: 'message-start', id: 'x' },
      { type: 'content-delta', index: 0, delta: { message: { content: { thinking: 'Hm' } } } },
      { type: 'content-delta', index: 1, delta: { message: { content: { text: 'Hi' } } } },
      {
        type: 'citation-start',
        index: 0,
        delta: { message: { citations: { start: 0, end: 2, text: 'Hi' } } },
      },
      { type: 'message-end', delta: { finish_reason: 'MAX_TOKENS' } },
    ]);
    expect(complete).toBe(true);
    expect(deltas).toMatchObject([
      { type: 'start', id: 'x' },
      { type: 'reasoning', text: 'Hm' },
      { type: 'text', text: 'Hi' },
      { type: 'citation', citation: { quote: 'Hi', start: 0, end: 2 } },
      { type: 'finish', reason: 'length' },
      { type: 'done' },
    ]);
  });

  it.each([
    ['[1]', 'damaged'],
    ['{"a":1}', 'damaged'],
    ['{', 'damaged'],
    ['{"message":"gone"}', 'gone'],
  ])('failed at %s', (data, message) => {
    const decoder = cohereChat.createDecoder(chatCall());
    const [delta] = eventsOf(`data: ${data}\n\n`).flatMap((event) => [...decoder.push(event)]);
    expect(delta?.type === 'error' && delta.error.message).toContain(message);
  });
});

describe('cohereEmbeddings', () => {
  const call = (fields: JsonObject) =>
    openaiEmbeddings.readCall(
      { model: 'm', ...fields },
      'embeddings',
      new URL('http://a.test/v1/embeddings'),
    );

  it('asks for vectors of texts', () => {
    const { body, path } = cohereEmbeddings.writeCall(call({ input: ['a', 'b'], dimensions: 4 }), {
      model: 'embed-v4.0',
      notice: () => {},
    });
    expect([path, body]).toEqual([
      '/embed',
      {
        model: 'embed-v4.0',
        texts: ['a', 'b'],
        input_type: 'search_document',
        embedding_types: ['float'],
        output_dimension: 4,
      },
    ]);
  });

  it('refuses token numbers', () => {
    expect(() => cohereEmbeddings.writeCall(call({ input: [1, 2] }), { notice() {} })).toThrow(
      RequestError,
    );
  });

  it('reads vectors, and what is billed', () => {
    const body = { embeddings: { float: [[1, 2]] }, meta: { billed_units: { input_tokens: 3 } } };
    expect(cohereEmbeddings.readReply(body, call({ input: 'a' }))).toMatchObject({
      embeddings: [[1, 2]],
      usage: { inputTokens: 3, outputTokens: 0 },
    });
    expect(cohereEmbeddings.readReply({}, call({ input: 'a' })).error).toBeDefined();
  });
});

const recordings = 'conformance/pydantic-ai-recordings/cohere/';
const fixtures = 'conformance/vercel-ai-fixtures/cohere/';

function files(folder: string, kind: RegExp): [string, string][] {
  return readdirSync(dataPath(folder))
    .filter((name) => kind.test(name) && statSync(dataPath(folder + name)).isFile())
    .map((name) => [name, readFileSync(dataPath(folder + name), 'utf8')]);
}

describeData('recorded traffic of Cohere', recordings, () => {
  it('is the same for every caller, whole', () => {
    const bodies = [
      ...files(recordings, /^v2-chat/).map(([name, text]) => [
        name,
        JSON.parse(text).response.body,
      ]),
      ...files(fixtures, /\.json$/).map(([name, text]) => [name, JSON.parse(text)]),
    ].filter(([, body]) => body.finish_reason !== undefined);
    expect(bodies.length).toBeGreaterThan(12);
    for (const [name, body] of bodies)
      expectHeardByAll(name, cohereChat.readReply(body, chatCall()));
  });

  it('is the same for every caller, as streams', () => {
    const streams = files(fixtures, /\.chunks\.txt$/);
    expect(streams.length).toBe(2);
    for (const [name, text] of streams) {
      const lines = text.trim().split('\n');
      const { deltas, complete } = decode(lines.map((line) => JSON.parse(line)));
      expect(complete, name).toBe(true);
      expect(replyOf(deltas).choices[0]?.toolCalls.length, name).toBeGreaterThan(0);
      expectStreamHeardByAll(name, deltas);
    }
  });

  it('embeds', () => {
    for (const [name, text] of files(recordings, /^embed/)) {
      const { body } = JSON.parse(text).response;
      const { embeddings, usage } = cohereEmbeddings.readReply(body, chatCall());
      expect(embeddings?.length, name).toBeGreaterThan(0);
      expect(usage?.inputTokens, name).toBeGreaterThan(0);
    }
  });
});
