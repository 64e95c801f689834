import { RequestError } from '@wintergate/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anthropicMessages } from './anthropic-messages.ts';
import { canonicalJson } from './canonical-json.ts';
import { testDialect } from './dialect-suite.ts';
import { openaiChat } from './openai-chat.ts';
import { openaiResponses } from './openai-responses.ts';
import { responsesErrorFormat } from './openai-responses-error.ts';
import { responsesAnswerFields, responsesNeutralFields } from './openai-responses-identity.ts';
import type { Notice, TargetDialect } from './target-dialect.ts';
import { chatCall, eventsOf } from './test-support.ts';
import type { JsonObject, ModelCall } from './types.ts';

const url = new URL('http://gateway.test/v1/responses');
const hello: JsonObject = { model: 'gpt-5.4', input: 'Hi' };

function read(fields: JsonObject = {}): ModelCall {
  return openaiResponses.readCall({ ...hello, ...fields }, 'chat', url);
}

function write(target: TargetDialect, call: ModelCall): { body: JsonObject; notices: Notice[] } {
  const notices: Notice[] = [];
  const { body } = target.writeCall(call, { notice: (one) => notices.push(one) });
  return { body, notices };
}

function refusalOf(act: () => unknown): string | undefined {
  try {
    act();
  } catch (error) {
    if (RequestError.isInstance(error)) return `${error.status} ${error.details.param}`;
    throw error;
  }
  return undefined;
}

testDialect(openaiResponses, { call: (stream) => read({ stream }), refusals: true });

const tools = [
  { type: 'function', name: 'f', description: 'D', parameters: { type: 'object' }, strict: true },
  { type: 'custom', name: 'sql', format: { type: 'grammar', syntax: 'lark', definition: 'x' } },
];
const conversation = [
  { role: 'developer', content: 'Be brief.' },
  { role: 'user', content: [{ type: 'input_text', text: 'Hi' }] },
  { type: 'reasoning', id: 'rs_1', summary: [{ type: 'summary_text', text: 'Hm' }] },
  { type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'I look.' }] },
  { type: 'function_call', call_id: 'c1', name: 'f', arguments: '{"a":1}' },
  { type: 'custom_tool_call', call_id: 'c2', name: 'sql', input: 'select 1' },
  { type: 'function_call_output', call_id: 'c1', output: '3' },
  { type: 'custom_tool_call_output', call_id: 'c2', output: [{ type: 'input_text', text: '1' }] },
  {
    role: 'user',
    content: [
      { type: 'input_image', image_url: 'data:image/png;base64,AAAA', detail: 'low' },
      { type: 'input_file', filename: 'a.pdf', file_data: 'data:application/pdf;base64,BBBB' },
    ],
  },
];

describe('openaiResponses.matches()', () => {
  it.each([
    ['POST', '/v1/responses', 'chat'],
    ['POST', '/openai/v1/responses', 'chat'],
    ['POST', '/v1/responses/', 'chat'],
    ['POST', '/v1/responses/resp_1/cancel', undefined],
    ['GET', '/v1/responses', undefined],
  ])('%s %s is %s', (method, path, operation) => {
    expect(openaiResponses.matches({ method, path, headers: new Headers() })).toBe(operation);
  });
});

describe('openaiResponses.readCall()', () => {
  it('reads items as turns', () => {
    const call = read({ instructions: 'Speak French.', input: conversation, tools });
    expect(call.system).toBe('Speak French.\n\nBe brief.');
    expect(call.messages).toMatchObject([
      { role: 'user', parts: [{ type: 'text', text: 'Hi' }] },
      {
        role: 'assistant',
        parts: [
          { type: 'reasoning', text: 'Hm' },
          { type: 'text', text: 'I look.' },
          { type: 'tool-call', id: 'c1', name: 'f', arguments: '{"a":1}' },
          { type: 'tool-call', id: 'c2', name: 'sql', arguments: 'select 1', custom: true },
        ],
      },
      {
        role: 'tool',
        parts: [
          { type: 'tool-result', toolCallId: 'c1', parts: [{ text: '3' }] },
          { type: 'tool-result', toolCallId: 'c2', parts: [{ text: '1' }] },
        ],
      },
      {
        role: 'user',
        parts: [
          { type: 'image', data: 'AAAA', mediaType: 'image/png', detail: 'low' },
          { type: 'file', data: 'BBBB', filename: 'a.pdf' },
        ],
      },
    ]);
  });

  it('reads parameters', () => {
    const call = read({
      temperature: 0.5,
      max_output_tokens: 9,
      reasoning: { effort: 'low', summary: 'auto' },
      text: { format: { type: 'json_schema', name: 'n', schema: { a: 1 } }, verbosity: 'low' },
      tool_choice: {
        type: 'allowed_tools',
        mode: 'required',
        tools: [{ type: 'function', name: 'f' }],
      },
      parallel_tool_calls: false,
      metadata: { k: 'v' },
      include: ['message.output_text.logprobs'],
      safety_identifier: 'u1',
    });
    expect(call.endUser).toBe('u1');
    expect(call.parameters).toEqual({
      temperature: 0.5,
      maxOutputTokens: 9,
      reasoningEffort: 'low',
      includeReasoning: true,
      responseFormat: { type: 'json-schema', name: 'n', schema: { a: 1 } },
      verbosity: 'low',
      toolChoice: { mode: 'required', allowed: ['f'] },
      parallelToolCalls: false,
      metadata: { k: 'v' },
      logprobs: true,
    });
  });

  it.each<[string, JsonObject, string]>([
    ['input of a number', { input: 3 }, '400 input'],
    ['an item without a role', { input: [{ content: 'x' }] }, '400 input[0].role'],
    [
      'a call without a name',
      { input: [{ type: 'function_call', call_id: 'a', arguments: '{}' }] },
      '400 input[0].name',
    ],
    [
      'text that is none',
      { input: [{ role: 'user', content: [{ type: 'input_text' }] }] },
      '400 input[0].content[0].text',
    ],
    ['a tool without a name', { tools: [{ type: 'function' }] }, '400 tools[0].name'],
    ['a flag that is text', { store: 'yes' }, '400 store'],
  ])('refuses %s', (_, fields, told) => {
    expect(refusalOf(() => read(fields))).toBe(told);
  });

  it('refuses whatever else without any other error', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 6 }), fc.jsonValue({ maxDepth: 5 }), (input, other) => {
        refusalOf(() => {
          const call = read({ input, tools: other, text: other });
          openaiResponses.identity(call);
          openaiResponses.segments(call);
          JSON.stringify([call.system, call.messages, call.tools, call.parameters]);
        });
      }),
    );
  });
});

describe('what only the provider can know', () => {
  it.each([
    ['previous_response_id', 'resp_1'],
    ['conversation', 'conv_1'],
    ['prompt', { id: 'pmpt_1' }],
    ['background', true],
  ])('refuses %s for another format, and passes it in its own', (field, value) => {
    const call = read({ [field]: value });
    expect(refusalOf(() => write(openaiChat, call))).toBe(`400 ${field}`);
    expect(refusalOf(() => write(anthropicMessages, call))).toBe(`400 ${field}`);
    expect(call.body[field]).toEqual(value);
  });

  it('is never answered twice where it goes on by itself', () => {
    expect(openaiResponses.identity(read({ conversation: 'c' })).unique).toBe(true);
    expect(openaiResponses.identity(read({ background: true })).unique).toBe(true);
    expect(openaiResponses.identity(read({ background: false })).unique).toBeUndefined();
    expect(openaiResponses.identity(read({ previous_response_id: 'r' })).unique).toBeUndefined();
  });

  it('does not speak of what asks for nothing', () => {
    const { notices } = write(openaiChat, read({ background: false, previous_response_id: null }));
    expect(notices).toEqual([]);
  });
});

describe('openaiResponses.identity()', () => {
  it.each<[string, JsonObject, JsonObject]>([
    ['text and an item of it', {}, { input: [{ role: 'user', content: 'Hi' }] }],
    [
      'an item and a part',
      {},
      { input: [{ type: 'message', role: 'user', content: [{ type: 'input_text', text: 'Hi' }] }] },
    ],
    ['keeping, streaming, users', {}, { store: false, stream: true, user: 'u', background: false }],
  ])('is one for %s', (_, a, b) => {
    const exact = (fields: JsonObject): string =>
      canonicalJson(openaiResponses.identity(read(fields)).exact);
    expect(exact(a)).toBe(exact(b));
    expect(openaiResponses.identity(read(b)).text).toBe('Hi');
  });

  it('decides every field once', () => {
    for (const field of responsesAnswerFields)
      expect(responsesNeutralFields.has(field)).toBe(false);
  });
});

describe('a conversation between formats', () => {
  it('goes to chat and comes back', () => {
    const call = read({ input: conversation, tools });
    const { body, notices } = write(openaiChat, call);
    expect(notices).toEqual([]);
    expect(body['messages']).toHaveLength(6);
    const chat = openaiChat.readCall(body, 'chat', new URL('http://a.test/v1/chat/completions'));
    const again = write(openaiResponses, chat).body;
    expect(again).toMatchObject({
      model: 'gpt-5.4',
      instructions: 'Be brief.',
      store: false,
      input: [
        { role: 'user', content: 'Hi' },
        { role: 'assistant', content: 'I look.' },
        { type: 'function_call', call_id: 'c1', name: 'f', arguments: '{"a":1}' },
        { type: 'custom_tool_call', call_id: 'c2', name: 'sql', input: 'select 1' },
        { type: 'function_call_output', call_id: 'c1', output: '3' },
        { type: 'function_call_output', call_id: 'c2', output: '1' },
        {
          role: 'user',
          content: [
            { type: 'input_image', image_url: 'data:image/png;base64,AAAA', detail: 'low' },
            { type: 'input_file', filename: 'a.pdf' },
          ],
        },
      ],
      tools: [
        { type: 'function', name: 'f', strict: true },
        {
          type: 'custom',
          name: 'sql',
          format: { type: 'grammar', syntax: 'lark', definition: 'x' },
        },
      ],
    });
  });

  it('tells of sampling that Responses does not have, and refuses what changes the answer', () => {
    const { notices } = write(openaiResponses, chatCall({ seed: 1, presence_penalty: 1 }));
    expect(notices.map(({ field }) => field).sort()).toEqual(['presence_penalty', 'seed']);
    expect(refusalOf(() => write(openaiResponses, chatCall({ stop: ['x'] })))).toBe('400 stop');
    expect(refusalOf(() => write(openaiResponses, chatCall({ n: 2 })))).toBe('400 n');
  });
});

describe('a stream that a filter changes', () => {
  const part = '"item_id":"msg_1","output_index":0,"content_index":0';
  const events = [
    '{"type":"response.created","sequence_number":0,"response":{"id":"resp_1","object":"response","status":"in_progress","model":"m","output":[]}}',
    '{"type":"response.output_item.added","sequence_number":1,"output_index":0,"item":{"id":"msg_1","type":"message","status":"in_progress","role":"assistant","content":[]}}',
    `{"type":"response.content_part.added","sequence_number":2,${part},"part":{"type":"output_text","text":"","annotations":[]}}`,
    `{"type":"response.output_text.delta","sequence_number":3,${part},"delta":"Mail a@"}`,
    `{"type":"response.output_text.delta","sequence_number":4,${part},"delta":"b.test"}`,
    `{"type":"response.output_text.done","sequence_number":5,${part},"text":"Mail a@b.test"}`,
  ].map((data) => `event: ${JSON.parse(data).type}\ndata: ${data}\n\n`);

  function feed(count: number) {
    const editor = openaiResponses.createEditor(read({ stream: true }));
    const left = eventsOf(events.slice(0, count).join('')).map((event) => {
      const { pieces } = editor.read(event);
      return editor.write(event, new Map(pieces.map(({ channel }) => [channel.id, ''])));
    });
    return { editor, left };
  }

  it('says at its end what left, and counts on after events of its own', () => {
    const { editor, left } = feed(5);
    const [last] = eventsOf(events[5] ?? '');
    if (last === undefined) throw new Error('Expected an event');
    const { ends } = editor.read(last);
    const own = editor.textEvent(ends[0] as (typeof ends)[number], 'Mail [EMAIL_1]');
    expect(own.json()).toMatchObject({ type: 'response.output_text.delta', sequence_number: 5 });
    expect(editor.write(last, new Map()).json()).toMatchObject({
      text: 'Mail [EMAIL_1]',
      sequence_number: 6,
    });
    expect(left.at(-1)?.json()).toMatchObject({ delta: '', sequence_number: 4 });
  });

  it('ends what is open when it is stopped, and only once', () => {
    const { editor, left } = feed(4);
    const ending = editor.blockedEnding();
    expect(ending.map(({ event }) => event)).toEqual([
      'response.output_text.done',
      'response.content_part.done',
      'response.output_item.done',
      'response.incomplete',
    ]);
    expect(ending.map((event) => (event.json() as JsonObject)['sequence_number'])).toEqual([
      4, 5, 6, 7,
    ]);
    const decoder = openaiResponses.createDecoder(read({ stream: true }));
    const deltas = [...left, ...ending].flatMap((event) => [...decoder.push(event)]);
    expect(deltas).toContainEqual({
      type: 'finish',
      choice: 0,
      reason: 'content-filter',
      raw: 'content_filter',
    });
    expect(decoder.complete).toBe(true);
  });

  it('begins before it ends when nothing has left', () => {
    const ending = openaiResponses.createEditor(read({ stream: true })).blockedEnding();
    expect(ending.map(({ event }) => event)).toEqual(['response.created', 'response.incomplete']);
  });
});

describe('an error', () => {
  it('inside of a stream is one for SDKs, and for readers of the documentation', () => {
    const text = responsesErrorFormat.streamEvent({
      status: 502,
      type: 'server_error',
      message: 'It broke',
      code: 'broken',
    });
    const [event] = eventsOf(text);
    expect(event?.event).toBe('error');
    expect(event?.json()).toMatchObject({
      type: 'error',
      message: 'It broke',
      error: { code: 'broken' },
    });
    const decoder = openaiResponses.createDecoder(read({ stream: true }));
    expect(event && decoder.push(event)).toMatchObject([
      { type: 'error', error: { message: 'It broke', code: 'broken' } },
    ]);
  });

  it('of a response that failed is one', () => {
    const body = {
      object: 'response',
      status: 'failed',
      output: [],
      error: { code: 'server_error', message: 'M' },
    };
    expect(openaiResponses.readReply(body, read()).error).toMatchObject({ message: 'M' });
  });
});
