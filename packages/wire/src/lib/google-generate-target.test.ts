import { readdirSync, readFileSync } from 'node:fs';
import { createSseDecoder } from '@wintergate/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { googleGenerate } from './google-generate.ts';
import { openaiChat } from './openai-chat.ts';
import type { Notice } from './target-dialect.ts';
import { chatCall, dataPath, describeData, eventsOf, replyOf, toldBy } from './test-support.ts';
import type { JsonObject, NeutralDelta } from './types.ts';

function written(fields: JsonObject): { body: JsonObject; path: string; notices: Notice[] } {
  const notices: Notice[] = [];
  const call = chatCall({ model: 'gemini-3-pro', ...fields });
  const { body, path } = googleGenerate.writeCall(call, {
    notice: (notice) => notices.push(notice),
  });
  return { body, path, notices };
}

function stream(...chunks: JsonObject[]): string {
  return chunks.map((chunk) => `data: ${JSON.stringify(chunk)}\r\n\r\n`).join('');
}

function decode(text: string, call = chatCall()): { deltas: NeutralDelta[]; complete: boolean } {
  const decoder = googleGenerate.createDecoder(call);
  return {
    deltas: eventsOf(text).flatMap((event) => [...decoder.push(event)]),
    complete: decoder.complete,
  };
}

const chunk = (parts: JsonObject[], finishReason?: string, usage?: JsonObject): JsonObject => ({
  responseId: 'r1',
  modelVersion: 'm',
  candidates: [
    { content: { role: 'model', parts }, index: 0, ...(finishReason ? { finishReason } : {}) },
  ],
  ...(usage === undefined ? {} : { usageMetadata: usage }),
});

describe('googleGenerate.writeCall()', () => {
  it('writes a conversation with tools, whose results name their function', () => {
    const { body, path, notices } = written({
      messages: [
        { role: 'system', content: 'Be brief.' },
        { role: 'user', content: [{ type: 'text', text: 'Weather?' }] },
        {
          role: 'assistant',
          content: null,
          tool_calls: [
            { id: 'a', type: 'function', function: { name: 'w', arguments: '{"city":"Oslo"}' } },
            { id: 'b', type: 'function', function: { name: 'x', arguments: '' } },
          ],
        },
        { role: 'tool', tool_call_id: 'a', content: '{"sky":"grey"}' },
        { role: 'tool', tool_call_id: 'b', content: 'sun' },
      ],
      tools: [{ type: 'function', function: { name: 'w', parameters: { type: 'object' } } }],
      tool_choice: { type: 'function', function: { name: 'w' } },
      max_completion_tokens: 50,
      stop: ['1', '2', '3', '4', '5', '6'],
      n: 2,
      seed: 7,
      reasoning_effort: 'none',
      response_format: {
        type: 'json_schema',
        json_schema: { name: 'r', schema: { type: 'object' } },
      },
      stream: true,
    });
    expect(path).toBe('/models/gemini-3-pro:streamGenerateContent?alt=sse');
    expect(body).toEqual({
      systemInstruction: { parts: [{ text: 'Be brief.' }] },
      contents: [
        { role: 'user', parts: [{ text: 'Weather?' }] },
        {
          role: 'model',
          parts: [
            {
              functionCall: { id: 'a', name: 'w', args: { city: 'Oslo' } },
              thoughtSignature: 'skip_thought_signature_validator',
            },
            { functionCall: { id: 'b', name: 'x', args: {} } },
          ],
        },
        {
          role: 'user',
          parts: [
            { functionResponse: { id: 'a', name: 'w', response: { sky: 'grey' } } },
            { functionResponse: { id: 'b', name: 'x', response: { result: 'sun' } } },
          ],
        },
      ],
      generationConfig: {
        maxOutputTokens: 50,
        candidateCount: 2,
        seed: 7,
        stopSequences: ['1', '2', '3', '4', '5'],
        responseMimeType: 'application/json',
        responseJsonSchema: { type: 'object' },
        thinkingConfig: { thinkingLevel: 'MINIMAL' },
      },
      tools: [{ functionDeclarations: [{ name: 'w', parametersJsonSchema: { type: 'object' } }] }],
      toolConfig: { functionCallingConfig: { mode: 'ANY', allowedFunctionNames: ['w'] } },
    });
    expect(notices.map(({ field, action }) => [field, action])).toEqual([
      ['stop', 'drop'],
      ['reasoning_effort', 'clamp'],
    ]);
  });

  it('thinks by a budget where the model is of the second generation', () => {
    const { body } = written({ model: 'gemini-2.5-flash', reasoning_effort: 'medium' });
    expect(body['generationConfig']).toEqual({ thinkingConfig: { thinkingBudget: 8192 } });
  });

  it('writes bytes, and refuses a picture that it would have to fetch', () => {
    const image = (url: string): JsonObject => ({
      messages: [{ role: 'user', content: [{ type: 'image_url', image_url: { url } }] }],
    });
    const { body } = written(image('data:image/webp;base64,AAAA'));
    expect(body['contents']).toEqual([
      { role: 'user', parts: [{ inlineData: { mimeType: 'image/webp', data: 'AAAA' } }] },
    ]);
    expect(() => written(image('https://x.test/a.png'))).toThrowError(
      expect.objectContaining({ details: expect.objectContaining({ param: 'messages[0]' }) }),
    );
  });

  it.each([
    ['metadata', { metadata: { a: 'b' } }],
    ['user', { user: 'ann' }],
    ['parallel_tool_calls', { parallel_tool_calls: false }],
  ])('drops %s and says so', (field, fields) => {
    expect(written(fields as JsonObject).notices).toEqual([{ field, action: 'drop' }]);
  });
});

describe('googleGenerate streams', () => {
  const usage = { promptTokenCount: 9, candidatesTokenCount: 2, thoughtsTokenCount: 3 };

  it('tell text, thoughts, whole calls, and the end with the last finish reason', () => {
    const { deltas, complete } = decode(
      stream(
        chunk([{ text: 'Hm.', thought: true }], undefined, { promptTokenCount: 9 }),
        chunk([{ text: 'Hel' }]),
        chunk([{ text: 'lo.' }, { functionCall: { id: 'c1', name: 'f', args: { a: 1 } } }]),
        chunk([{ text: '' }], 'STOP', usage),
      ),
    );
    expect(complete).toBe(true);
    expect(replyOf(deltas)).toEqual({
      id: 'r1',
      model: 'm',
      choices: [
        {
          text: 'Hello.',
          reasoning: 'Hm.',
          refusal: '',
          toolCalls: [{ id: 'c1', name: 'f', arguments: '{"a":1}' }],
          finish: 'tool-calls',
        },
      ],
      usage: { inputTokens: 9, outputTokens: 5, reasoningTokens: 3 },
    });
    expect(deltas.at(-1)).toEqual({ type: 'done' });
  });

  it('give every call an id of its own', () => {
    const call = { functionCall: { name: 'f', args: {} } };
    const { deltas } = decode(stream(chunk([call, call], 'STOP')));
    const ids = deltas.flatMap((delta) => (delta.type === 'tool-call' ? [delta.id] : []));
    expect(new Set(ids).size).toBe(2);
    expect(ids).toEqual(['call_r1_0_0', 'call_r1_0_1']);
    const { responseId: _, ...nameless } = chunk([call], 'STOP');
    const [a, b] = [0, 1].map(
      () => replyOf(decode(stream(nameless)).deltas).choices[0]?.toolCalls[0]?.id,
    );
    expect(a).not.toBe(b);
  });

  it('are done when all candidates are', () => {
    const two = chatCall({ n: 2 });
    const other = (index: number): JsonObject => ({
      candidates: [{ index, content: { parts: [{ text: 'x' }] }, finishReason: 'STOP' }],
    });
    expect(decode(stream(other(0)), two).complete).toBe(false);
    expect(decode(stream(other(0), other(1)), two).complete).toBe(true);
  });

  it('tell a blocked prompt, an error, and a cut', () => {
    expect(
      replyOf(decode(stream({ promptFeedback: { blockReason: 'SAFETY' } })).deltas),
    ).toMatchObject({ choices: [{ finish: 'content-filter' }] });
    const error = { code: 503, message: 'The model is overloaded', status: 'UNAVAILABLE' };
    const failed = decode(stream(chunk([{ text: 'Hi' }]), { error }));
    expect(failed.complete).toBe(false);
    expect(failed.deltas.at(-1)).toEqual({
      type: 'error',
      error: {
        message: 'The model is overloaded',
        status: 503,
        type: 'overloaded_error',
        code: 'UNAVAILABLE',
      },
    });
    expect(decode(stream(chunk([{ text: 'Hi' }]))).complete).toBe(false);
  });

  it('survive anything', () => {
    fc.assert(
      fc.property(fc.array(fc.jsonValue(), { maxLength: 5 }), (values) => {
        expect(() =>
          decode(values.map((one) => `data: ${JSON.stringify(one)}\n\n`).join('')),
        ).not.toThrow();
      }),
    );
  });
});

interface Recording {
  readonly response: { readonly status: number; readonly body: unknown };
}

const recordings = 'conformance/pydantic-ai-recordings/';

function read(folder: string, kind: RegExp): [string, string][] {
  return readdirSync(dataPath(folder))
    .filter((name) => kind.test(name))
    .map((name) => [`${folder}${name}`, readFileSync(dataPath(folder + name), 'utf8')]);
}

describeData('recorded Google traffic', recordings, () => {
  const folders = [`${recordings}google/`, `${recordings}vertex/`];

  it('streams are complete, in any split, and come out the same in OpenAI chat', () => {
    const streams = folders.flatMap((folder) => read(folder, /^streamGenerateContent\.sse/));
    expect(streams.length).toBeGreaterThan(6);
    for (const [name, file] of streams) {
      const text = (JSON.parse(file) as Recording).response.body as string;
      const { deltas, complete } = decode(text);
      expect([name, complete]).toEqual([name, true]);
      const told = replyOf(deltas);
      const sse = createSseDecoder();
      const decoder = googleGenerate.createDecoder(chatCall());
      const bytes = new TextEncoder().encode(text);
      const pieces: NeutralDelta[] = [];
      for (let at = 0; at < bytes.length; at += 11)
        for (const event of sse.push(bytes.subarray(at, at + 11)))
          pieces.push(...decoder.push(event));
      expect(replyOf(pieces).choices[0]?.text, name).toBe(told.choices[0]?.text);
      const call = chatCall({ stream: true, stream_options: { include_usage: true } });
      const writer = openaiChat.createWriter(call);
      const events = [...deltas.flatMap((delta) => [...writer.push(delta)]), ...writer.end()];
      const again = openaiChat.createDecoder(call);
      const chat = replyOf(events.flatMap((event) => [...again.push(event)]));
      expect(again.complete, name).toBe(true);
      expect(chat.choices[0]?.text, name).toBe(told.choices[0]?.text);
      expect(chat.choices[0]?.toolCalls, name).toEqual(told.choices[0]?.toolCalls);
      expect(chat.usage?.outputTokens, name).toBe(told.usage?.outputTokens);
    }
  });

  it('replies and errors are read, and replies come out the same in OpenAI chat', () => {
    const files = folders.flatMap((folder) => read(folder, /^generateContent\.json/));
    expect(files.length).toBeGreaterThan(15);
    for (const [name, file] of files) {
      const { status, body } = (JSON.parse(file) as Recording).response;
      if (status >= 400) {
        const error = googleGenerate.readError(status, body);
        expect(error, name).toMatchObject({ status, type: expect.stringMatching(/_error$/) });
        continue;
      }
      const reply = googleGenerate.readReply(body, chatCall());
      expect([name, reply.error]).toEqual([name, undefined]);
      expect(reply.choices[0]?.finish, name).toBeDefined();
      expect(reply.usage?.inputTokens, name).toBeGreaterThan(0);
      const chat = openaiChat.readReply(openaiChat.writeReply(reply, chatCall()), chatCall());
      expect(toldBy(chat).choices[0]?.text, name).toBe(reply.choices[0]?.text);
      expect(toldBy(chat).choices[0]?.toolCalls, name).toEqual(toldBy(reply).choices[0]?.toolCalls);
      expect(chat.usage, name).toMatchObject({ outputTokens: reply.usage?.outputTokens });
    }
  });
});
