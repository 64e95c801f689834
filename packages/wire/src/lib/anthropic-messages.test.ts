import { readdirSync, readFileSync } from 'node:fs';
import { createSseDecoder, encodeSse } from '@wintergate/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anthropicMessages } from './anthropic-messages.ts';
import { openaiChat } from './openai-chat.ts';
import type { Notice } from './target-dialect.ts';
import { chatCall, dataPath, describeData, eventsOf, replyOf, toldBy } from './test-support.ts';
import type { JsonObject, NeutralDelta } from './types.ts';

function written(fields: JsonObject): { body: JsonObject; notices: Notice[] } {
  const notices: Notice[] = [];
  const { body } = anthropicMessages.writeCall(chatCall(fields), {
    notice: (notice) => notices.push(notice),
  });
  return { body, notices };
}

function stream(...events: JsonObject[]): string {
  return events
    .map((event) =>
      new TextDecoder().decode(
        encodeSse({ event: String(event['type']), data: JSON.stringify(event) }),
      ),
    )
    .join('');
}

function decode(text: string): { deltas: NeutralDelta[]; complete: boolean } {
  const decoder = anthropicMessages.createDecoder(chatCall());
  return {
    deltas: eventsOf(text).flatMap((event) => [...decoder.push(event)]),
    complete: decoder.complete,
  };
}

const start = {
  type: 'message_start',
  message: { id: 'msg_1', model: 'm', usage: { input_tokens: 9, output_tokens: 1 } },
};
const stop = [
  { type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 5 } },
  { type: 'message_stop' },
];
const block = (index: number, content: JsonObject): JsonObject => ({
  type: 'content_block_start',
  index,
  content_block: content,
});
const piece = (index: number, delta: JsonObject): JsonObject => ({
  type: 'content_block_delta',
  index,
  delta,
});
const end = (index: number): JsonObject => ({ type: 'content_block_stop', index });

describe('anthropicMessages.writeCall()', () => {
  it('writes a conversation with tools, results first and turns of one role together', () => {
    const { body, notices } = written({
      messages: [
        { role: 'system', content: 'Be brief.' },
        { role: 'user', content: 'Weather in Oslo and Bergen?' },
        {
          role: 'assistant',
          content: 'Looking.',
          tool_calls: [
            { id: 'a', type: 'function', function: { name: 'w', arguments: '{"city":"Oslo"}' } },
            { id: 'b.1', type: 'function', function: { name: 'w', arguments: '' } },
          ],
        },
        { role: 'tool', tool_call_id: 'a', content: 'rain' },
        { role: 'tool', tool_call_id: 'b.1', content: 'sun' },
        { role: 'user', content: 'And?' },
      ],
      tools: [{ type: 'function', function: { name: 'w', parameters: { type: 'object' } } }],
      tool_choice: 'required',
      parallel_tool_calls: false,
      max_completion_tokens: 50,
      stop: ['end', '\n'],
      temperature: 1.5,
      user: 'ann',
      stream: true,
    });
    expect(body).toEqual({
      model: 'm',
      max_tokens: 50,
      system: 'Be brief.',
      messages: [
        { role: 'user', content: [{ type: 'text', text: 'Weather in Oslo and Bergen?' }] },
        {
          role: 'assistant',
          content: [
            { type: 'text', text: 'Looking.' },
            { type: 'tool_use', id: 'a', name: 'w', input: { city: 'Oslo' } },
            { type: 'tool_use', id: 'b_1', name: 'w', input: {} },
          ],
        },
        {
          role: 'user',
          content: [
            { type: 'tool_result', tool_use_id: 'a', content: [{ type: 'text', text: 'rain' }] },
            { type: 'tool_result', tool_use_id: 'b_1', content: [{ type: 'text', text: 'sun' }] },
            { type: 'text', text: 'And?' },
          ],
        },
      ],
      tools: [{ name: 'w', input_schema: { type: 'object' } }],
      tool_choice: { type: 'any', disable_parallel_tool_use: true },
      stop_sequences: ['end'],
      temperature: 1,
      metadata: { user_id: 'ann' },
      stream: true,
    });
    expect(notices.map(({ field, action }) => [field, action])).toEqual([
      ['temperature', 'clamp'],
      ['stop', 'drop'],
    ]);
  });

  it('writes pictures and documents', () => {
    const { body } = written({
      messages: [
        {
          role: 'user',
          content: [
            { type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } },
            { type: 'image_url', image_url: { url: 'https://x.test/a.png' } },
            {
              type: 'file',
              file: { filename: 'a.pdf', file_data: 'data:application/pdf;base64,BBBB' },
            },
            { type: 'file', file: { filename: 'a.txt', file_data: 'data:text/plain;base64,SGk=' } },
          ],
        },
      ],
    });
    expect((body['messages'] as JsonObject[])[0]?.['content']).toEqual([
      { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'AAAA' } },
      { type: 'image', source: { type: 'url', url: 'https://x.test/a.png' } },
      {
        type: 'document',
        source: { type: 'base64', media_type: 'application/pdf', data: 'BBBB' },
        title: 'a.pdf',
      },
      {
        type: 'document',
        source: { type: 'text', media_type: 'text/plain', data: 'Hi' },
        title: 'a.txt',
      },
    ]);
  });

  it('asks for a form by schema, and for JSON in words', () => {
    const schema = { type: 'object' };
    const format = { type: 'json_schema', json_schema: { name: 'r', schema } };
    expect(written({ response_format: format }).body['output_config']).toEqual({
      format: { type: 'json_schema', schema },
    });
    const json = written({ response_format: { type: 'json_object' } });
    expect(json.body['system']).toMatch(/JSON object/);
    expect(json.notices).toEqual([{ field: 'response_format', action: 'emulate' }]);
  });

  it.each([
    ['n', { n: 2 }],
    ['logit_bias', { logit_bias: { '1': 1 } }],
    ['logprobs', { logprobs: true }],
    [
      'messages[0]',
      {
        messages: [
          {
            role: 'user',
            content: [{ type: 'input_audio', input_audio: { data: 'A', format: 'wav' } }],
          },
        ],
      },
    ],
  ])('refuses %s, which must not be dropped silently', (param, fields) => {
    expect(() => written(fields as JsonObject)).toThrowError(
      expect.objectContaining({ details: expect.objectContaining({ status: 400, param }) }),
    );
  });

  it.each([
    ['seed', { seed: 7 }],
    ['presence_penalty', { presence_penalty: 1 }],
    ['prediction', { prediction: { type: 'content', content: 'x' } }],
  ])('drops %s and says so', (field, fields) => {
    expect(written(fields as JsonObject).notices).toEqual([{ field, action: 'drop' }]);
  });

  it('thinks by effort, and not at all when told so', () => {
    expect(written({ reasoning_effort: 'high' }).body['output_config']).toEqual({ effort: 'high' });
    expect(written({ reasoning_effort: 'none' }).body['thinking']).toEqual({ type: 'disabled' });
  });

  it('keeps text, tools, ids and arguments of any conversation', () => {
    const text = fc.string({ minLength: 1 });
    const args = fc.dictionary(fc.string(), fc.jsonValue());
    fc.assert(
      fc.property(fc.array(fc.tuple(text, text, args), { maxLength: 5 }), (turns) => {
        const messages = turns.flatMap(([said, result, input], at) => [
          { role: 'user', content: said },
          {
            role: 'assistant',
            content: null,
            tool_calls: [
              {
                id: `call_${at}`,
                type: 'function',
                function: { name: 'f', arguments: JSON.stringify(input) },
              },
            ],
          },
          { role: 'tool', tool_call_id: `call_${at}`, content: result },
        ]);
        const last = { role: 'user', content: 'go on' };
        const { body } = written({ messages: [...messages, last] as JsonObject[] });
        const blocks = (body['messages'] as { role: string; content: JsonObject[] }[]).flatMap(
          ({ content }) => content,
        );
        expect(blocks.filter(({ type }) => type === 'tool_use').map(({ input }) => input)).toEqual(
          turns.map(([, , input]) => JSON.parse(JSON.stringify(input))),
        );
        expect(blocks.filter(({ type }) => type === 'text').map((one) => one['text'])).toEqual([
          ...turns.map(([said]) => said),
          'go on',
        ]);
        const roles = (body['messages'] as { role: string }[]).map(({ role }) => role);
        expect(roles.every((role, at) => role === (at % 2 === 0 ? 'user' : 'assistant'))).toBe(
          true,
        );
      }),
    );
  });
});

describe('anthropicMessages streams', () => {
  it('tell text, thinking, calls with and without arguments, and cumulative usage', () => {
    const { deltas, complete } = decode(
      stream(
        start,
        { type: 'ping' },
        block(0, { type: 'thinking', thinking: '', signature: '' }),
        piece(0, { type: 'thinking_delta', thinking: 'Hm.' }),
        piece(0, { type: 'signature_delta', signature: 'sig' }),
        end(0),
        block(1, { type: 'text', text: '' }),
        piece(1, { type: 'text_delta', text: 'Hello.' }),
        end(1),
        block(2, { type: 'tool_use', id: 'toolu_1', name: 'f', input: {} }),
        piece(2, { type: 'input_json_delta', partial_json: '' }),
        piece(2, { type: 'input_json_delta', partial_json: '{"a":1}' }),
        end(2),
        block(3, { type: 'tool_use', id: 'toolu_2', name: 'g', input: {} }),
        end(3),
        { ...start, message: { id: 'again' } },
        ...stop,
      ),
    );
    expect(complete).toBe(true);
    expect(replyOf(deltas)).toEqual({
      id: 'msg_1',
      model: 'm',
      choices: [
        {
          text: 'Hello.',
          reasoning: 'Hm.',
          refusal: '',
          toolCalls: [
            { id: 'toolu_1', name: 'f', arguments: '{"a":1}' },
            { id: 'toolu_2', name: 'g', arguments: '{}' },
          ],
          finish: 'stop',
        },
      ],
      usage: { inputTokens: 9, outputTokens: 5, cachedInputTokens: 0, cacheWriteTokens: 0 },
    });
    expect(deltas).toContainEqual({ type: 'signature', choice: 0, signature: 'sig' });
  });

  it('are not complete without their end, nor after an error', () => {
    const text = [start, block(0, { type: 'text', text: 'Hi' }), end(0)];
    expect(decode(stream(...text)).complete).toBe(false);
    expect(decode(stream(...text, stop[0]!)).complete).toBe(false);
    const error = { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } };
    const failed = decode(stream(...text, error, ...stop));
    expect(failed.complete).toBe(false);
    expect(failed.deltas.at(-1)).toEqual({
      type: 'error',
      error: { message: 'Overloaded', type: 'overloaded_error', status: 529 },
    });
  });

  it('are broken when the answer begins anew in the middle of a block', () => {
    const cut = [start, block(0, { type: 'text', text: 'Hi' }), start, ...stop];
    expect(decode(stream(...cut))).toMatchObject({ complete: false });
  });

  it('survive anything', () => {
    fc.assert(
      fc.property(fc.array(fc.jsonValue(), { maxLength: 5 }), (values) => {
        const text = values.map((value) => `data: ${JSON.stringify(value)}\n\n`).join('');
        expect(() => decode(text)).not.toThrow();
      }),
    );
  });
});

const recordings = 'conformance/pydantic-ai-recordings/anthropic/';
const fixtures = 'conformance/vercel-ai-fixtures/anthropic/';

interface Recording {
  readonly request: { readonly url: string; readonly body: JsonObject };
  readonly response: { readonly status: number; readonly body: unknown };
}

function files(folder: string, kind: RegExp): [string, string][] {
  return readdirSync(dataPath(folder))
    .filter((name) => kind.test(name))
    .map((name) => [name, readFileSync(dataPath(folder + name), 'utf8')]);
}

describeData('recorded Anthropic traffic', recordings, () => {
  const streams = (): [string, string][] => [
    ...files(recordings, /\.sse\./).map(([name, text]): [string, string] => [
      name,
      (JSON.parse(text) as Recording).response.body as string,
    ]),
    ...files(fixtures, /\.chunks\.txt$/).map(([name, text]): [string, string] => [
      name,
      text
        .trim()
        .split('\n')
        .map((line) => `data: ${line}\n\n`)
        .join(''),
    ]),
  ];

  it('streams are complete, with valid arguments, and come out the same in OpenAI chat', () => {
    expect(streams().length).toBeGreaterThan(20);
    for (const [name, text] of streams()) {
      const { deltas, complete } = decode(text);
      const told = replyOf(deltas);
      expect([name, complete]).toEqual([name, told.error === undefined]);
      if (told.error !== undefined) continue;
      for (const { arguments: input } of told.choices[0]?.toolCalls ?? [])
        expect(() => JSON.parse(input), name).not.toThrow();
      const call = chatCall({ stream: true, stream_options: { include_usage: true } });
      const writer = openaiChat.createWriter(call);
      const events = [...deltas.flatMap((delta) => [...writer.push(delta)]), ...writer.end()];
      const decoder = openaiChat.createDecoder(call);
      const again = replyOf(events.flatMap((event) => [...decoder.push(event)]));
      expect(again.choices[0]?.text, name).toBe(told.choices[0]?.text);
      expect(again.choices[0]?.reasoning, name).toBe(told.choices[0]?.reasoning);
      expect(again.choices[0]?.toolCalls, name).toEqual(told.choices[0]?.toolCalls);
      expect(again.usage?.inputTokens, name).toBe(told.usage?.inputTokens);
      expect(decoder.complete, name).toBe(complete);
    }
  });

  it('any split of the bytes gives the same', () => {
    for (const [name, text] of streams().slice(0, 6)) {
      const whole = decode(text).deltas;
      const bytes = new TextEncoder().encode(text);
      const sse = createSseDecoder();
      const decoder = anthropicMessages.createDecoder(chatCall());
      const pieces: NeutralDelta[] = [];
      for (let at = 0; at < bytes.length; at += 7)
        for (const event of sse.push(bytes.subarray(at, at + 7)))
          pieces.push(...decoder.push(event));
      expect(pieces, name).toEqual(whole);
    }
  });

  it('replies are read whole, and come out the same in OpenAI chat', () => {
    const bodies = [
      ...files(recordings, /messages\.json\.\d/)
        .map(([name, text]): [string, Recording] => [name, JSON.parse(text)])
        .filter(([, { request }]) => !request.url.includes('count_tokens'))
        .map(([name, { response }]): [string, unknown] => [name, response.body]),
      ...files(fixtures, /\.json$/).map(([name, text]): [string, unknown] => [
        name,
        JSON.parse(text),
      ]),
    ];
    expect(bodies.length).toBeGreaterThan(20);
    for (const [name, body] of bodies) {
      const reply = anthropicMessages.readReply(body, chatCall());
      expect(reply.error, name).toBeUndefined();
      expect(reply.choices[0]?.finish, name).toBeDefined();
      const chat = openaiChat.readReply(openaiChat.writeReply(reply, chatCall()), chatCall());
      const { usage: _, ...told } = toldBy(reply);
      const finish = told.choices[0]?.toolCalls.length ? 'tool-calls' : told.choices[0]?.finish;
      expect(toldBy(chat), name).toMatchObject({
        ...told,
        choices: [{ ...told.choices[0], finish: finish === 'other' ? 'stop' : finish }],
      });
    }
  });

  it('errors are read', () => {
    for (const [name, text] of files(recordings, /messages\.json4/)) {
      const { status, body } = (JSON.parse(text) as Recording).response;
      const error = anthropicMessages.readError(status, body);
      expect(error, name).toMatchObject({ status, type: expect.stringMatching(/_error$/) });
      expect(error.message.length, name).toBeGreaterThan(5);
    }
  });
});
