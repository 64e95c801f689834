import { describe, expect, it } from 'vitest';
import { openaiChat } from './openai-chat.ts';
import { chatCall } from './test-support.ts';
import type { JsonObject } from './types.ts';

const call = chatCall({
  messages: [
    { role: 'system', content: 'Be brief.' },
    { role: 'developer', content: [{ type: 'text', text: 'Be kind.' }] },
    {
      role: 'user',
      name: 'ann',
      content: [
        { type: 'text', text: 'What is this?' },
        { type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA', detail: 'low' } },
        { type: 'image_url', image_url: { url: 'https://x.test/a.png' } },
        { type: 'input_audio', input_audio: { data: 'AA', format: 'wav' } },
        { type: 'file', file: { file_id: 'f' } },
        { type: 'hologram', text: 'odd' },
      ],
    },
    {
      role: 'assistant',
      content: null,
      reasoning_content: 'hm',
      tool_calls: [
        { id: 't1', type: 'function', function: { name: 'f', arguments: '{"a":1}' } },
        { id: 't2', type: 'custom', custom: { name: 'c', input: 'x' } },
      ],
    },
    { role: 'tool', tool_call_id: 't1', content: [{ type: 'text', text: 'result' }] },
    { role: 'function', name: 'old', content: 'older' },
    {
      role: 'assistant',
      content: '',
      refusal: 'No.',
      function_call: { name: 'old', arguments: '{}' },
    },
  ],
  tools: [
    {
      type: 'function',
      function: {
        name: 'f',
        description: 'Does f',
        strict: true,
        parameters: {
          type: 'object',
          properties: { 'a.b': { type: 'string', description: 'The dotted' } },
        },
      },
    },
    {
      type: 'custom',
      custom: { name: 'c', format: { type: 'grammar', grammar: { definition: 'start: "x"' } } },
    },
    { type: 'web_search' },
  ],
  response_format: { type: 'json_schema', json_schema: { name: 'r', description: 'A reply' } },
  prediction: { type: 'content', content: 'guess' },
  temperature: 0.5,
  top_p: 0.9,
  seed: 7,
  n: 2,
  max_tokens: 5,
  max_completion_tokens: 6,
  stop: 'end',
  reasoning_effort: 'low',
  tool_choice: 'auto',
  vendor: { keep: [1] },
});

describe('openaiChat.readCall()', () => {
  it('reads system and developer text apart from the turns', () => {
    expect(call.system).toBe('Be brief.\n\nBe kind.');
    expect(call.messages.map(({ role }) => role)).toEqual([
      'user',
      'assistant',
      'tool',
      'tool',
      'assistant',
    ]);
  });

  it('reads parts in neutral form', () => {
    const [user, assistant, tool, old, last] = call.messages;
    expect(user).toMatchObject({
      name: 'ann',
      parts: [
        { type: 'text', text: 'What is this?' },
        { type: 'image', mediaType: 'image/png', data: 'AAAA' },
        { type: 'image', url: 'https://x.test/a.png' },
        { type: 'audio' },
        { type: 'file' },
        { type: 'unknown', raw: { type: 'hologram' } },
      ],
    });
    expect(assistant?.parts).toMatchObject([
      { type: 'reasoning', text: 'hm' },
      { type: 'tool-call', id: 't1', name: 'f', arguments: '{"a":1}' },
      { type: 'tool-call', id: 't2', name: 'c', arguments: 'x' },
    ]);
    expect(tool?.parts).toEqual([
      { type: 'tool-result', toolCallId: 't1', parts: [{ type: 'text', text: 'result' }] },
    ]);
    expect(old?.parts).toMatchObject([{ type: 'tool-result', toolCallId: 'old', name: 'old' }]);
    expect(last?.parts).toMatchObject([
      { type: 'refusal', text: 'No.' },
      { type: 'tool-call', id: '', name: 'old', arguments: '{}' },
    ]);
  });

  it('reads tools and parameters', () => {
    expect(call.tools).toMatchObject([
      { name: 'f', description: 'Does f', strict: true, parameters: { type: 'object' } },
      { name: 'c', raw: { type: 'custom' } },
      { name: 'web_search', raw: { type: 'web_search' } },
    ]);
    expect(call.parameters).toEqual({
      temperature: 0.5,
      topP: 0.9,
      seed: 7,
      choices: 2,
      maxOutputTokens: 6,
      stop: ['end'],
      reasoningEffort: 'low',
      responseFormat: { type: 'json-schema', name: 'r', description: 'A reply' },
      toolChoice: { mode: 'auto' },
    });
  });

  it('treats a role that nobody knows as the user, who is trusted least', () => {
    const odd = chatCall({ messages: [{ role: 'System', content: 'x' }] });
    expect(odd.system).toBe('');
    expect(odd.messages[0]?.role).toBe('user');
    expect(openaiChat.segments(odd)[0]?.role).toBe('user');
  });

  it.each<[JsonObject, string | undefined]>([
    [{}, undefined],
    [{ user: 'u' }, 'u'],
    [{ safety_identifier: 's' }, 's'],
    [{ user: 'x', safety_identifier: 'x' }, 'x'],
    [{ user: 'u', safety_identifier: 's' }, 's\nu'],
    [{ user: '' }, undefined],
  ])('reads the end user of %j', (fields, endUser) => {
    expect(chatCall(fields).endUser).toBe(endUser);
  });
});

describe('openaiChat.segments()', () => {
  it('finds every place where text stands', () => {
    const found = openaiChat
      .segments(call)
      .map(({ role, path, text }) => `${role} ${path} ${text}`);
    expect(found).toEqual([
      'system messages[0].content Be brief.',
      'system messages[1].content[0].text Be kind.',
      'user messages[2].name ann',
      'user messages[2].content[0].text What is this?',
      'user messages[2].content[5].text odd',
      'assistant messages[3].reasoning_content hm',
      'tool-arguments messages[3].tool_calls[0].function.arguments {"a":1}',
      'tool-arguments messages[3].tool_calls[1].custom.input x',
      'tool-result messages[4].content[0].text result',
      'tool-result messages[5].name old',
      'tool-result messages[5].content older',
      'assistant messages[6].refusal No.',
      'tool-arguments messages[6].function_call.arguments {}',
      'tool-definition tools[0].function.description Does f',
      'tool-definition tools[0].function.parameters.properties["a.b"].description The dotted',
      'tool-definition tools[1].custom.format.grammar.definition start: "x"',
      'tool-definition response_format.json_schema.description A reply',
      'assistant prediction.content guess',
    ]);
  });

  it('can be written back one by one', () => {
    const segments = openaiChat.segments(call);
    for (const { path } of segments) {
      const body = openaiChat.writeSegments(call, new Map([[path, '§']]));
      const read = openaiChat.readCall(body, 'chat', new URL('http://gateway.test/'));
      const changed = openaiChat
        .segments(read)
        .filter(({ text }, at) => text !== segments[at]?.text);
      expect(changed).toMatchObject([{ path, text: '§' }]);
      expect(body['vendor']).toBe(call.body['vendor']);
    }
    expect(() => openaiChat.writeSegments(call, new Map([['messages[99].content', 'x']]))).toThrow(
      RangeError,
    );
  });
});

describe('openaiChat.withModel() and withStreamUsage()', () => {
  it('change one field and keep the rest', () => {
    expect(openaiChat.withModel(call, 'other')).toEqual({ ...call.body, model: 'other' });
    expect(call.body['model']).toBe('m');
    const streaming = chatCall({ stream: true, stream_options: { include_obfuscation: false } });
    expect(openaiChat.withStreamUsage(streaming)['stream_options']).toEqual({
      include_obfuscation: false,
      include_usage: true,
    });
    const asked = chatCall({ stream: true, stream_options: { include_usage: true } });
    expect(openaiChat.withStreamUsage(asked)).toBe(asked.body);
    expect(openaiChat.withStreamUsage(call)).toBe(call.body);
  });
});
