import { openaiErrorFormat } from '@wintergate/core';
import { expect, it } from 'vitest';
import {
  chatAnswerFields,
  chatNeutralFields,
  embeddingAnswerFields,
  embeddingNeutralFields,
} from './identity.ts';
import { openaiChat } from './openai-chat.ts';
import {
  expectValid,
  propertiesOf,
  schemaFile,
  schemas,
  validator,
} from './openai-schema-support.ts';
import {
  chatCall,
  chunk,
  chunksOf,
  describeData,
  eventsOf,
  frames,
  usageChunk,
} from './test-support.ts';
import type { JsonObject } from './types.ts';

const fullReply: JsonObject = {
  id: 'chatcmpl-1',
  object: 'chat.completion',
  created: 1,
  model: 'm',
  choices: [
    {
      index: 0,
      message: { role: 'assistant', content: 'Hello', refusal: null },
      logprobs: {
        content: [{ token: 'Hello', logprob: -0.1, bytes: [72], top_logprobs: [] }],
        refusal: null,
      },
      finish_reason: 'stop',
    },
    {
      index: 1,
      message: {
        role: 'assistant',
        content: null,
        refusal: null,
        tool_calls: [{ id: 't', type: 'function', function: { name: 'f', arguments: '{"a":1}' } }],
      },
      logprobs: null,
      finish_reason: 'tool_calls',
    },
    {
      index: 2,
      message: { role: 'assistant', content: null, refusal: 'No.' },
      logprobs: null,
      finish_reason: 'stop',
    },
  ],
  usage: { prompt_tokens: 9, completion_tokens: 2, total_tokens: 11 },
  service_tier: 'default',
  system_fingerprint: 'fp',
};

describeData('the published OpenAI schema', schemaFile, () => {
  it('has no request field whose effect on the answer is undecided', () => {
    const all = schemas();
    const decided = (known: ReadonlySet<string>[], name: string): string[] =>
      [...propertiesOf(all[name] as JsonObject, all)].filter(
        (field) => !known.some((set) => set.has(field)),
      );
    expect(decided([chatAnswerFields, chatNeutralFields], 'CreateChatCompletionRequest')).toEqual(
      [],
    );
    expect(
      decided([embeddingAnswerFields, embeddingNeutralFields], 'CreateEmbeddingRequest'),
    ).toEqual([]);
    expect([...chatAnswerFields].filter((field) => chatNeutralFields.has(field))).toEqual([]);
  });

  it('accepts what a stored reply is replayed as', () => {
    const validate = validator('CreateChatCompletionStreamResponse');
    const call = chatCall({ stream: true, stream_options: { include_usage: true } });
    const chunks = chunksOf(openaiChat.replay(fullReply, call));
    expect(chunks.length).toBe(7);
    expect(validate({ ...chunks[0], choices: [{ index: 0, delta: {} }] })).toBe(false);
    for (const item of chunks) expectValid(validate, item);
  });

  it('accepts what a stream is assembled into', () => {
    const validate = validator('CreateChatCompletionResponse');
    const streams = [
      frames([
        chunk({ role: 'assistant', content: '' }),
        chunk({ content: 'a' }),
        chunk({}, 'stop'),
        usageChunk,
      ]),
      frames([
        chunk({ role: 'assistant', content: null }),
        chunk({
          tool_calls: [
            { index: 0, id: 't', type: 'function', function: { name: 'f', arguments: '' } },
          ],
        }),
        chunk({}, 'tool_calls'),
      ]),
      frames([chunk({ refusal: 'No.' }), chunk({}, 'stop')]),
      frames([
        chunk({ function_call: { name: 'f', arguments: '{}' } }),
        chunk({}, 'function_call'),
      ]),
      frames([
        chunk({
          tool_calls: [{ index: 0, id: 't', type: 'custom', custom: { name: 'c', input: 'x' } }],
        }),
        chunk({}, 'tool_calls'),
      ]),
    ];
    for (const stream of streams) {
      const assembler = openaiChat.createAssembler(chatCall());
      for (const event of eventsOf(stream)) assembler.push(event);
      expectValid(validate, assembler.result(), stream);
      expectValid(
        validate,
        assembler.result({
          inputTokens: 3,
          cachedInputTokens: 1,
          outputTokens: 2,
          reasoningTokens: 1,
        }),
      );
    }
  });

  it('accepts edited, blocked and inserted text', () => {
    const validateReply = validator('CreateChatCompletionResponse');
    const edits = new Map([
      ['0:text', 'changed'],
      ['1:tool:0', '{}'],
      ['2:refusal', 'changed'],
    ]);
    expectValid(validateReply, openaiChat.writeReplyText(fullReply, edits));
    expectValid(validateReply, openaiChat.writeReplyText(fullReply, edits, true));
    expectValid(validateReply, openaiChat.writeReplyText(fullReply, new Map(), true));
    const validateChunk = validator('CreateChatCompletionStreamResponse');
    const editor = openaiChat.createEditor(chatCall());
    const [first] = editor.blockedEnding();
    expectValid(validateChunk, first?.json());
    for (const event of eventsOf(openaiChat.replay(fullReply, chatCall({ stream: true })))) {
      const { pieces } = editor.read(event);
      const written = editor.write(event, new Map(pieces.map(({ channel }) => [channel.id, 'x'])));
      if (written.data !== '[DONE]') expectValid(validateChunk, written.json());
      for (const { channel } of pieces)
        expectValid(validateChunk, editor.textEvent(channel, 'y').json());
    }
  });

  it('accepts the error body', () => {
    const { body } = openaiErrorFormat.body({
      status: 400,
      type: 'invalid_request_error',
      message: 'No',
    });
    expectValid(validator('ErrorResponse'), JSON.parse(body));
  });
});
