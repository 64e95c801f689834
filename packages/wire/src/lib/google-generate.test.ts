import { compose, RequestError, toHandler } from '@wintergate/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dialects } from './dialects.ts';
import { googleGenerate } from './google-generate.ts';
import { base, googleCall, streamCall } from './google-generate-test-support.ts';
import { readCall, rewriteCall } from './read-call.ts';
import type { JsonObject } from './types.ts';

const call = googleCall({
  systemInstruction: { role: 'user', parts: [{ text: 'Be brief.' }, { text: 'Be kind.' }] },
  contents: [
    {
      role: 'user',
      parts: [
        { text: 'What is this?' },
        { inlineData: { mimeType: 'image/png', data: 'AAAA' } },
        { inlineData: { mimeType: 'audio/wav', data: 'BBBB' } },
        { fileData: { mimeType: 'image/jpeg', fileUri: 'https://x.test/a.jpg' } },
        {
          fileData: {
            mimeType: 'application/pdf',
            fileUri: 'https://generativelanguage.googleapis.com/v1beta/files/abc',
          },
        },
        { hologram: { text: 'odd' } },
      ],
    },
    {
      role: 'model',
      parts: [
        { text: 'hm', thought: true, thoughtSignature: 's0' },
        { text: 'Looking.' },
        { functionCall: { name: 'f', args: { a: 1, type: 'odd' } }, thoughtSignature: 's1' },
        { functionCall: { id: 'x', name: 'f', args: { a: 2 } } },
      ],
    },
    {
      role: 'user',
      parts: [
        { functionResponse: { name: 'f', response: { result: 'one' } } },
        { functionResponse: { id: 'x', name: 'f', response: { a: { id: 'deep' } } } },
      ],
    },
    { role: 'function', parts: [{ functionResponse: { name: 'g', response: { error: 'no' } } }] },
  ],
  tools: [
    {
      functionDeclarations: [
        {
          name: 'f',
          description: 'Does f',
          parameters: {
            type: 'OBJECT',
            properties: { type: { type: 'STRING', nullable: true, description: 'The type' } },
            required: ['type'],
          },
        },
        { name: 'g', parametersJsonSchema: { type: 'object' } },
      ],
    },
    { googleSearch: {} },
  ],
  toolConfig: { functionCallingConfig: { mode: 'ANY', allowedFunctionNames: ['f'] } },
  generationConfig: {
    temperature: 0.5,
    topP: 0.9,
    topK: 40,
    maxOutputTokens: 6,
    stopSequences: ['end'],
    seed: 7,
    candidateCount: 2,
    presencePenalty: 0.1,
    frequencyPenalty: 0.2,
    responseLogprobs: true,
    logprobs: 3,
    responseMimeType: 'application/json',
    responseSchema: { type: 'ARRAY', items: { type: 'STRING' }, description: 'A list' },
    responseModalities: ['TEXT', 'IMAGE'],
    thinkingConfig: { thinkingLevel: 'LOW', thinkingBudget: 512, includeThoughts: true },
    speechConfig: {},
  },
  safetySettings: [],
  labels: { team: 'a' },
});

describe('googleGenerate.matches()', () => {
  it.each([
    '/v1beta/models/gemini-3-flash:generateContent',
    '/v1beta/models/gemini-3-flash:streamGenerateContent',
    '/v1beta/tunedModels/mine:generateContent',
    '/v1/projects/p/locations/l/publishers/google/models/gemini-3-flash:generateContent',
    '/v1/projects/p/locations/l/endpoints/123:generateContent',
    // Spellings that an upstream may take for the same.
    '/v1beta/models/m%3AgenerateContent',
    '/v1beta/models/m%253AgenerateContent',
    '/v1beta//models/m:generateContent/',
    '/v1beta/models/m:GENERATECONTENT',
    '/v1beta/models/a%2Fb:generateContent',
    '/v1beta/models/m:generateContent;x=1',
  ])('knows %s', (path) => {
    expect(googleGenerate.matches({ method: 'POST', path, headers: new Headers() })).toBe('chat');
  });

  it('looks at a long path once', () => {
    const path = `/${'a'.repeat(200_000)}${':b'.repeat(100_000)}/c:generateContent`;
    const started = performance.now();
    expect(googleGenerate.matches({ method: 'POST', path, headers: new Headers() })).toBe('chat');
    expect(performance.now() - started).toBeLessThan(2000);
  });

  it.each([
    ['POST', '/v1beta/models/m:countTokens'],
    ['POST', '/v1beta/models/m:embedContent'],
    ['POST', '/v1beta/models/m:batchGenerateContent'],
    ['POST', '/v1beta/models/generateContent'],
    ['POST', '/v1/chat/completions'],
    ['GET', '/v1beta/models/m:generateContent'],
  ])('leaves %s %s alone', (method, path) => {
    expect(googleGenerate.matches({ method, path, headers: new Headers() })).toBeUndefined();
  });
});

describe('the model of a path', () => {
  const read = (path: string, body: JsonObject = {}): string | undefined =>
    googleGenerate.readCall(
      { contents: [{ parts: [{ text: 'x' }] }], ...body },
      'chat',
      new URL(path, 'http://gateway.test'),
    ).model;

  it('is read, with the collection where it is none of Google’s own', () => {
    expect(read('/v1beta/models/gemini-3-flash:generateContent')).toBe('gemini-3-flash');
    expect(read('/v1beta/tunedModels/mine:generateContent')).toBe('tunedModels/mine');
    expect(read('/v1/projects/p/locations/l/publishers/google/models/m:generateContent')).toBe('m');
    expect(read('/v1/projects/p/locations/l/endpoints/123:generateContent')).toBe('endpoints/123');
  });

  it('is the only one that a body may name', () => {
    expect(read('/v1beta/models/m:generateContent', { model: 'models/m' })).toBe('m');
    expect(() => read('/v1beta/models/m:generateContent', { model: 'models/other' })).toThrow(
      "Name in 'model' the model of the path, or leave it out",
    );
  });

  it('moves with a rewritten call, and the body says nothing of it', async () => {
    const seen: unknown[] = [];
    const handler = toHandler(compose(dialects(googleGenerate)), async (request, context) => {
      if (context === undefined) throw new Error('Expected a context');
      const given = await readCall(request, context);
      if (given === undefined) throw new Error('Expected a call');
      for (const model of ['other', 'tunedModels/mine', 'a/../../b?x']) {
        const moved = rewriteCall(request, googleGenerate.withModel(given, model), context);
        const again = await readCall(moved, context);
        seen.push([new URL(moved.url).pathname, again?.model, await context.json(moved)]);
      }
      return new Response('ok');
    });
    const body = { contents: [{ parts: [{ text: 'x' }] }] };
    await handler(
      new Request(`${base}:streamGenerateContent?alt=sse`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      }),
    );
    const path = (model: string): string => `/v1beta/${model}:streamGenerateContent`;
    expect(seen).toEqual([
      [path('models/other'), 'other', expect.objectContaining(body)],
      [path('tunedModels/mine'), 'tunedModels/mine', expect.objectContaining(body)],
      [path('models/a%2F..%2F..%2Fb%3Fx'), 'a/../../b?x', expect.objectContaining(body)],
    ]);
    for (const [, , sent] of seen as [string, string, JsonObject][])
      expect(JSON.parse(JSON.stringify(sent))).toEqual(body);
  });

  it('stays in its place under Vertex AI’s paths', () => {
    const url = new URL(
      'http://gateway.test/v1/projects/p/locations/l/publishers/google/models/m:generateContent?x=1',
    );
    const given = googleGenerate.readCall({ contents: [{ parts: [{ text: 'x' }] }] }, 'chat', url);
    expect(googleGenerate.urlFor?.(given, url)).toBe(url);
    const moved = googleGenerate.readCall(googleGenerate.withModel(given, 'n'), 'chat', url);
    expect(googleGenerate.urlFor?.(moved, url).href).toBe(
      'http://gateway.test/v1/projects/p/locations/l/publishers/google/models/n:generateContent?x=1',
    );
  });
});

describe('googleGenerate.readCall()', () => {
  it('reads turns in neutral form', () => {
    expect(call.system).toBe('Be brief.\nBe kind.');
    expect(call.messages).toMatchObject([
      {
        role: 'user',
        parts: [
          { type: 'text', text: 'What is this?' },
          { type: 'image', mediaType: 'image/png', data: 'AAAA' },
          { type: 'audio', mediaType: 'audio/wav', data: 'BBBB' },
          { type: 'image', mediaType: 'image/jpeg', url: 'https://x.test/a.jpg' },
          { type: 'file', fileId: 'https://generativelanguage.googleapis.com/v1beta/files/abc' },
          { type: 'unknown', raw: { hologram: { text: 'odd' } } },
        ],
      },
      {
        role: 'assistant',
        parts: [
          { type: 'reasoning', text: 'hm', signature: 's0' },
          { type: 'text', text: 'Looking.' },
          { type: 'tool-call', id: 'call_0', name: 'f', signature: 's1' },
          { type: 'tool-call', id: 'x', name: 'f', arguments: '{"a":2}' },
        ],
      },
      {
        role: 'tool',
        parts: [
          {
            type: 'tool-result',
            toolCallId: 'call_0',
            name: 'f',
            parts: [{ type: 'text', text: 'one' }],
          },
          { toolCallId: 'x', parts: [{ type: 'text', text: '{"a":{"id":"deep"}}' }] },
        ],
      },
      { role: 'tool', parts: [{ name: 'g', isError: true, parts: [{ text: 'no' }] }] },
    ]);
  });

  it('reads tools, their schemas as JSON Schema', () => {
    expect(call.tools).toEqual([
      {
        name: 'f',
        description: 'Does f',
        parameters: {
          type: 'object',
          properties: { type: { type: ['string', 'null'], description: 'The type' } },
          required: ['type'],
        },
      },
      { name: 'g', parameters: { type: 'object' } },
      { name: 'googleSearch', raw: { googleSearch: {} } },
    ]);
  });

  it('reads parameters, and names the fields that have no neutral form', () => {
    expect(call.parameters).toEqual({
      temperature: 0.5,
      topP: 0.9,
      topK: 40,
      maxOutputTokens: 6,
      stop: ['end'],
      seed: 7,
      choices: 2,
      presencePenalty: 0.1,
      frequencyPenalty: 0.2,
      logprobs: true,
      topLogprobs: 3,
      reasoningEffort: 'low',
      reasoningBudget: 512,
      includeReasoning: true,
      responseFormat: {
        type: 'json-schema',
        schema: { type: 'array', items: { type: 'string' }, description: 'A list' },
      },
      toolChoice: { mode: 'required', name: 'f' },
      metadata: { team: 'a' },
    });
    expect(call.unmapped).toEqual([
      'safetySettings',
      'generationConfig.responseModalities',
      'generationConfig.speechConfig',
    ]);
  });

  it.each<[JsonObject, unknown]>([
    [{ mode: 'AUTO' }, { mode: 'auto' }],
    [{ mode: 'NONE' }, { mode: 'none' }],
    [{ mode: 'ANY' }, { mode: 'required' }],
    [
      { mode: 'VALIDATED', allowedFunctionNames: ['f'] },
      { mode: 'auto', allowed: ['f'] },
    ],
    [
      { mode: 'ANY', allowedFunctionNames: ['f', 'g'] },
      { mode: 'required', allowed: ['f', 'g'] },
    ],
    [{ mode: 'MODE_UNSPECIFIED' }, undefined],
  ])('reads the calling mode %j', (functionCallingConfig, expected) => {
    const { parameters } = googleCall({ toolConfig: { functionCallingConfig } });
    expect(parameters.toolChoice).toEqual(expected);
  });

  it('streams by its path', () => {
    expect([googleCall().stream, streamCall().stream]).toEqual([false, true]);
  });

  it('takes both spellings of a name, and a list of one without its brackets', () => {
    const other = googleCall({
      contents: {
        parts: [{ text: 'Hi' }, { inline_data: { mime_type: 'image/png', data: 'AAAA' } }],
      },
      system_instruction: { parts: { text: 'Be brief.' } },
      tools: { function_declarations: { name: 'f', parameters: { properties: { a_b: {} } } } },
      tool_config: { function_calling_config: { mode: 'ANY', allowed_function_names: 'f' } },
      generation_config: { max_output_tokens: 5, stop_sequences: 'x' },
    });
    expect(other.body).toEqual({
      contents: [
        { parts: [{ text: 'Hi' }, { inlineData: { mimeType: 'image/png', data: 'AAAA' } }] },
      ],
      systemInstruction: { parts: [{ text: 'Be brief.' }] },
      tools: [{ functionDeclarations: [{ name: 'f', parameters: { properties: { a_b: {} } } }] }],
      toolConfig: { functionCallingConfig: { mode: 'ANY', allowedFunctionNames: ['f'] } },
      generationConfig: { maxOutputTokens: 5, stopSequences: ['x'] },
    });
    expect(googleGenerate.segments(other).map(({ text }) => text)).toEqual(['Be brief.', 'Hi']);
  });

  it('leaves a body in the usual spelling as it is', () => {
    const body = { contents: [{ parts: [{ functionCall: { name: 'f', args: { a_b: 1 } } }] }] };
    expect(googleGenerate.readCall(body, 'chat', new URL(`${base}:generateContent`)).body).toBe(
      body,
    );
  });

  it('refuses a field in two spellings, of which an upstream would read only one', () => {
    expect(() =>
      googleCall({
        systemInstruction: { parts: [{ text: 'a' }] },
        system_instruction: { parts: [{ text: 'b' }] },
      }),
    ).toThrow("Write 'systemInstruction' once: the body has it in two spellings");
  });

  it.each<[JsonObject, string]>([
    [{ contents: null }, "Expected an array for 'contents', got null"],
    [{ contents: [] }, "Expected at least one turn for 'contents', got an empty array"],
    [
      { contents: [{ parts: [{ text: 1 }] }] },
      "Expected a string for 'contents[0].parts[0].text', got 1",
    ],
    [
      { contents: [{ parts: [{ functionCall: { name: 'f', args: 'x' } }] }] },
      "Expected an object for 'contents[0].parts[0].functionCall.args', got a string",
    ],
    [
      { generationConfig: { maxOutputTokens: 'x' } },
      "Expected an integer of at least 0 for 'generationConfig.maxOutputTokens', got a string",
    ],
    [
      { tools: [{ functionDeclarations: [{}] }] },
      "Expected a string for 'tools[0].functionDeclarations[0].name', got nothing",
    ],
  ])('refuses %j', (fields, message) => {
    expect(() => googleCall(fields)).toThrow(message);
  });

  it('throws nothing but its own error, whatever comes', () => {
    const url = new URL(`${base}:generateContent`);
    const odd = fc.jsonValue();
    const bodies = fc.oneof(
      odd,
      fc.record({ contents: odd, tools: odd, generation_config: odd, systemInstruction: odd }),
      fc.record({ contents: fc.array(fc.record({ role: odd, parts: fc.array(odd) })) }),
    );
    fc.assert(
      fc.property(bodies, (body) => {
        try {
          const read = googleGenerate.readCall(body, 'chat', url);
          googleGenerate.segments(read);
          googleGenerate.identity(read);
          JSON.stringify([read.system, read.messages, read.tools, read.parameters, read.unmapped]);
        } catch (error) {
          expect(RequestError.isInstance(error)).toBe(true);
        }
      }),
    );
  });
});

describe('googleGenerate.segments()', () => {
  it('finds every text, inside of arguments and results too', () => {
    const found = googleGenerate.segments(call).map(({ role, path, text }) => [role, path, text]);
    const turn = (at: number, rest: string): string => `contents[${at}].parts${rest}`;
    expect(found).toEqual([
      ['system', 'systemInstruction.parts[0].text', 'Be brief.'],
      ['system', 'systemInstruction.parts[1].text', 'Be kind.'],
      ['user', turn(0, '[0].text'), 'What is this?'],
      ['user', turn(0, '[5].hologram.text'), 'odd'],
      ['assistant', turn(1, '[0].text'), 'hm'],
      ['assistant', turn(1, '[1].text'), 'Looking.'],
      ['tool-arguments', turn(1, '[2].functionCall.args.type'), 'odd'],
      ['tool-result', turn(2, '[0].functionResponse.response.result'), 'one'],
      ['tool-result', turn(2, '[1].functionResponse.response.a.id'), 'deep'],
      ['tool-result', turn(3, '[0].functionResponse.response.error'), 'no'],
      ['tool-definition', 'tools[0].functionDeclarations[0].description', 'Does f'],
      [
        'tool-definition',
        'tools[0].functionDeclarations[0].parameters.properties.type.description',
        'The type',
      ],
      ['tool-definition', 'generationConfig.responseSchema.description', 'A list'],
    ]);
  });

  it('are written back, and everything else is kept', () => {
    const path = 'contents[1].parts[2].functionCall.args.type';
    const body = googleGenerate.writeSegments(call, new Map([[path, 'X']]));
    expect(body).not.toEqual(call.body);
    expect(JSON.parse(JSON.stringify(body).replace('"type":"X"', '"type":"odd"'))).toEqual(
      call.body,
    );
  });
});
