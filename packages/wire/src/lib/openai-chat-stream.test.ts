import { createSseDecoder } from '@wintergate/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isMeaningful } from './delta.ts';
import { openaiChat } from './openai-chat.ts';
import { readChatReply } from './openai-chat-reply.ts';
import {
  chatCall,
  chunk,
  deltasOf,
  eventsOf,
  frame,
  frames,
  randomStream,
  replyOf,
  toldBy,
  usageChunk,
} from './test-support.ts';
import type { JsonObject, NeutralDelta, NeutralToolCall } from './types.ts';

function assemble(stream: string): JsonObject | undefined {
  const assembler = openaiChat.createAssembler(chatCall());
  for (const event of eventsOf(stream)) assembler.push(event);
  return assembler.result();
}

function isComplete(stream: string): boolean {
  const decoder = openaiChat.createDecoder(chatCall());
  for (const event of eventsOf(stream)) decoder.push(event);
  return decoder.complete;
}

function toolCallsIn(...deltas: JsonObject[]): readonly NeutralToolCall[] {
  const stream = frames([...deltas.map((delta) => chunk(delta)), chunk({}, 'tool_calls')]);
  const calls = replyOf(deltasOf(stream)).choices[0]?.toolCalls ?? [];
  expect(toldBy(readChatReply(assemble(stream))).choices[0]?.toolCalls).toEqual(calls);
  return calls;
}

const piece = (fields: JsonObject, text: string, name?: string): JsonObject => ({
  tool_calls: [
    { ...fields, function: { ...(name === undefined ? {} : { name }), arguments: text } },
  ],
});

describe('the chat stream decoder', () => {
  it('tells every step of a stream', () => {
    const stream = frames([
      chunk({ role: 'assistant', content: '' }),
      chunk({ reasoning: 'r' }),
      chunk({ content: 'a' }),
      chunk({ refusal: 'n' }),
      chunk({}, 'stop'),
      usageChunk,
    ]);
    expect(deltasOf(stream)).toEqual([
      { type: 'start', id: 'c1', model: 'm' },
      { type: 'reasoning', choice: 0, text: 'r' },
      { type: 'text', choice: 0, text: 'a' },
      { type: 'refusal', choice: 0, text: 'n' },
      { type: 'finish', choice: 0, reason: 'stop', raw: 'stop' },
      { type: 'usage', usage: { inputTokens: 9, outputTokens: 2 } },
      { type: 'done' },
    ]);
  });

  it.each([
    ['stop', 'stop'],
    ['length', 'length'],
    ['model_length', 'length'],
    ['tool_calls', 'tool-calls'],
    ['function_call', 'tool-calls'],
    ['content_filter', 'content-filter'],
    ['something_new', 'other'],
  ])('reads the finish reason %s as %s', (raw, reason) => {
    expect(deltasOf(frames([chunk({}, raw)]))).toContainEqual({
      type: 'finish',
      choice: 0,
      reason,
      raw,
    });
  });

  it('passes over a first chunk without choices (Azure)', () => {
    const azure = {
      choices: [],
      created: 0,
      id: '',
      model: '',
      object: '',
      prompt_filter_results: [{}],
    };
    const stream = frames([azure, chunk({ content: 'a' }), chunk({}, 'stop')]);
    expect(deltasOf(stream).map(({ type }) => type)).toEqual(['start', 'text', 'finish', 'done']);
    expect(assemble(stream)).toMatchObject({
      id: 'c1',
      created: 1,
      model: 'm',
      prompt_filter_results: [{}],
    });
  });

  it('reads content in parts (Mistral)', () => {
    const thinking = (text: string): JsonObject =>
      chunk({ content: [{ type: 'thinking', thinking: [{ type: 'text', text }] }] });
    const stream = frames([
      thinking('2+'),
      thinking('2'),
      chunk({ content: '4' }),
      chunk({ content: '.' }, 'stop'),
    ]);
    expect(replyOf(deltasOf(stream)).choices[0]).toMatchObject({ reasoning: '2+2', text: '4.' });
    expect(assemble(stream)).toMatchObject({
      choices: [
        {
          message: {
            content: [
              { type: 'thinking', thinking: [{ type: 'text', text: '2+2' }] },
              { type: 'text', text: '4.' },
            ],
          },
        },
      ],
    });
  });

  it('reads an error inside of the stream, after which nothing completes it', () => {
    const inBand = `${frames([chunk({ content: 'a' })], false)}data: {"error":{"code":502,"message":"no"}}\n\n`;
    const named = frame({ event: 'error', data: '{"message":"no","status_code":400}' });
    for (const [stream, status] of [
      [inBand, 502],
      [named, 400],
    ] as const) {
      expect(deltasOf(stream).at(-1)).toMatchObject({
        type: 'error',
        error: { message: 'no', status },
      });
      const whole = stream + frames([chunk({}, 'stop')]);
      expect(isComplete(whole)).toBe(false);
      expect(assemble(whole)).toBeUndefined();
    }
  });

  it('takes the finish reason error for an error', () => {
    const stream = frames([chunk({ content: 'a' }), chunk({}, 'error')]);
    expect(deltasOf(stream).some(({ type }) => type === 'error')).toBe(true);
    expect(isComplete(stream)).toBe(false);
    expect(assemble(stream)).toBeUndefined();
  });

  it('is complete only when every choice has finished and the end marker came', () => {
    const a = chunk({ content: 'a' }, 'stop', { choice: 0 });
    const b = chunk({ content: 'b' }, null, { choice: 1 });
    expect(isComplete(frames([a, b]))).toBe(false);
    expect(isComplete(frames([a, b, chunk({}, 'stop', { choice: 1 })]))).toBe(true);
    expect(isComplete(frames([a], false))).toBe(false);
    expect(isComplete(frames([]))).toBe(false);
    expect(isComplete(frames([usageChunk]))).toBe(false);
  });

  it('decodes every chunk of a call with several choices, even when asked for the ending alone', () => {
    const decoder = openaiChat.createDecoder(chatCall({ n: 2 }), { only: 'ending' });
    const stream = frames([chunk({ content: 'b' }, null, { choice: 1 }), chunk({}, 'stop')]);
    for (const event of eventsOf(stream)) decoder.push(event);
    expect(decoder.complete).toBe(false);
  });

  it('never throws, whatever comes', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.jsonValue(), fc.string())), (values) => {
        const stream = values
          .map((value) =>
            frame({ data: typeof value === 'string' ? value : JSON.stringify(value) }),
          )
          .join('');
        deltasOf(stream);
        assemble(stream);
        const editor = openaiChat.createEditor(chatCall());
        for (const event of eventsOf(stream)) {
          const { pieces } = editor.read(event);
          editor.write(event, new Map(pieces.map(({ channel }) => [channel.id, ''])));
        }
      }),
    );
  });

  it('does not follow a host that never stops adding choices or tool calls', () => {
    const choices = Array.from({ length: 300 }, (_, choice) =>
      chunk({ content: 'a' }, 'stop', { choice }),
    );
    expect(isComplete(frames(choices))).toBe(false);
    expect(assemble(frames(choices))).toBeUndefined();
    const calls = Array.from({ length: 3000 }, (_, index) =>
      chunk(piece({ index, id: `t${index}` }, '', 'f')),
    );
    const indexes = deltasOf(frames(calls)).map((delta) =>
      delta.type === 'tool-call' ? delta.index : 0,
    );
    expect(Math.max(...indexes)).toBe(1023);
  });
});

describe('tool calls of a stream', () => {
  it('are told apart by index', () => {
    expect(
      toolCallsIn(
        piece({ index: 0, id: 'a', type: 'function' }, '', 'f'),
        piece({ index: 1, id: 'b', type: 'function' }, '{}', 'g'),
        piece({ index: 0 }, '{"x":1}'),
      ),
    ).toEqual([
      { id: 'a', name: 'f', arguments: '{"x":1}' },
      { id: 'b', name: 'g', arguments: '{}' },
    ]);
  });

  it('may repeat their id and name', () => {
    expect(
      toolCallsIn(
        piece({ index: 0, id: 'a' }, '{"x"', 'f'),
        piece({ index: 0, id: 'a' }, ':1}', 'f'),
      ),
    ).toEqual([{ id: 'a', name: 'f', arguments: '{"x":1}' }]);
  });

  it('may count from 1', () => {
    expect(
      toolCallsIn(piece({ index: 1, id: 'a' }, '{}', 'f'), piece({ index: 2, id: 'b' }, '{}', 'f')),
    ).toHaveLength(2);
  });

  it('may all have index 0 and an id of their own', () => {
    expect(
      toolCallsIn(
        piece({ index: 0, id: 'a' }, '{"x"', 'f'),
        piece({ index: 0 }, ':1}'),
        piece({ index: 0, id: 'b' }, '{}', 'f'),
      ),
    ).toEqual([
      { id: 'a', name: 'f', arguments: '{"x":1}' },
      { id: 'b', name: 'f', arguments: '{}' },
    ]);
  });

  it('may have no index', () => {
    expect(
      toolCallsIn(
        piece({ id: 'a' }, '{"x"', 'f'),
        piece({}, ':1}'),
        piece({ id: 'b' }, '{}', 'f'),
        piece({ id: 'a' }, ' '),
      ),
    ).toEqual([
      { id: 'a', name: 'f', arguments: '{"x":1} ' },
      { id: 'b', name: 'f', arguments: '{}' },
    ]);
  });

  it('may have neither index nor id, and a name each', () => {
    expect(toolCallsIn(piece({}, '{}', 'f'), piece({}, '{}', 'g'))).toHaveLength(2);
  });

  it('may be the deprecated function call', () => {
    const stream = frames([
      chunk({ function_call: { name: 'f', arguments: '{"x"' } }),
      chunk({ function_call: { arguments: ':1}' } }, 'function_call'),
    ]);
    expect(replyOf(deltasOf(stream)).choices[0]?.toolCalls).toEqual([
      { id: '', name: 'f', arguments: '{"x":1}' },
    ]);
    expect(assemble(stream)).toMatchObject({
      choices: [{ message: { content: null, function_call: { name: 'f', arguments: '{"x":1}' } } }],
    });
  });

  it('keep what a host adds to them', () => {
    const stream = frames([
      chunk({
        tool_calls: [
          {
            index: 0,
            id: 'a',
            type: 'function',
            function: { name: 'f', arguments: '{}' },
            extra_content: { sig: 's' },
          },
        ],
      }),
      chunk({}, 'tool_calls'),
    ]);
    expect(assemble(stream)).toMatchObject({
      choices: [{ message: { tool_calls: [{ extra_content: { sig: 's' } }] } }],
    });
  });
});

describe('the assembler', () => {
  it('makes the body that the provider would have sent', () => {
    const logprobs = (token: string): JsonObject => ({
      content: [{ token, logprob: -1 }],
      refusal: null,
    });
    const said = (delta: JsonObject, finish: string | null, told?: JsonObject): JsonObject => ({
      ...chunk({}, null, {
        service_tier: 'default',
        system_fingerprint: 'fp',
        usage: null,
        obfuscation: 'x',
      }),
      choices: [{ index: 0, delta, finish_reason: finish, logprobs: told ?? null }],
    });
    const stream = frames([
      said({ role: 'assistant', content: '', refusal: null }, null),
      said({ content: 'Hel' }, null, logprobs('Hel')),
      said({ content: 'lo' }, null, logprobs('lo')),
      said({}, 'stop'),
      { ...usageChunk, vendor: { cost: 1 } },
    ]);
    expect(assemble(stream)).toEqual({
      id: 'c1',
      object: 'chat.completion',
      created: 1,
      model: 'm',
      choices: [
        {
          index: 0,
          message: { role: 'assistant', content: 'Hello', refusal: null },
          logprobs: {
            content: [
              { token: 'Hel', logprob: -1 },
              { token: 'lo', logprob: -1 },
            ],
            refusal: null,
          },
          finish_reason: 'stop',
        },
      ],
      usage: { prompt_tokens: 9, completion_tokens: 2, total_tokens: 11 },
      service_tier: 'default',
      system_fingerprint: 'fp',
      vendor: { cost: 1 },
    });
  });

  it('writes usage that is known from elsewhere when the stream had none', () => {
    const assembler = openaiChat.createAssembler(chatCall());
    for (const event of eventsOf(frames([chunk({ content: 'a' }, 'stop')]))) assembler.push(event);
    expect(assembler.result({ inputTokens: 3, outputTokens: 1 })?.['usage']).toEqual({
      prompt_tokens: 3,
      completion_tokens: 1,
      total_tokens: 4,
    });
    expect(assembler.result()?.['usage']).toBeUndefined();
  });

  it.each([
    '{"id":"c1","choices":[{"index":0,"delta":{"content":"NOT ',
    'oops',
    '[]',
    'null',
    '"NOT"',
  ])('gives up at data that is no chunk: %s', (data) => {
    const [before, after] = [chunk({ content: 'Pay ' }), chunk({ content: 'today' }, 'stop')];
    const stream = `${frames([before], false)}${frame({ data })}${frames([after])}`;
    expect(assemble(stream)).toBeUndefined();
    expect(isComplete(stream)).toBe(false);
  });

  it('takes no empty event for a damaged one', () => {
    const stream = `${frame({ data: '' })}${frames([chunk({ content: 'a' }, 'stop')])}`;
    expect(assemble(stream)).toBeDefined();
    expect(isComplete(stream)).toBe(true);
  });

  it('gives up with arguments that break off, unless the reply says so', () => {
    const cut = (text: string, finish: string) =>
      assemble(frames([chunk(piece({ index: 0, id: 'a' }, text, 'f')), chunk({}, finish)]));
    expect(cut('{"x":', 'tool_calls')).toBeUndefined();
    expect(cut('{"x":', 'length')).toBeDefined();
    expect(cut('', 'tool_calls')).toBeDefined();
    const custom = { index: 0, id: 'a', type: 'custom', custom: { name: 'c', input: '{"x":' } };
    expect(
      assemble(frames([chunk({ tool_calls: [custom] }), chunk({}, 'tool_calls')])),
    ).toBeDefined();
    const legacy = { function_call: { name: 'f', arguments: '{"x":' } };
    expect(assemble(frames([chunk(legacy), chunk({}, 'function_call')]))).toBeUndefined();
  });

  it('gives up over its limit', () => {
    const stream = frames([chunk({ content: 'a'.repeat(2000) }), chunk({}, 'stop')]);
    const assembler = openaiChat.createAssembler(chatCall(), { maxBytes: 2000 });
    for (const event of eventsOf(stream)) assembler.push(event);
    expect(assembler.result()).toBeUndefined();
    expect(assemble(stream)).toBeDefined();
  });

  it('does not change the events, which others read too', () => {
    const events = eventsOf(
      frames([
        chunk({ annotations: [{ a: 1 }], content: [{ type: 'text', text: 'a' }] }),
        chunk({ annotations: [{ a: 2 }], content: [{ type: 'text', text: 'b' }] }, 'stop'),
      ]),
    );
    const before = events.map((event) => JSON.stringify(event.json()));
    const assembler = openaiChat.createAssembler(chatCall());
    for (const event of events) assembler.push(event);
    expect(assembler.result()).toMatchObject({
      choices: [
        { message: { annotations: [{ a: 1 }, { a: 2 }], content: [{ type: 'text', text: 'ab' }] } },
      ],
    });
    expect(events.map((event) => JSON.stringify(event.json()))).toEqual(before);
  });
});

describe('replay()', () => {
  const body: JsonObject = {
    id: 'c1',
    object: 'chat.completion',
    created: 1,
    model: 'm',
    choices: [
      {
        index: 0,
        message: { role: 'assistant', content: 'a', refusal: null },
        logprobs: null,
        finish_reason: 'stop',
      },
    ],
    usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
  };
  const replay = (fields: JsonObject): string =>
    new TextDecoder().decode(openaiChat.replay(body, chatCall(fields)));

  it('is the JSON body for a caller who does not stream', () => {
    expect(JSON.parse(replay({}))).toEqual(body);
  });

  it('tells usage only to a caller who asked for it', () => {
    expect(deltasOf(replay({ stream: true })).map(({ type }) => type)).toEqual([
      'start',
      'text',
      'finish',
      'done',
    ]);
    const asked = replay({ stream: true, stream_options: { include_usage: true } });
    expect(deltasOf(asked).map(({ type }) => type)).toEqual([
      'start',
      'text',
      'finish',
      'usage',
      'done',
    ]);
  });
});

describe('any stream', () => {
  it('decodes to what was said, however its bytes are split', () => {
    fc.assert(
      fc.property(
        randomStream,
        fc.infiniteStream(fc.integer({ min: 1, max: 40 })),
        ({ stream, said }, sizes) => {
          const bytes = new TextEncoder().encode(stream);
          const sse = createSseDecoder();
          const decoder = openaiChat.createDecoder(chatCall());
          const deltas: NeutralDelta[] = [];
          for (let at = 0; at < bytes.length; ) {
            const next = at + (sizes.next().value as number);
            for (const event of sse.push(bytes.subarray(at, next)))
              deltas.push(...decoder.push(event));
            at = next;
          }
          expect(deltas).toEqual(deltasOf(stream));
          expect(replyOf(deltas).choices).toEqual(said);
          expect(decoder.complete).toBe(true);
        },
      ),
    );
  });

  it('is never complete when cut at an event', () => {
    fc.assert(
      fc.property(randomStream, ({ stream }) => {
        const events = eventsOf(stream);
        const decoder = openaiChat.createDecoder(chatCall());
        const ending = openaiChat.createDecoder(chatCall(), { only: 'ending' });
        const assembler = openaiChat.createAssembler(chatCall());
        for (const event of events.slice(0, -1)) {
          decoder.push(event);
          ending.push(event);
          assembler.push(event);
          expect(decoder.complete || ending.complete).toBe(false);
          expect(assembler.result()).toBeUndefined();
        }
      }),
    );
  });

  it('assembles into a reply that reads, and replays, as what was said', () => {
    fc.assert(
      fc.property(randomStream, ({ stream, said }) => {
        const body = assemble(stream);
        expect(toldBy(readChatReply(body)).choices).toEqual(said);
        const call = chatCall({ stream: true, stream_options: { include_usage: true } });
        const replayed = new TextDecoder().decode(openaiChat.replay(body as JsonObject, call));
        expect(replyOf(deltasOf(replayed))).toEqual(replyOf(deltasOf(stream)));
        expect(assemble(replayed)).toEqual(body);
      }),
    );
  });
});

describe('isMeaningful()', () => {
  it('is true for something of the answer', () => {
    expect(isMeaningful({ type: 'text', choice: 0, text: 'a' })).toBe(true);
    expect(isMeaningful({ type: 'tool-call', choice: 0, index: 0, arguments: '' })).toBe(true);
    expect(isMeaningful({ type: 'refusal', choice: 0, text: '' })).toBe(false);
    expect(isMeaningful({ type: 'start' })).toBe(false);
    expect(isMeaningful({ type: 'done' })).toBe(false);
  });
});
