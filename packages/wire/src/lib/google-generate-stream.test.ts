import { createSseDecoder, createSseEvent, type SseEvent } from '@wintergate/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { filterReplyText } from './filter-reply-text.ts';
import { googleGenerate } from './google-generate.ts';
import {
  decodeGoogle,
  googleCall,
  googleChunk,
  googleFrames,
  streamCall,
} from './google-generate-test-support.ts';
import { eventsOf, frame, newContext, replyOf, streamReply } from './test-support.ts';
import type { JsonObject, ModelCall, NeutralDelta } from './types.ts';

const usageMetadata = { promptTokenCount: 9, candidatesTokenCount: 2, totalTokenCount: 11 };

function deltasOf(chunks: readonly JsonObject[], call?: ModelCall): NeutralDelta[] {
  return decodeGoogle(googleFrames(chunks), call).deltas;
}

function assemble(stream: string, call = streamCall()): JsonObject | undefined {
  const assembler = googleGenerate.createAssembler(call);
  for (const event of eventsOf(stream)) assembler.push(event);
  return assembler.result();
}

const candidate = (index: number, text: string, finishReason?: string): JsonObject => ({
  candidates: [
    {
      index,
      content: { parts: [{ text }] },
      ...(finishReason === undefined ? {} : { finishReason }),
    },
  ],
});

describe('the generateContent decoder', () => {
  it('tells every step of a stream', () => {
    const chunks = [
      googleChunk([{ text: 'r', thought: true, thoughtSignature: 's0' }], undefined, {
        createTime: '1970-01-01T00:00:07.5Z',
      }),
      googleChunk([{ text: 'a' }, { functionCall: { name: 'f' }, thoughtSignature: 's1' }]),
      googleChunk([{ functionCall: { id: 'x', name: 'g', args: { a: 1 } } }], 'STOP', {
        usageMetadata,
      }),
    ];
    expect(deltasOf(chunks)).toEqual([
      { type: 'start', id: 'r1', model: 'gemini-3-flash', created: 7 },
      { type: 'reasoning', choice: 0, text: 'r' },
      { type: 'signature', choice: 0, signature: 's0' },
      { type: 'text', choice: 0, text: 'a' },
      {
        type: 'tool-call',
        choice: 0,
        index: 0,
        id: 'call_r1_0_0',
        name: 'f',
        arguments: '{}',
        signature: 's1',
      },
      { type: 'tool-call', choice: 0, index: 1, id: 'x', name: 'g', arguments: '{"a":1}' },
      { type: 'finish', choice: 0, reason: 'tool-calls', raw: 'STOP' },
      { type: 'usage', usage: { inputTokens: 9, outputTokens: 2 } },
      { type: 'done' },
    ]);
  });

  it.each([
    ['STOP', 'stop'],
    ['MAX_TOKENS', 'length'],
    ['SAFETY', 'content-filter'],
    ['RECITATION', 'content-filter'],
    ['PROHIBITED_CONTENT', 'content-filter'],
    ['IMAGE_SAFETY', 'content-filter'],
    ['MALFORMED_FUNCTION_CALL', 'other'],
    ['SOMETHING_NEW', 'other'],
  ])('reads the finish reason %s as %s', (raw, reason) => {
    expect(deltasOf([googleChunk([{ text: 'a' }], raw)])).toContainEqual({
      type: 'finish',
      choice: 0,
      reason,
      raw,
    });
  });

  it('takes a blocked prompt for an answer that a filter stopped', () => {
    const blocked = { promptFeedback: { blockReason: 'PROHIBITED_CONTENT' }, usageMetadata };
    const { deltas, complete } = decodeGoogle(googleFrames([blocked]));
    expect(complete).toBe(true);
    expect(deltas).toMatchObject([
      { type: 'start' },
      { type: 'finish', reason: 'content-filter', raw: 'PROHIBITED_CONTENT' },
      { type: 'usage' },
      { type: 'done' },
    ]);
    expect(assemble(googleFrames([blocked]))).toEqual(blocked);
    const reply = googleGenerate.readReply(blocked, googleCall());
    expect(reply.choices).toMatchObject([{ text: '', finish: 'content-filter' }]);
    expect(googleGenerate.writeReply(reply, googleCall())).toEqual(blocked);
  });

  it('reads sources and log probabilities', () => {
    const chunk = googleChunk([{ text: 'a' }], 'STOP');
    const [only] = chunk['candidates'] as [JsonObject];
    only['groundingMetadata'] = {
      groundingChunks: [{ web: { uri: 'https://x.test', title: 'X' } }],
      groundingSupports: [{ segment: { text: 'a' }, groundingChunkIndices: [0, 7] }],
    };
    only['logprobsResult'] = {
      chosenCandidates: [{ token: 'a', logProbability: -1 }],
      topCandidates: [{ candidates: [{ token: 'b', logProbability: -2 }] }],
    };
    const logprobs = {
      content: [
        {
          token: 'a',
          logprob: -1,
          bytes: null,
          top_logprobs: [{ token: 'b', logprob: -2, bytes: null }],
        },
      ],
      refusal: null,
    };
    const deltas = deltasOf([chunk]);
    expect(deltas).toContainEqual({ type: 'logprobs', choice: 0, logprobs });
    const citation = { url: 'https://x.test', title: 'X', quote: 'a' };
    expect(deltas).toMatchObject([
      { type: 'start' },
      { type: 'text' },
      { type: 'citation', citation },
      { type: 'logprobs' },
      { type: 'finish' },
      { type: 'done' },
    ]);
    const reply = googleGenerate.readReply(chunk, googleCall());
    expect(reply.choices).toMatchObject([{ logprobs, parts: [{ citations: [citation] }] }]);
  });

  it('is complete only when every choice that was asked for has finished', () => {
    const call = streamCall({ generationConfig: { candidateCount: 2 } });
    const [a, b, c] = [candidate(0, 'a', 'STOP'), candidate(1, 'b'), candidate(1, 'c', 'STOP')];
    expect(decodeGoogle(googleFrames([a]), call).complete).toBe(false);
    expect(decodeGoogle(googleFrames([a, b]), call).complete).toBe(false);
    const { deltas, complete } = decodeGoogle(googleFrames([a, b, c]), call);
    expect(complete).toBe(true);
    expect(deltas.filter(({ type }) => type === 'done')).toHaveLength(1);
    expect(replyOf(deltas).choices.map(({ text }) => text)).toEqual(['a', 'bc']);
    expect(assemble(googleFrames([a, b, c]), call)?.['candidates']).toEqual([
      { index: 0, content: { parts: [{ text: 'a' }], role: 'model' }, finishReason: 'STOP' },
      { index: 1, content: { parts: [{ text: 'bc' }], role: 'model' }, finishReason: 'STOP' },
    ]);
    // Asked for the ending alone, the first sign of another choice must not be passed over.
    const decoder = googleGenerate.createDecoder(call, { only: 'ending' });
    for (const event of eventsOf(googleFrames([a, b]))) decoder.push(event);
    expect(decoder.complete).toBe(false);
  });

  it('reads an error inside of the stream, after which nothing completes it', () => {
    const error = { code: 503, message: 'Busy', status: 'UNAVAILABLE' };
    const stream = googleFrames([{ error }, googleChunk([{ text: 'a' }], 'STOP')]);
    const { deltas, complete } = decodeGoogle(stream);
    expect(deltas[0]).toEqual({
      type: 'error',
      error: { message: 'Busy', type: 'overloaded_error', code: 'UNAVAILABLE', status: 503 },
    });
    expect(complete).toBe(false);
    expect(assemble(stream)).toBeUndefined();
  });

  it.each(['{"candidates":[', 'oops', '[]', 'null'])('takes %s for a damaged event', (data) => {
    const stream = `${frame({ data })}${googleFrames([googleChunk([{ text: 'a' }], 'STOP')])}`;
    const { deltas, complete } = decodeGoogle(stream);
    expect(deltas[0]).toMatchObject({ type: 'error' });
    expect(complete).toBe(false);
    expect(assemble(stream)).toBeUndefined();
    const decoder = googleGenerate.createDecoder(streamCall(), { only: 'ending' });
    for (const event of eventsOf(stream)) decoder.push(event);
    expect(decoder.complete).toBe(false);
  });

  it('never throws, whatever comes', () => {
    const odd = fc.jsonValue();
    const part = fc.record(
      {
        text: odd,
        thought: odd,
        functionCall: fc.oneof(
          odd,
          fc.record({
            name: odd,
            partialArgs: fc.array(fc.record({ jsonPath: fc.string(), stringValue: odd })),
            willContinue: fc.boolean(),
          }),
        ),
      },
      { requiredKeys: [] },
    );
    const chunk = fc.record(
      {
        candidates: fc.oneof(
          odd,
          fc.array(
            fc.record(
              {
                content: fc.record({ parts: fc.array(part) }),
                finishReason: odd,
                groundingMetadata: odd,
                logprobsResult: odd,
              },
              { requiredKeys: [] },
            ),
          ),
        ),
        usageMetadata: odd,
        promptFeedback: odd,
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(odd, chunk)), (values) => {
        const stream = values.map((value) => frame({ data: JSON.stringify(value) })).join('');
        decodeGoogle(stream);
        assemble(stream);
        const editor = googleGenerate.createEditor(streamCall());
        for (const event of eventsOf(stream)) {
          const { pieces } = editor.read(event);
          editor.write(event, new Map(pieces.map(({ channel }) => [channel.id, ''])));
        }
        for (const value of values) {
          const reply = googleGenerate.readReply(value, googleCall());
          googleGenerate.writeReply({ ...reply, dialect: 'other' }, googleCall());
          googleGenerate.readError(500, value);
        }
      }),
    );
  });
});

describe('function calls in pieces', () => {
  const piece = (jsonPath: string, stringValue: string, more = false): JsonObject => ({
    functionCall: {
      partialArgs: [{ jsonPath, stringValue, ...(more ? { willContinue: true } : {}) }],
      willContinue: true,
    },
  });
  const begin = { functionCall: { name: 'f', willContinue: true }, thoughtSignature: 's' };
  const end = { functionCall: {} };
  const chunks = (...parts: JsonObject[]): JsonObject[] => [
    ...parts.map((part) => googleChunk([part])),
    googleChunk([{ text: '' }], 'STOP'),
  ];

  it('are put together by path', () => {
    const other = {
      functionCall: {
        partialArgs: [
          { jsonPath: '$.list[0].n', numberValue: 1 },
          { jsonPath: '$.list[1]', boolValue: false },
          { jsonPath: "$['a.b']", nullValue: 'NULL_VALUE' },
          { jsonPath: '$.list[900000]', numberValue: 1 },
        ],
        willContinue: true,
      },
    };
    const given = chunks(begin, piece('$.city', 'Os', true), piece('$.city', 'lo'), other, end);
    expect(replyOf(deltasOf(given)).choices[0]?.toolCalls).toEqual([
      {
        id: 'call_r1_0_0',
        name: 'f',
        arguments: '{"city":"Oslo","list":[{"n":1},false],"a.b":null}',
      },
    ]);
    expect(assemble(googleFrames(given))).toMatchObject({
      candidates: [
        { content: { parts: [{ functionCall: { name: 'f', args: { city: 'Oslo' } } }] } },
      ],
    });
  });

  it('are not whole before they say so', () => {
    expect(decodeGoogle(googleFrames(chunks(begin, piece('$.a', 'x')))).complete).toBe(false);
  });

  it('leave an editor whole, so that a filter has seen all of their text', () => {
    const editor = googleGenerate.createEditor(streamCall());
    const left = eventsOf(
      googleFrames(chunks(begin, piece('$.a', 'sec', true), piece('$.a', 'ret'), end)),
    )
      .map((event) => {
        const { pieces } = editor.read(event);
        return editor.write(
          event,
          new Map(pieces.map(({ channel, text }) => [channel.id, text.replace('secret', '***')])),
        );
      })
      .map(({ data }) => data);
    expect(left.join('')).not.toMatch(/sec|ret/);
    expect(left[3]).toContain('"args":{"a":"***"}');
  });
});

describe('the assembler', () => {
  it('makes the body that Google would have sent', () => {
    const stream = googleFrames([
      googleChunk([{ text: 'Th', thought: true }]),
      googleChunk([{ text: 'ink', thought: true }, { text: 'Hel' }]),
      googleChunk([{ text: 'lo' }, { executableCode: { code: '1' } }, { text: 'x' }]),
      googleChunk([{ text: '', thoughtSignature: 's' }], 'STOP', { usageMetadata, vendor: 1 }),
    ]);
    expect(assemble(stream)).toEqual({
      candidates: [
        {
          content: {
            parts: [
              { text: 'Think', thought: true },
              { text: 'Hello' },
              { executableCode: { code: '1' } },
              { text: 'x', thoughtSignature: 's' },
            ],
            role: 'model',
          },
          finishReason: 'STOP',
          index: 0,
        },
      ],
      usageMetadata,
      modelVersion: 'gemini-3-flash',
      responseId: 'r1',
      vendor: 1,
    });
  });

  it('goes on with log probabilities, and does not change what it was given', () => {
    const with_ = (token: string, finish?: string): JsonObject => {
      const chunk = googleChunk([{ text: token }], finish);
      const [only] = chunk['candidates'] as [JsonObject];
      only['logprobsResult'] = { chosenCandidates: [{ token }] };
      return chunk;
    };
    const events = eventsOf(googleFrames([with_('a'), with_('b', 'STOP')]));
    const assembler = googleGenerate.createAssembler(streamCall());
    const before = JSON.stringify(events[0]?.json());
    for (const event of events) assembler.push(event);
    expect(assembler.result()).toMatchObject({
      candidates: [{ logprobsResult: { chosenCandidates: [{ token: 'a' }, { token: 'b' }] } }],
    });
    expect(JSON.stringify(events[0]?.json())).toBe(before);
  });

  it('gives up over its limit, and writes usage that is known from elsewhere', () => {
    const [event] = eventsOf(googleFrames([googleChunk([{ text: 'a' }], 'STOP')])) as [SseEvent];
    const small = googleGenerate.createAssembler(streamCall(), { maxBytes: 10 });
    small.push(event);
    expect(small.result()).toBeUndefined();
    const assembler = googleGenerate.createAssembler(streamCall());
    assembler.push(event);
    expect(assembler.result({ inputTokens: 9, outputTokens: 2 })).toMatchObject({ usageMetadata });
  });
});

describe('a filter of generateContent replies', () => {
  const shout = (stream: JsonObject[], call = streamCall()): Promise<string> =>
    filterReplyText(
      streamReply(googleFrames(stream)),
      call,
      { text: (channel, text, out) => out.text(channel, text.replaceAll('a', 'A')) },
      newContext(),
    ).text();

  it('changes text and arguments, and removes what spells out the original', async () => {
    const chunk = googleChunk(
      [
        { text: 'a', thought: true },
        { text: 'ba', thoughtSignature: 's' },
        { functionCall: { name: 'f', args: { x: 'a' } } },
      ],
      'STOP',
    );
    const [only] = chunk['candidates'] as [JsonObject];
    only['logprobsResult'] = { chosenCandidates: [{ token: 'ba' }] };
    only['groundingMetadata'] = { groundingSupports: [{ segment: { text: 'ba' } }], queries: 1 };
    const [event] = eventsOf(await shout([chunk]));
    expect(event?.json()).toEqual({
      ...chunk,
      candidates: [
        {
          index: 0,
          content: {
            parts: [
              { text: 'A', thought: true },
              { text: 'bA', thoughtSignature: 's' },
              { functionCall: { name: 'f', args: { x: 'A' } } },
            ],
            role: 'model',
          },
          finishReason: 'STOP',
          groundingMetadata: { queries: 1 },
        },
      ],
    });
  });

  it('holds text until the finish reason, and blocks as Google does', async () => {
    let held = '';
    const stream = [googleChunk([{ text: 'x' }]), googleChunk([{ text: 'y' }], 'STOP')];
    const response = filterReplyText(
      streamReply(googleFrames(stream)),
      streamCall(),
      {
        text: (_channel, text) => {
          held += text;
        },
        flush: (channel, out) => out.text(channel, held),
      },
      newContext(),
    );
    const { deltas, complete } = decodeGoogle(await response.text());
    expect(complete).toBe(true);
    expect(replyOf(deltas).choices).toMatchObject([{ text: 'xy', finish: 'stop' }]);

    const blocked = filterReplyText(
      streamReply(googleFrames(stream)),
      streamCall(),
      { text: (_channel, text, out) => (text === 'y' ? out.block() : out.text(_channel, text)) },
      newContext(),
    );
    const told = decodeGoogle(await blocked.text());
    expect(told.complete).toBe(true);
    expect(replyOf(told.deltas)).toMatchObject({
      id: 'r1',
      choices: [{ text: 'x', finish: 'content-filter' }],
    });
  });

  it('blocks a whole reply', () => {
    const body = googleChunk([{ text: 'a' }, { functionCall: { name: 'f', args: {} } }], 'STOP');
    expect(googleGenerate.writeReplyText(body, new Map([['0:text', '']]), true)).toMatchObject({
      candidates: [{ content: { parts: [{ text: '' }] }, finishReason: 'SAFETY' }],
    });
    const pieces = googleGenerate.replyText(body);
    expect(pieces.map(({ channel, text }) => [channel.id, text])).toEqual([
      ['0:text', 'a'],
      ['0:tool:0', '{}'],
    ]);
  });

  it('sees every other string', () => {
    const chunk = googleChunk(
      [
        { text: 'a' },
        { executableCode: { code: 'code' } },
        { functionCall: { name: 'f', args: { a: 'b' } } },
        { inlineData: { mimeType: 'image/png', data: 'AAAA' } },
      ],
      'STOP',
    );
    const [only] = chunk['candidates'] as [JsonObject];
    only['finishMessage'] = 'message';
    only['logprobsResult'] = { chosenCandidates: [{ token: 'se' }, { token: 'cret' }] };
    const seen: string[] = [];
    const mapped = googleGenerate.mapOtherText?.(chunk, 'delta', (_path, text) => {
      seen.push(text);
      return text === 'secret' ? '' : text;
    });
    expect(new Set(seen)).toEqual(new Set(['code', 'message', 'se', 'cret', 'secret']));
    expect(JSON.stringify(mapped)).not.toContain('logprobsResult');
  });
});

const word = fc.string({ minLength: 1, maxLength: 12, unit: 'grapheme' });

describe('any split of the bytes', () => {
  it('gives the same reply', () => {
    const part = fc.oneof(
      fc.record({ text: word }),
      fc.record({ text: word, thought: fc.constant(true) }),
      fc.record({
        functionCall: fc.record({
          name: fc.constantFrom('f', 'g'),
          args: fc.dictionary(word, word),
        }),
      }),
    );
    const parts = fc.array(fc.array(part, { maxLength: 3 }), { maxLength: 4 });
    fc.assert(
      fc.property(parts, fc.array(fc.nat(5000)), (given, cuts) => {
        const chunks = [...given.map((some) => googleChunk(some)), googleChunk([], 'STOP')];
        const text = googleFrames(chunks);
        const bytes = new TextEncoder().encode(text);
        const sse = createSseDecoder();
        const decoder = googleGenerate.createDecoder(streamCall());
        const deltas: NeutralDelta[] = [];
        let from = 0;
        for (const to of [...cuts.map((cut) => cut % bytes.length), bytes.length].sort(
          (a, b) => a - b,
        )) {
          for (const event of sse.push(bytes.slice(from, to))) deltas.push(...decoder.push(event));
          from = to;
        }
        expect(deltas).toEqual(decodeGoogle(text).deltas);
        expect(decoder.complete).toBe(true);
        const body = assemble(text);
        const calls = given.flat().filter((one) => 'functionCall' in one).length;
        const read = googleGenerate.readReply(body, streamCall());
        expect(read.choices[0]?.toolCalls).toHaveLength(calls);
        expect(read.choices[0]?.text).toBe(replyOf(deltas).choices[0]?.text);
      }),
    );
  });
});

describe('an editor', () => {
  it('writes new text in the form of the stream', () => {
    const editor = googleGenerate.createEditor(streamCall());
    editor.read(createSseEvent({ data: JSON.stringify(googleChunk([{ text: 'a' }])) }));
    const event = editor.textEvent(
      { kind: 'reasoning', choice: 0, index: 0, id: '0:reasoning' },
      'r',
    );
    expect(event.json()).toEqual({
      candidates: [{ content: { parts: [{ text: 'r', thought: true }], role: 'model' }, index: 0 }],
      modelVersion: 'gemini-3-flash',
      responseId: 'r1',
    });
  });
});
