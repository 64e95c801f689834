import { RequestError } from '@wintergate/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anthropicErrorFormat } from './anthropic-error.ts';
import { anthropicAnswerFields, anthropicNeutralFields } from './anthropic-identity.ts';
import { anthropicMessages } from './anthropic-messages.ts';
import { canonicalJson } from './canonical-json.ts';
import { testDialect } from './dialect-suite.ts';
import { openaiChat } from './openai-chat.ts';
import type { Notice } from './target-dialect.ts';
import { chatCall, eventsOf } from './test-support.ts';
import type { JsonObject, ModelCall } from './types.ts';

const url = new URL('http://gateway.test/v1/messages');
const hello: JsonObject = {
  model: 'claude-haiku-4-5',
  max_tokens: 100,
  messages: [{ role: 'user', content: 'Hi' }],
};

function read(fields: JsonObject = {}): ModelCall {
  return anthropicMessages.readCall({ ...hello, ...fields }, 'chat', url);
}

function chatOf(fields: JsonObject): { body: JsonObject; notices: Notice[] } {
  const notices: Notice[] = [];
  const { body } = openaiChat.writeCall(read(fields), { notice: (one) => notices.push(one) });
  return { body, notices };
}

function faultOf(body: unknown): unknown {
  try {
    anthropicMessages.readCall(body, 'chat', url);
  } catch (error) {
    if (RequestError.isInstance(error))
      return `${error.status} ${error.details.param}: ${error.message}`;
    throw error;
  }
  return undefined;
}

testDialect(anthropicMessages, { call: (stream) => read({ stream }) });

describe('anthropicMessages.matches()', () => {
  it.each([
    ['POST', '/v1/messages', 'chat'],
    ['POST', '/anthropic/v1/messages', 'chat'],
    ['POST', '/v1//messages/', 'chat'],
    ['POST', '/v1/messages/count_tokens', undefined],
    ['POST', '/v1/messages/batches', undefined],
    ['POST', '/v1/threads/t1/messages', undefined],
    ['GET', '/v1/messages', undefined],
  ])('%s %s is %s', (method, path, operation) => {
    const headers = new Headers();
    expect(anthropicMessages.matches({ method, path, headers })).toBe(operation);
  });
});

describe('anthropicMessages.readCall()', () => {
  it('reads turns, tools, limits and the end user', () => {
    const call = read({
      system: [{ type: 'text', text: 'Be brief.', cache_control: { type: 'ephemeral' } }],
      stream: true,
      temperature: 0.5,
      top_k: 5,
      stop_sequences: ['END'],
      metadata: { user_id: 'u1' },
      service_tier: 'standard_only',
      thinking: { type: 'enabled', budget_tokens: 2048 },
      output_config: { effort: 'high', format: { type: 'json_schema', schema: { a: 1 } } },
      tool_choice: { type: 'tool', name: 'f', disable_parallel_tool_use: true },
      tools: [
        { name: 'f', description: 'It does.', input_schema: { type: 'object' } },
        { type: 'web_search_20250305', name: 'web_search' },
      ],
      messages: [
        { role: 'user', content: 'Hi' },
        {
          role: 'assistant',
          content: [
            { type: 'thinking', thinking: 'Hm', signature: 'sig' },
            { type: 'tool_use', id: 'toolu_1', name: 'f', input: { a: 1 } },
          ],
        },
        {
          role: 'user',
          content: [
            { type: 'tool_result', tool_use_id: 'toolu_1', content: 'It is 3', is_error: true },
          ],
        },
        { role: 'system', content: 'And in French.' },
        {
          role: 'user',
          content: [
            { type: 'text', text: 'See' },
            { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'AAAA' } },
            { type: 'image', source: { type: 'url', url: 'https://a.test/b.png' } },
            {
              type: 'document',
              title: 'a.txt',
              source: { type: 'text', media_type: 'text/plain', data: 'äh' },
            },
          ],
        },
      ],
    });
    expect(call).toMatchObject({ stream: true, streamUsage: true, endUser: 'u1' });
    expect(call.system).toBe('Be brief.\n\nAnd in French.');
    expect(call.messages.map(({ role, parts }) => [role, parts.map(({ type }) => type)])).toEqual([
      ['user', ['text']],
      ['assistant', ['reasoning', 'tool-call']],
      ['tool', ['tool-result']],
      ['user', ['text', 'image', 'image', 'file']],
    ]);
    expect(call.messages[2]?.parts[0]).toMatchObject({ toolCallId: 'toolu_1', isError: true });
    expect(call.messages[3]?.parts.slice(1)).toMatchObject([
      { data: 'AAAA', mediaType: 'image/png' },
      { url: 'https://a.test/b.png' },
      { data: 'w6Ro', mediaType: 'text/plain', filename: 'a.txt' },
    ]);
    expect(call.tools).toMatchObject([
      { name: 'f', description: 'It does.', parameters: { type: 'object' } },
      { name: 'web_search', raw: { type: 'web_search_20250305' } },
    ]);
    expect(call.parameters).toEqual({
      temperature: 0.5,
      topK: 5,
      maxOutputTokens: 100,
      stop: ['END'],
      serviceTier: 'default',
      reasoningBudget: 2048,
      reasoningEffort: 'high',
      responseFormat: { type: 'json-schema', schema: { a: 1 } },
      toolChoice: { mode: 'required', name: 'f' },
      parallelToolCalls: false,
    });
    expect(call.unmapped).toEqual(['cache_control']);
  });

  it.each<[string, unknown, string]>([
    ['no object', [], '400 undefined: Expected a JSON object as the body, got an empty array'],
    ['no messages', { model: 'm' }, "400 messages: Expected an array for 'messages', got nothing"],
    [
      'an empty list',
      { ...hello, messages: [] },
      "400 messages: Expected at least one message for 'messages', got an empty array",
    ],
    [
      'content of a number',
      { ...hello, messages: [{ role: 'user', content: 3 }] },
      "400 messages[0].content: Expected a string or an array of blocks for 'messages[0].content', got 3",
    ],
    [
      'a block without text',
      { ...hello, messages: [{ role: 'user', content: [{ type: 'text' }] }] },
      "400 messages[0].content[0].text: Expected a string for 'messages[0].content[0].text', got nothing",
    ],
    [
      'input that is text',
      {
        ...hello,
        messages: [
          { role: 'assistant', content: [{ type: 'tool_use', id: 'a', name: 'f', input: '{}' }] },
        ],
      },
      "400 messages[0].content[0].input: Expected an object for 'messages[0].content[0].input', got a string",
    ],
    [
      'a limit that is text',
      { ...hello, max_tokens: '9' },
      "400 max_tokens: Expected an integer of at least 0 for 'max_tokens', got a string",
    ],
    [
      'a tool without a schema',
      { ...hello, tools: [{ name: 'f' }] },
      "400 tools[0].input_schema: Expected an object for 'tools[0].input_schema', got nothing",
    ],
    ['an empty model', { ...hello, model: '' }, '400 model: Expected a name for \'model\', got ""'],
    [
      'an inner result that is none',
      {
        ...hello,
        messages: [
          {
            role: 'user',
            content: [{ type: 'tool_result', tool_use_id: 'a', content: [{ text: 'x' }] }],
          },
        ],
      },
      "400 messages[0].content[0].content[0].type: Expected a string for 'messages[0].content[0].content[0].type', got nothing",
    ],
  ])('refuses %s', (_, body, told) => {
    expect(faultOf(body)).toBe(told);
  });

  it('refuses whatever else without any other error', () => {
    fc.assert(
      fc.property(
        fc.jsonValue({ maxDepth: 5 }),
        fc.jsonValue({ maxDepth: 6 }),
        (tools, messages) => {
          faultOf({ ...hello, tools, messages });
          faultOf({ ...hello, system: messages, thinking: tools });
        },
      ),
    );
  });
});

describe('anthropicMessages.segments()', () => {
  it('finds all text, by whose it is, and none that is the format’s own', () => {
    const call = read({
      system: 'Be brief.',
      tools: [
        {
          name: 'f',
          description: 'It does.',
          input_schema: { properties: { a: { type: 'string', description: 'An a.' } } },
        },
      ],
      messages: [
        {
          role: 'user',
          content: [
            { type: 'text', text: 'See' },
            { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'AAAA' } },
            {
              type: 'document',
              title: 'T',
              source: { type: 'text', media_type: 'text/plain', data: 'words' },
            },
          ],
        },
        {
          role: 'assistant',
          content: [
            { type: 'redacted_thinking', data: 'BBBB' },
            { type: 'tool_use', id: 'toolu_1', name: 'f', input: { type: 'x', deep: ['y'] } },
          ],
        },
        {
          role: 'user',
          content: [
            {
              type: 'tool_result',
              tool_use_id: 'toolu_1',
              content: [{ type: 'text', text: 'It is 3' }],
            },
          ],
        },
      ],
    });
    expect(anthropicMessages.segments(call).map(({ role, text }) => `${role}: ${text}`)).toEqual([
      'system: Be brief.',
      'user: See',
      'user: T',
      'user: words',
      'tool-arguments: x',
      'tool-arguments: y',
      'tool-result: It is 3',
      'tool-definition: It does.',
      'tool-definition: An a.',
    ]);
  });
});

describe('anthropicMessages.identity()', () => {
  const same: [string, JsonObject, JsonObject][] = [
    [
      'text and a block of it',
      {},
      { messages: [{ role: 'user', content: [{ type: 'text', text: 'Hi' }] }] },
    ],
    [
      'marks for caching',
      { system: 'S' },
      { system: [{ type: 'text', text: 'S', cache_control: { type: 'ephemeral' } }] },
    ],
    [
      'streaming, users and tiers',
      {},
      { stream: true, metadata: { user_id: 'u' }, service_tier: 'auto' },
    ],
    ['null and absent', {}, { temperature: null }],
  ];
  it.each(same)('is one for %s', (_, a, b) => {
    const exact = (fields: JsonObject): string =>
      canonicalJson(anthropicMessages.identity(read(fields)).exact);
    expect(exact(a)).toBe(exact(b));
  });

  it('tells apart whatever can change the answer', () => {
    const exact = (fields: JsonObject): string =>
      canonicalJson(anthropicMessages.identity(read(fields)).exact);
    const all = [
      {},
      { max_tokens: 99 },
      { thinking: { type: 'adaptive' } },
      { system: 'S' },
      { something_new: 1 },
      { model: 'other' },
    ].map(exact);
    expect(new Set(all).size).toBe(all.length);
  });

  it('leaves out the last message from the scope', () => {
    const { scope, text } = anthropicMessages.identity(read());
    expect(text).toBe('Hi');
    expect(canonicalJson(scope)).not.toContain('Hi');
  });

  it('decides every field once', () => {
    for (const field of anthropicAnswerFields)
      expect(anthropicNeutralFields.has(field)).toBe(false);
  });
});

describe('a call of Messages, written in OpenAI chat', () => {
  it('keeps turns, tools and limits', () => {
    const { body, notices } = chatOf({
      system: 'Be brief.',
      stop_sequences: ['END'],
      thinking: { type: 'enabled', budget_tokens: 8000 },
      tools: [{ name: 'f', description: 'D', input_schema: { type: 'object' } }],
      tool_choice: { type: 'any' },
      messages: [
        { role: 'user', content: 'Hi' },
        {
          role: 'assistant',
          content: [
            { type: 'thinking', thinking: 'Hm', signature: 'sig' },
            { type: 'text', text: 'I look.' },
            { type: 'tool_use', id: 'toolu_1', name: 'f', input: { a: 1 } },
          ],
        },
        {
          role: 'user',
          content: [
            { type: 'tool_result', tool_use_id: 'toolu_1', content: '3' },
            { type: 'text', text: 'Now?' },
          ],
        },
      ],
    });
    expect(body).toEqual({
      model: 'claude-haiku-4-5',
      messages: [
        { role: 'system', content: 'Be brief.' },
        { role: 'user', content: 'Hi' },
        {
          role: 'assistant',
          content: 'I look.',
          tool_calls: [
            { id: 'toolu_1', type: 'function', function: { name: 'f', arguments: '{"a":1}' } },
          ],
        },
        { role: 'tool', tool_call_id: 'toolu_1', content: '3' },
        { role: 'user', content: 'Now?' },
      ],
      max_completion_tokens: 100,
      stop: ['END'],
      reasoning_effort: 'medium',
      tools: [
        {
          type: 'function',
          function: { name: 'f', description: 'D', parameters: { type: 'object' } },
        },
      ],
      tool_choice: 'required',
    });
    expect(notices).toEqual([]);
  });

  it('tells what has no form there', () => {
    const { notices } = chatOf({ top_k: 5, container: 'c', cache_control: { type: 'ephemeral' } });
    expect(notices.map(({ field }) => field).sort()).toEqual([
      'cache_control',
      'container',
      'top_k',
    ]);
  });
});

describe('an OpenAI stream, written as Messages', () => {
  it('ends each block before the next, and keeps interleaved calls apart', () => {
    const writer = anthropicMessages.createWriter(read({ stream: true }));
    const tool = (index: number, text: string, name?: string) =>
      writer.push({
        type: 'tool-call',
        choice: 0,
        index,
        arguments: text,
        ...(name === undefined ? {} : { name, id: `call.${index}` }),
      });
    const events = [
      ...writer.push({ type: 'start', id: 'chatcmpl-1', model: 'gpt' }),
      ...writer.push({ type: 'text', choice: 0, text: 'Look' }),
      ...tool(0, '{"a"', 'f'),
      ...tool(1, '', 'g'),
      ...tool(0, ':1}'),
      ...tool(1, '{}'),
      ...writer.push({ type: 'finish', choice: 0, reason: 'tool-calls', raw: 'tool_calls' }),
      ...writer.push({ type: 'usage', usage: { inputTokens: 9, outputTokens: 4 } }),
      ...writer.end(),
    ];
    const told = events.map((event) => {
      const { type, index, content_block: block, delta } = event.json() as Record<string, never>;
      return [type, index, JSON.stringify(block ?? delta)]
        .filter((one) => one !== undefined)
        .join(' ');
    });
    expect(told).toEqual([
      'message_start',
      'content_block_start 0 {"type":"text","text":""}',
      'content_block_delta 0 {"type":"text_delta","text":"Look"}',
      'content_block_stop 0',
      'content_block_start 1 {"type":"tool_use","id":"call_0","name":"f","input":{}}',
      'content_block_delta 1 {"type":"input_json_delta","partial_json":"{\\"a\\""}',
      'content_block_start 2 {"type":"tool_use","id":"call_1","name":"g","input":{}}',
      'content_block_delta 1 {"type":"input_json_delta","partial_json":":1}"}',
      'content_block_delta 2 {"type":"input_json_delta","partial_json":"{}"}',
      'content_block_stop 1',
      'content_block_stop 2',
      'message_delta {"stop_reason":"tool_use","stop_sequence":null}',
      'message_stop',
    ]);
  });
});

describe('a stream whose text a filter holds', () => {
  const start = (index: number, block: object) => ({
    type: 'content_block_start',
    index,
    content_block: block,
  });
  const delta = (index: number, piece: object) => ({
    type: 'content_block_delta',
    index,
    delta: piece,
  });
  const stop = (index: number) => ({ type: 'content_block_stop', index });

  it('gets it in its own block, before that ends', () => {
    const events = [
      start(0, { type: 'text', text: '' }),
      delta(0, { type: 'text_delta', text: 'Look' }),
      stop(0),
      start(1, { type: 'tool_use', id: 'a', name: 'f', input: {} }),
      delta(1, { type: 'input_json_delta', partial_json: '{"a":1}' }),
      stop(1),
    ];
    const editor = anthropicMessages.createEditor(read({ stream: true }));
    const held = new Map<string, string>();
    const left: unknown[] = [];
    for (const event of eventsOf(
      events.map((one) => `event: ${one.type}\ndata: ${JSON.stringify(one)}\n\n`).join(''),
    )) {
      const { pieces, ends } = editor.read(event);
      for (const { channel, text } of pieces) held.set(channel.id, text);
      for (const channel of ends)
        left.push(editor.textEvent(channel, held.get(channel.id) ?? '').json());
      const edits = pieces.map(({ channel }): [string, string] => [channel.id, '']);
      const written = editor.write(event, new Map(edits)).json() as JsonObject;
      if (pieces.length === 0) left.push(written);
    }
    expect(left).toEqual([events[0], events[1], events[2], events[3], events[4], events[5]]);
  });
});

describe('a stream that a filter stops', () => {
  const begin =
    'event: message_start\ndata: {"type":"message_start","message":{"id":"msg_1","model":"m","usage":{"input_tokens":1,"output_tokens":0}}}\n\n';
  const block =
    'event: content_block_start\ndata: {"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}\n\n';

  it.each([
    ['before it began', '', ['message_start', 'message_delta', 'message_stop']],
    ['in a block', begin + block, ['content_block_stop', 'message_delta', 'message_stop']],
  ])('ends as a refusal %s', (_, before, types) => {
    const editor = anthropicMessages.createEditor(read({ stream: true }));
    const events = eventsOf(before).map((event) => {
      editor.read(event);
      return editor.write(event, new Map());
    });
    const ending = editor.blockedEnding();
    expect(ending.map(({ event }) => event)).toEqual(types);
    const decoder = anthropicMessages.createDecoder(read({ stream: true }));
    const deltas = [...events, ...ending].flatMap((event) => [...decoder.push(event)]);
    expect(deltas).toContainEqual({
      type: 'finish',
      choice: 0,
      reason: 'content-filter',
      raw: 'refusal',
    });
    expect(decoder.complete).toBe(true);
  });
});

describe('anthropicErrorFormat', () => {
  it.each([
    [400, 'invalid_request_error'],
    [401, 'authentication_error'],
    [403, 'permission_error'],
    [404, 'not_found_error'],
    [413, 'request_too_large'],
    [415, 'invalid_request_error'],
    [429, 'rate_limit_error'],
    [500, 'api_error'],
    [502, 'api_error'],
    [503, 'overloaded_error'],
    [504, 'timeout_error'],
  ])('names %d %s, and is read again', (status, type) => {
    const error = { status, type: 'x', message: 'M', code: 'some_code', param: 'messages[0]' };
    const { body } = anthropicErrorFormat.body(error);
    expect(JSON.parse(body)).toMatchObject({ type: 'error', error: { type, message: 'M' } });
    expect(anthropicMessages.readError(status, JSON.parse(body))).toMatchObject({
      status,
      message: 'M',
      code: 'some_code',
      param: 'messages[0]',
    });
    const [event] = eventsOf(anthropicErrorFormat.streamEvent(error));
    expect(event?.event).toBe('error');
  });

  it('is what a call of OpenAI chat never gets', () => {
    expect(chatCall().dialect.errorFormat).not.toBe(anthropicErrorFormat);
  });
});
