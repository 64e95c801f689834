import { readdirSync, readFileSync, statSync } from 'node:fs';
import { RequestError } from '@wintergate/core';
import { describe, expect, it } from 'vitest';
import { createEventStreamReframer } from './aws-event-stream.ts';
import { bedrockConverse } from './bedrock-converse.ts';
import { expectHeardByAll, expectStreamHeardByAll } from './caller-dialects.ts';
import { classifyFailure } from './failure.ts';
import type { Notice } from './target-dialect.ts';
import { chatCall, dataPath, describeData, eventsOf } from './test-support.ts';
import type { JsonObject, NeutralDelta } from './types.ts';

function written(fields: JsonObject, model?: string) {
  const notices: Notice[] = [];
  const { body, path } = bedrockConverse.writeCall(chatCall(fields), {
    ...(model === undefined ? {} : { model }),
    notice: (notice) => notices.push(notice),
  });
  return { body, path, notices };
}

function decode(events: readonly JsonObject[]): { deltas: NeutralDelta[]; complete: boolean } {
  const decoder = bedrockConverse.createDecoder(chatCall());
  const text = events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join('');
  const deltas = eventsOf(text).flatMap((event) => [...decoder.push(event)]);
  return { deltas, complete: decoder.complete };
}

const end = [
  { messageStop: { stopReason: 'end_turn' } },
  { metadata: { usage: { inputTokens: 9, outputTokens: 2, cacheReadInputTokens: 5 } } },
];

describe('bedrockConverse.writeCall()', () => {
  it('writes turns, tools and limits, and escapes the model’s id', () => {
    const { body, path, notices } = written(
      {
        messages: [
          { role: 'system', content: 'Be brief.' },
          {
            role: 'user',
            content: [
              { type: 'text', text: 'Hi' },
              { type: 'image_url', image_url: { url: 'data:image/jpeg;base64,AAAA' } },
              {
                type: 'file',
                file: { filename: 'a_b.pdf', file_data: 'data:application/pdf;base64,BBBB' },
              },
            ],
          },
          {
            role: 'assistant',
            content: '',
            tool_calls: [
              { id: 'call.1', type: 'function', function: { name: 'f', arguments: '{"a":1}' } },
              { id: 'call.2', type: 'function', function: { name: 'f', arguments: '' } },
            ],
          },
          { role: 'tool', tool_call_id: 'call.1', content: '{"b":2}' },
          { role: 'tool', tool_call_id: 'call.2', content: 'fine' },
        ],
        max_tokens: 50,
        temperature: 1.5,
        top_p: 0.5,
        stop: ['END', ' '],
        tools: [{ type: 'function', function: { name: 'f', description: '' } }],
        tool_choice: 'required',
      },
      'us.amazon.nova-lite-v1:0',
    );
    expect(path).toBe('/model/us.amazon.nova-lite-v1%3A0/converse');
    expect(body).toEqual({
      system: [{ text: 'Be brief.' }],
      messages: [
        {
          role: 'user',
          content: [
            { text: 'Hi' },
            { image: { format: 'jpeg', source: { bytes: 'AAAA' } } },
            { document: { format: 'pdf', name: 'a b pdf', source: { bytes: 'BBBB' } } },
          ],
        },
        {
          role: 'assistant',
          content: [
            { toolUse: { toolUseId: 'call_1', name: 'f', input: { a: 1 } } },
            { toolUse: { toolUseId: 'call_2', name: 'f', input: {} } },
          ],
        },
        {
          role: 'user',
          content: [
            { toolResult: { toolUseId: 'call_1', content: [{ json: { b: 2 } }] } },
            { toolResult: { toolUseId: 'call_2', content: [{ text: 'fine' }] } },
          ],
        },
      ],
      inferenceConfig: { maxTokens: 50, temperature: 1, topP: 0.5, stopSequences: ['END'] },
      toolConfig: {
        tools: [
          { toolSpec: { name: 'f', inputSchema: { json: { type: 'object', properties: {} } } } },
        ],
        toolChoice: { any: {} },
      },
    });
    expect(notices.map(({ field, action }) => `${action} ${field}`)).toEqual([
      'clamp temperature',
      'drop stop',
    ]);
  });

  it('asks Claude to think, and tells that others can not be', () => {
    const claude = written({ reasoning_effort: 'low' }, 'anthropic.claude-sonnet-4-5-v1:0');
    expect(claude.body['additionalModelRequestFields']).toEqual({
      thinking: { type: 'enabled', budget_tokens: 2048 },
    });
    const nova = written({ reasoning_effort: 'low' }, 'amazon.nova-lite-v1:0');
    expect(nova.body['additionalModelRequestFields']).toBeUndefined();
    expect(nova.notices).toMatchObject([{ field: 'reasoning_effort', action: 'drop' }]);
  });

  it('asks for JSON in words', () => {
    const schema = { type: 'object' };
    const { body, notices } = written({
      response_format: { type: 'json_schema', json_schema: { name: 'n', schema } },
    });
    expect(JSON.stringify(body['system'])).toContain('JSON schema');
    expect(notices).toMatchObject([{ field: 'response_format', action: 'emulate' }]);
  });

  it.each([
    ['n', { n: 2 }],
    ['logit_bias', { logit_bias: { 1: 2 } }],
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

  it('keeps the tools of a history although they must not be called', () => {
    const tools = [{ type: 'function', function: { name: 'f' } }];
    const none = { tools, tool_choice: 'none' };
    expect(written(none).body['toolConfig']).toBeUndefined();
    const call = { id: 'a', type: 'function', function: { name: 'f', arguments: '{}' } };
    const messages = [
      { role: 'user', content: 'Hi' },
      { role: 'assistant', content: null, tool_calls: [call] },
      { role: 'tool', tool_call_id: 'a', content: 'x' },
    ];
    const { body, notices } = written({ ...none, messages });
    expect(body['toolConfig']).toBeDefined();
    expect(notices).toMatchObject([{ field: 'tool_choice', action: 'drop' }]);
  });
});

describe('a stream of Converse', () => {
  it('is complete after its counts alone', () => {
    expect(decode([{ messageStart: { role: 'assistant' } }, end[0] as JsonObject]).complete).toBe(
      false,
    );
    const { deltas, complete } = decode(end);
    expect(complete).toBe(true);
    expect(deltas).toContainEqual({
      type: 'usage',
      usage: { inputTokens: 14, outputTokens: 2, cachedInputTokens: 5, cacheWriteTokens: 0 },
    });
  });

  it('tells reasoning, signatures and a call without arguments', () => {
    const at = (contentBlockIndex: number, delta: JsonObject) => ({
      contentBlockDelta: { contentBlockIndex, delta },
    });
    const { deltas } = decode([
      at(0, { reasoningContent: { text: 'Hm' } }),
      at(0, { reasoningContent: { signature: 's' } }),
      {
        contentBlockStart: {
          contentBlockIndex: 1,
          start: { toolUse: { toolUseId: 'a', name: 'f' } },
        },
      },
      { contentBlockStop: { contentBlockIndex: 1 } },
    ]);
    expect(deltas).toEqual([
      { type: 'reasoning', choice: 0, text: 'Hm' },
      { type: 'signature', choice: 0, signature: 's' },
      { type: 'tool-call', choice: 0, index: 0, id: 'a', name: 'f', arguments: '' },
      { type: 'tool-call', choice: 0, index: 0, arguments: '{}' },
    ]);
  });

  it.each([
    ['throttlingException', 'rate-limit'],
    ['modelStreamErrorException', 'overload'],
    ['validationException', 'bad-request'],
    ['internalServerException', 'server'],
  ])('that ends in %s failed for %s', (type, failure) => {
    const { deltas, complete } = decode([
      { exception: { type, payload: { message: 'M' } } },
      ...end,
    ]);
    const [delta] = deltas;
    expect(complete).toBe(false);
    expect(delta?.type === 'error' && classifyFailure({ status: 200, error: delta.error })).toBe(
      failure,
    );
  });
});

const recordings = 'conformance/pydantic-ai-recordings/bedrock/';
const fixtures = 'conformance/vercel-ai-fixtures/amazon-bedrock/';

function files(folder: string, kind: RegExp): [string, string][] {
  return readdirSync(dataPath(folder))
    .filter((name) => kind.test(name) && statSync(dataPath(folder + name)).isFile())
    .map((name) => [name, readFileSync(dataPath(folder + name), 'utf8')]);
}

describeData('recorded Converse traffic', recordings, () => {
  const streams = (): [string, NeutralDelta[]][] => {
    const binary = files(recordings, /^converse-stream/).map(
      ([name, text]): [string, NeutralDelta[]] => {
        const { $base64 } = JSON.parse(text).response.body;
        const bytes = Buffer.from($base64, 'base64');
        const reframer = createEventStreamReframer();
        const told: Uint8Array[] = [];
        for (let at = 0; at < bytes.length; at += 33)
          told.push(reframer.push(bytes.subarray(at, at + 33)));
        reframer.end();
        const decoder = bedrockConverse.createDecoder(chatCall());
        const deltas = eventsOf(Buffer.concat(told)).flatMap((event) => [...decoder.push(event)]);
        expect(decoder.complete, name).toBe(true);
        return [name, deltas];
      },
    );
    const chunks = files(fixtures, /\.chunks\.txt$/)
      // The others break off.
      .filter(([, text]) => text.includes('"messageStop"') && text.includes('"metadata"'))
      .map(([name, text]): [string, NeutralDelta[]] => {
        const events = text
          .trim()
          .split('\n')
          .map((line) => JSON.parse(line) as JsonObject);
        return [name, decode(events).deltas];
      });
    return [...binary, ...chunks];
  };

  it('is the same for every caller, as streams', () => {
    const all = streams();
    expect(all.length).toBeGreaterThan(10);
    for (const [name, deltas] of all) expectStreamHeardByAll(name, deltas);
  });

  it('is the same for every caller, whole', () => {
    const bodies = [
      ...files(recordings, /^converse\.json\.\d/).map(([name, text]): [string, unknown] => [
        name,
        JSON.parse(text).response.body,
      ]),
      ...files(fixtures, /\.json$/).map(([name, text]): [string, unknown] => [
        name,
        JSON.parse(text),
      ]),
    ].map(([name, body]): [string, unknown] => [
      name,
      typeof body === 'string' ? JSON.parse(body) : body,
    ]);
    expect(bodies.length).toBeGreaterThan(15);
    for (const [name, body] of bodies)
      expectHeardByAll(name, bedrockConverse.readReply(body, chatCall()));
  });
});
