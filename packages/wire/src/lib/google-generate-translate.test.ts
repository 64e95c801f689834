import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { testDialect, writeStream } from './dialect-suite.ts';
import { googleGenerate } from './google-generate.ts';
import { googleCall, streamCall } from './google-generate-test-support.ts';
import type { Notice, WrittenCall } from './target-dialect.ts';
import { chatCall } from './test-support.ts';
import type { JsonObject, ModelCall, NeutralDelta, NeutralMessage } from './types.ts';

testDialect(googleGenerate, { call: (stream) => (stream ? streamCall() : googleCall()) });

function write(
  call: ModelCall,
  model?: string,
): WrittenCall & { notices: Notice[]; config: JsonObject } {
  const notices: Notice[] = [];
  const written = googleGenerate.writeCall(call, {
    model,
    notice: (notice) => notices.push(notice),
  });
  const config = (written.body['generationConfig'] ?? {}) as JsonObject;
  return { ...written, notices, config };
}

const chat = (fields: JsonObject): ModelCall => chatCall({ model: 'gemini-3-flash', ...fields });
const user = (content: string): JsonObject => ({ role: 'user', content });
const asked = (id: string, name: string, args = '{}'): JsonObject => ({
  role: 'assistant',
  content: null,
  tool_calls: [{ id, type: 'function', function: { name, arguments: args } }],
});
const answered = (id: string, content: string): JsonObject => ({
  role: 'tool',
  tool_call_id: id,
  content,
});

describe('googleGenerate.writeCall()', () => {
  it('names model and method in the path, which no name can leave', () => {
    expect(write(chat({})).path).toBe('/models/gemini-3-flash:generateContent');
    expect(write(chat({ stream: true }), 'tunedModels/x').path).toBe(
      '/tunedModels/x:streamGenerateContent?alt=sse',
    );
    expect(write(chat({}), 'models/x').path).toBe('/models/x:generateContent');
    expect(write(chat({ model: '../../v1/other?x=#' })).path).toBe(
      '/models/..%2F..%2Fv1%2Fother%3Fx%3D%23:generateContent',
    );
  });

  it('writes system text, turns of one role joined, and results by the names of their calls', () => {
    const call = chat({
      messages: [
        { role: 'system', content: 'Be brief.' },
        user('Hi'),
        {
          role: 'user',
          content: [
            { type: 'text', text: 'this' },
            { type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } },
            { type: 'input_audio', input_audio: { data: 'BBBB', format: 'mp3' } },
            { type: 'file', file: { filename: 'a', file_data: 'data:application/pdf;base64,CC' } },
          ],
        },
        { ...asked('t1', 'f', '{"a":1}'), content: 'Looking.', reasoning_content: 'hm' },
        asked('t2', 'g'),
        answered('t2', '{"b":[2]}'),
        answered('t1', 'one'),
        user('Go on'),
      ],
    });
    expect(write(call)).toMatchObject({
      notices: [],
      body: {
        systemInstruction: { parts: [{ text: 'Be brief.' }] },
        contents: [
          {
            role: 'user',
            parts: [
              { text: 'Hi' },
              { text: 'this' },
              { inlineData: { mimeType: 'image/png', data: 'AAAA' } },
              { inlineData: { mimeType: 'audio/mpeg', data: 'BBBB' } },
              { inlineData: { mimeType: 'application/pdf', data: 'CC' } },
            ],
          },
          {
            role: 'model',
            parts: [
              { text: 'Looking.' },
              {
                functionCall: { id: 't1', name: 'f', args: { a: 1 } },
                thoughtSignature: 'skip_thought_signature_validator',
              },
              { functionCall: { id: 't2', name: 'g', args: {} } },
            ],
          },
          {
            role: 'user',
            parts: [
              { functionResponse: { id: 't2', name: 'g', response: { b: [2] } } },
              { functionResponse: { id: 't1', name: 'f', response: { result: 'one' } } },
              { text: 'Go on' },
            ],
          },
        ],
      },
    });
  });

  it('needs no signature before version 3', () => {
    const call = chat({ messages: [user('x'), asked('t', 'f'), answered('t', '1')] });
    expect(JSON.stringify(write(call, 'gemini-2.5-flash').body)).not.toContain('Signature');
  });

  it.each([
    ['{"a":1}', { a: 1 }],
    ['{ "a": 1.0 }', { result: '{ "a": 1.0 }' }],
    ['{"n":12345678901234567890}', { result: '{"n":12345678901234567890}' }],
    ['{"result":"x"}', { result: '{"result":"x"}' }],
    ['[1]', { result: '[1]' }],
    ['', { result: '' }],
  ])('writes the result %j so that it can be read back', (content, response) => {
    const call = chat({ messages: [user('x'), asked('t', 'f'), answered('t', content)] });
    const { body } = write(call);
    expect(body['contents']).toMatchObject([
      {},
      {},
      { parts: [{ functionResponse: { response } }] },
    ]);
    const [, , turn] = googleCall(body).messages;
    expect(turn?.parts).toMatchObject([{ toolCallId: 't', parts: [{ text: content }] }]);
  });

  it('puts pictures of a result beside it', () => {
    const message: NeutralMessage = {
      role: 'tool',
      parts: [
        {
          type: 'tool-result',
          toolCallId: 't',
          name: 'f',
          isError: true,
          parts: [
            { type: 'text', text: 'see' },
            { type: 'image', data: 'AAAA', mediaType: 'image/png' },
          ],
        },
      ],
    };
    const { body, notices } = write({ ...facts(chat({})), messages: [message] });
    expect(body['contents']).toEqual([
      {
        role: 'user',
        parts: [
          { functionResponse: { id: 't', name: 'f', response: { error: 'see' } } },
          { inlineData: { mimeType: 'image/png', data: 'AAAA' } },
        ],
      },
    ]);
    expect(notices).toMatchObject([{ field: 'messages[0]', action: 'emulate' }]);
  });

  it('writes parameters', () => {
    const schema = { type: 'object' };
    const call = chat({
      temperature: 0.5,
      top_p: 0.9,
      max_tokens: 6,
      seed: 7,
      n: 2,
      stop: ['1', '2', '3', '4', '5', '6'],
      presence_penalty: 0.1,
      frequency_penalty: 0.2,
      logprobs: true,
      top_logprobs: 3,
      response_format: { type: 'json_schema', json_schema: { name: 'r', schema } },
    });
    const { config, notices } = write(call);
    expect(config).toEqual({
      temperature: 0.5,
      topP: 0.9,
      maxOutputTokens: 6,
      seed: 7,
      candidateCount: 2,
      stopSequences: ['1', '2', '3', '4', '5'],
      presencePenalty: 0.1,
      frequencyPenalty: 0.2,
      responseLogprobs: true,
      logprobs: 3,
      responseMimeType: 'application/json',
      responseJsonSchema: schema,
    });
    expect(notices).toEqual([{ field: 'stop', action: 'drop', detail: 'more than 5 sequences' }]);
    const json = write(chat({ response_format: { type: 'json_object' } }));
    expect(json.config).toEqual({ responseMimeType: 'application/json' });
  });

  it.each<[string, string, JsonObject, string[]]>([
    ['gemini-3-pro', 'low', { thinkingLevel: 'LOW' }, []],
    ['gemini-3-pro', 'none', { thinkingLevel: 'MINIMAL' }, ['clamp']],
    ['gemini-3-pro', 'max', { thinkingLevel: 'HIGH' }, ['clamp']],
    ['gemini-2.5-flash', 'none', { thinkingBudget: 0 }, []],
    ['gemini-2.5-flash', 'low', { thinkingBudget: 4096 }, []],
    ['gemini-2.5-flash', 'xhigh', { thinkingBudget: 24_576 }, ['clamp']],
    ['gemini-2.5-pro', 'none', { thinkingBudget: 128 }, ['clamp']],
  ])('lets %s think with effort %s', (model, effort, thinkingConfig, actions) => {
    const { config, notices } = write(chat({ reasoning_effort: effort }), model);
    expect(config).toEqual({ thinkingConfig });
    expect(notices.map(({ action }) => action)).toEqual(actions);
  });

  it('thinks by budget too, and not at all where a model can not', () => {
    const budget = googleCall({ generationConfig: { thinkingConfig: { thinkingBudget: 2000 } } });
    expect(write(budget, 'gemini-2.5-pro').config).toEqual({
      thinkingConfig: { thinkingBudget: 2000 },
    });
    const level = write(budget, 'gemini-3-pro');
    expect(level.config).toEqual({ thinkingConfig: { thinkingLevel: 'LOW' } });
    expect(level.notices).toMatchObject([{ field: 'reasoning_budget', action: 'emulate' }]);
    const none = write(chat({ reasoning_effort: 'low' }), 'gemini-2.0-flash');
    expect(none.config).toEqual({});
    expect(none.notices).toMatchObject([{ field: 'reasoning_effort', action: 'drop' }]);
  });

  it.each<[unknown, JsonObject]>([
    ['auto', { mode: 'AUTO' }],
    ['required', { mode: 'ANY' }],
    ['none', { mode: 'NONE' }],
    [
      { type: 'function', function: { name: 'f' } },
      { mode: 'ANY', allowedFunctionNames: ['f'] },
    ],
    [
      {
        type: 'allowed_tools',
        allowed_tools: { mode: 'auto', tools: [{ type: 'function', function: { name: 'f' } }] },
      },
      { mode: 'VALIDATED', allowedFunctionNames: ['f'] },
    ],
  ])('writes tools and the choice %j', (tool_choice, functionCallingConfig) => {
    const parameters = { type: 'object', properties: { a: { $ref: '#/$defs/a' } } };
    const tools = [{ type: 'function', function: { name: 'f', description: 'd', parameters } }];
    expect(write(chat({ tools, tool_choice: tool_choice as string })).body).toMatchObject({
      tools: [
        {
          functionDeclarations: [{ name: 'f', description: 'd', parametersJsonSchema: parameters }],
        },
      ],
      toolConfig: { functionCallingConfig },
    });
  });

  it('leaves hosted tools of others out, and refuses tools without a schema', () => {
    const search = write(chat({ tools: [{ type: 'web_search' }] }));
    expect(search.body['tools']).toBeUndefined();
    expect(search.notices).toMatchObject([{ field: 'tools[0]', action: 'drop' }]);
    const custom = chat({ tools: [{ type: 'custom', custom: { name: 'c' } }] });
    expect(() => write(custom)).toThrow("Leave out 'tools[0]'");
  });

  it('refuses what would be another call, and tells what it leaves out', () => {
    const file = { role: 'user', content: [{ type: 'file', file: { file_id: 'file-1' } }] };
    expect(() => write(chat({ messages: [file] }))).toThrow("Leave out 'messages[0]'");
    expect(() => write(chat({ logit_bias: { '5': 1 } }))).toThrow("Leave out 'logit_bias'");
    const { notices } = write(
      chat({ user: 'ann', metadata: { a: 'b' }, parallel_tool_calls: false, prediction: {} }),
    );
    expect(new Set(notices.map(({ field, action }) => `${action} ${field}`))).toEqual(
      new Set(['drop user', 'drop metadata', 'drop parallel_tool_calls', 'drop prediction']),
    );
  });

  it('writes what it has read', () => {
    const fields: JsonObject = {
      systemInstruction: { parts: [{ text: 'Be brief.' }] },
      contents: [
        { role: 'user', parts: [{ text: 'a' }, { inlineData: { mimeType: 'x/y', data: 'AA' } }] },
        {
          role: 'model',
          parts: [
            { text: 'hm', thought: true, thoughtSignature: 's0' },
            { functionCall: { name: 'f', args: {} }, thoughtSignature: 's1' },
            { executableCode: { code: '1' } },
          ],
        },
      ],
      tools: [
        { functionDeclarations: [{ name: 'f', parametersJsonSchema: { type: 'object' } }] },
        { googleSearch: {} },
      ],
      toolConfig: { functionCallingConfig: { mode: 'ANY' } },
      generationConfig: {
        topK: 4,
        stopSequences: ['x'],
        responseMimeType: 'application/json',
        responseJsonSchema: {},
        thinkingConfig: { thinkingLevel: 'LOW', includeThoughts: true },
      },
    };
    const { body, notices } = write(googleCall(fields));
    expect(body).toEqual(fields);
    expect(notices).toEqual([]);
  });
});

/** The call's neutral view, as values. */
function facts(call: ModelCall): ModelCall {
  const { messages, tools, parameters, system, unmapped, dialect, operation, body } = call;
  const { model, stream, streamUsage, endUser, indispensable } = call;
  const read = {
    indispensable,
    messages,
    tools,
    parameters,
    system,
    unmapped,
    dialect,
    operation,
    body,
  };
  return { ...read, model, stream, streamUsage, endUser };
}

const word = fc.string({ minLength: 1, maxLength: 8, unit: 'grapheme' });

describe('a call of another dialect', () => {
  it('keeps its meaning: written, and read again', () => {
    const turn = fc.oneof(
      word.map((text): JsonObject[] => [user(text)]),
      word.map((text): JsonObject[] => [{ role: 'assistant', content: text }]),
      fc
        .record({
          id: fc.uuid(),
          name: fc.constantFrom('f', 'g'),
          args: fc.dictionary(word, fc.jsonValue()),
          result: word,
        })
        .map(({ id, name, args, result }): JsonObject[] => [
          asked(id, name, JSON.stringify(args)),
          answered(id, result),
        ]),
    );
    const fields = fc.record({
      turns: fc.array(turn, { minLength: 1, maxLength: 6 }),
      stop: fc.array(word, { maxLength: 5 }),
      max: fc.nat(1000),
    });
    fc.assert(
      fc.property(fields, ({ turns, stop, max }) => {
        const call = chat({ messages: turns.flat(), stop, max_tokens: max });
        const read = googleCall(write(call).body);
        expect(told(read)).toEqual(told(call));
        expect(read.parameters.maxOutputTokens).toBe(max);
        expect(read.parameters.stop ?? []).toEqual(stop);
      }),
    );
  });
});

/** What turns say, whoever joined them. */
function told(call: ModelCall): unknown[] {
  return call.messages.flatMap(({ role, parts }) =>
    parts.map((part): unknown => {
      if (part.type === 'text') return [role, part.text];
      if (part.type === 'tool-call') return [part.id, part.name, JSON.parse(part.arguments)];
      return part.type === 'tool-result'
        ? [
            part.toolCallId,
            told({ messages: [{ role: 'tool', parts: part.parts }] } as unknown as ModelCall),
          ]
        : part.type;
    }),
  );
}

describe('googleGenerate.createWriter()', () => {
  const events = (...deltas: NeutralDelta[]): unknown[] =>
    writeStream(googleGenerate, streamCall(), deltas).map((event) => event.json());
  const envelope = { modelVersion: 'm', responseId: 'r1' };
  const start: NeutralDelta = { type: 'start', id: 'r1', model: 'm' };
  const said = (part: JsonObject): JsonObject => ({
    candidates: [{ content: { parts: [part], role: 'model' }, index: 0 }],
    ...envelope,
  });

  it('keeps calls until they are whole, and the finish reason until the end', () => {
    const choice = 0;
    expect(
      events(
        start,
        { type: 'reasoning', choice, text: 'hm' },
        { type: 'signature', choice, signature: 's' },
        { type: 'tool-call', choice, index: 0, id: 'a', name: 'f', arguments: '{"x"' },
        { type: 'tool-call', choice, index: 1, id: 'b', name: 'g', arguments: '' },
        { type: 'tool-call', choice, index: 0, arguments: ':1}' },
        { type: 'finish', choice, reason: 'tool-calls', raw: 'tool_use' },
        { type: 'citation', choice, citation: { url: 'https://x.test', quote: 'q' } },
        { type: 'usage', usage: { inputTokens: 9, outputTokens: 5, reasoningTokens: 2 } },
      ),
    ).toEqual([
      said({ text: 'hm', thought: true }),
      said({ text: '', thought: true, thoughtSignature: 's' }),
      said({ functionCall: { id: 'a', name: 'f', args: { x: 1 } } }),
      said({ functionCall: { id: 'b', name: 'g', args: {} } }),
      {
        candidates: [
          {
            content: { parts: [{ text: '' }], role: 'model' },
            index: 0,
            finishReason: 'STOP',
            groundingMetadata: {
              groundingChunks: [{ web: { uri: 'https://x.test', title: '' } }],
              groundingSupports: [{ segment: { text: 'q' }, groundingChunkIndices: [0] }],
            },
          },
        ],
        usageMetadata: {
          promptTokenCount: 9,
          candidatesTokenCount: 3,
          thoughtsTokenCount: 2,
          totalTokenCount: 14,
        },
        ...envelope,
      },
    ]);
  });

  it('ends in an error of Google’s form, and nothing after it', () => {
    expect(
      events(start, { type: 'error', error: { message: 'Busy', type: 'x', status: 503 } }),
    ).toEqual([
      {
        error: {
          code: 503,
          message: 'Busy',
          status: 'UNAVAILABLE',
          details: [
            {
              '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
              reason: 'x',
              domain: 'wintergate',
            },
          ],
        },
      },
    ]);
  });
});
