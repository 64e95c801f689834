import type { SseEvent } from '@wintergate/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anthropicMessages } from './anthropic-messages.ts';
import { writeStream } from './dialect-suite.ts';
import { alone, changing } from './event-piece-support.ts';
import { filterReplyText, type TextFilter } from './filter-reply-text.ts';
import { openaiChat } from './openai-chat.ts';
import { openaiResponses } from './openai-responses.ts';
import { eventsOf, newContext, streamReply } from './test-support.ts';
import type { Dialect, JsonObject, ModelCall, NeutralDelta } from './types.ts';

const messages = [{ role: 'user', content: 'x' }];

describe.each([
  ['chat', openaiChat, '/v1/chat/completions', { messages }],
  ['Responses', openaiResponses, '/v1/responses', { input: 'x' }],
  ['Messages', anthropicMessages, '/v1/messages', { max_tokens: 9, messages }],
] as const)('streams of %s', (_, dialect, path, fields) => {
  const body = { model: 'm', stream: true, ...fields } as unknown;
  const call = dialect.readCall(body, 'chat', new URL(`http://localhost${path}`));
  const word = fc.constantFrom('a', 'Hallo ', 'grüß', 'x"y', 'new\nline', 'all', '😀');
  const run = (type: 'text' | 'reasoning') =>
    fc
      .array(word, { maxLength: 6 })
      .map((words) => words.map((it): NeutralDelta => ({ type, choice: 0, text: it })));
  const part = { type: 'tool-call', choice: 0, index: 0 } as const;
  /** A call whose arguments come in pieces of a few characters. */
  const called = (texts: readonly string[]): NeutralDelta[] => {
    const pieces = JSON.stringify({ a: texts.join('') }).match(/.{1,4}/gsu) ?? [];
    return [
      { ...part, id: 't', name: 'f', arguments: '' },
      ...pieces.map((it): NeutralDelta => ({ ...part, arguments: it })),
    ];
  };
  const tool = fc.array(word, { maxLength: 8 }).map(called);
  const deltas = fc
    .tuple(fc.array(fc.oneof(run('text'), run('reasoning')), { maxLength: 4 }), fc.option(tool))
    .map(([runs, calls]): NeutralDelta[] => [
      { type: 'start', id: 'r', model: 'm' },
      ...runs.flat(),
      ...(calls ?? []),
      { type: 'finish', choice: 0, reason: 'stop', raw: 'stop' },
      { type: 'usage', usage: { inputTokens: 1, outputTokens: 2 } },
    ]);
  const written = (told: readonly NeutralDelta[]): string =>
    writeStream(dialect, call, told)
      .map(({ raw }) => new TextDecoder().decode(raw))
      .join('');

  it('have pieces', () => {
    const told = ['a', 'b', 'c', 'd'].map(
      (it): NeutralDelta => ({ type: 'text', choice: 0, text: it }),
    );
    const events = eventsOf(written([{ type: 'start', id: 'r', model: 'm' }, ...told]));
    expect(events.filter((event) => dialect.pieceOf?.(event) !== undefined)).toHaveLength(3);
    const call = eventsOf(
      written([{ type: 'start', id: 'r', model: 'm' }, ...called(['"one", "two"'])]),
    );
    const kinds = call.map((event) => dialect.pieceOf?.(event)?.kind);
    expect(kinds.includes('tool-arguments')).toBe(dialect !== openaiChat);
  });

  it('are decoded and put together as if each event was read in full', () => {
    fc.assert(
      fc.property(deltas, (told) => {
        const stream = written(told);
        const full = eventsOf(stream).map(alone);
        for (const only of [undefined, 'ending'] as const) {
          const decode = (events: readonly SseEvent[]): unknown => {
            const decoder = dialect.createDecoder(call, { only });
            return [events.map((event) => decoder.push(event)), decoder.complete];
          };
          expect(decode(eventsOf(stream))).toEqual(decode(full));
        }
        const assemble = (events: readonly SseEvent[]): unknown => {
          const assembler = dialect.createAssembler(call);
          for (const event of events) assembler.push(event);
          return assembler.result();
        };
        expect(assemble(eventsOf(stream))).toEqual(assemble(full));
      }),
      { numRuns: 200 },
    );
  });

  it('are filtered as if each event was read in full', async () => {
    await fc.assert(
      fc.asyncProperty(deltas, async (told) => {
        const stream = written(told);
        const filter = async (given: string) => {
          const seen: string[] = [];
          const reply = filterReplyText(streamReply(given), call, changing(seen), newContext());
          return [(await reply.text()).replaceAll('\r\n', '\n'), seen];
        };
        expect(await filter(stream)).toEqual(await filter(stream.replaceAll('\n', '\r\n')));
      }),
      { numRuns: 200 },
    );
  });
});

it.each([
  ['blocks', anthropicMessages, (at: number) => ({ index: at % 2 }), 'content_block_delta'],
  ['items', openaiResponses, (at: number) => ({ output_index: at % 2 }), 'response.refusal.delta'],
  ['ids', openaiResponses, (at: number) => ({ item_id: `${at}` }), 'response.refusal.delta'],
] as const)('are not taken for such: %s in turn', (_, dialect, place, type) => {
  const events = ['a', 'b', 'c', 'd'].map((it, at) => {
    const delta = type === 'content_block_delta' ? { type: 'text_delta', text: it } : it;
    return `data: ${JSON.stringify({ type, ...place(at), delta })}\n\n`;
  });
  const pieces = eventsOf(events.join('')).filter((event) => dialect.pieceOf?.(event));
  expect(pieces).toEqual([]);
});

const framed = (events: readonly JsonObject[]): string =>
  events.map((it) => `data: ${JSON.stringify(it)}\n\n`).join('');

function callOf(dialect: Dialect, path: string, fields: JsonObject): ModelCall {
  return dialect.readCall({ model: 'm', stream: true, ...fields }, 'chat', new URL(path));
}

const responsesCall = callOf(openaiResponses, 'http://localhost/v1/responses', { input: 'x' });
const refusal = (delta: string, sequence_number: number): JsonObject => ({
  ...{ type: 'response.refusal.delta', output_index: 0, content_index: 0, item_id: 'i' },
  ...{ delta, sequence_number },
});

it('are counted where a filter goes on by itself', async () => {
  const stream = framed(['a', 'b', 'c', 'stop', 'e'].map(refusal));
  const filter: TextFilter = {
    text: (channel, it, out) => (it === 'stop' ? out.block() : out.text(channel, it)),
    other: () => undefined,
  };
  const reply = filterReplyText(streamReply(stream), responsesCall, filter, newContext());
  const numbers = (await reply.text()).matchAll(/"sequence_number":(\d+)/g);
  expect([...numbers].map(([, number]) => number)).toEqual(['0', '1', '2', '3']);
});

it('are told anew of an item that has ended', () => {
  const done = { type: 'response.output_item.done', output_index: 0 };
  const item = { type: 'message', content: [{ type: 'refusal', refusal: 'abc' }] };
  const [one, two] = [
    ['a', 'b', 'c'],
    ['d', 'e'],
  ].map((texts) => texts.map(refusal));
  const stream = framed([...one!, { ...done, item }, ...two!, { ...done, item }]);
  const decode = (events: readonly SseEvent[]): unknown => {
    const decoder = openaiResponses.createDecoder(responsesCall);
    return events.map((event) => decoder.push(event));
  };
  expect(decode(eventsOf(stream))).toEqual(decode(eventsOf(stream).map(alone)));
});

it('are not of a block of another kind', () => {
  const start = {
    type: 'content_block_start',
    index: 0,
    content_block: { type: 'text', text: '' },
  };
  const pieces = ['a', 'b', 'c'].map((thinking) => ({
    ...{ type: 'content_block_delta', index: 0, delta: { type: 'thinking_delta', thinking } },
  }));
  const anthropicCall = callOf(anthropicMessages, 'http://localhost/v1/messages', {
    ...{ max_tokens: 9, messages },
  });
  const editor = anthropicMessages.createEditor(anthropicCall);
  const read = eventsOf(framed([start, ...pieces])).map((event) => editor.read(event).pieces);
  expect(read.flat()).toEqual([]);
});
