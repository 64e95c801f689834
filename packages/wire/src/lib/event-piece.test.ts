import type { SseEvent } from '@wintergate/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { alone, changing } from './event-piece-support.ts';
import { filterReplyText } from './filter-reply-text.ts';
import { openaiChat } from './openai-chat.ts';
import { chatPiece } from './openai-chat-piece.ts';
import { chatCall, chunk, eventsOf, frames, newContext, streamReply } from './test-support.ts';
import type { JsonObject, JsonValue, NeutralDelta } from './types.ts';

const call = chatCall();

function decoded(events: readonly SseEvent[], only?: 'ending'): [NeutralDelta[], boolean] {
  const decoder = openaiChat.createDecoder(call, { only });
  return [events.flatMap((event) => [...decoder.push(event)]), decoder.complete];
}

function assembled(events: readonly SseEvent[]): JsonObject | undefined {
  const assembler = openaiChat.createAssembler(call);
  for (const event of events) assembler.push(event);
  return assembler.result();
}

/** How many of a stream's events are known to be pieces. */
function piecesOf(chunks: readonly JsonObject[]): number {
  return eventsOf(frames(chunks)).filter((event) => chatPiece(event) !== undefined).length;
}

const text = (content: string): JsonObject => chunk({ content });

describe('events that hold a piece of text', () => {
  it.each([
    ['content', ['a', 'b', 'c'].map(text)],
    ['reasoning', ['a', 'b', 'c'].map((it) => chunk({ reasoning_content: it }))],
    ['reasoning under its other name', ['a', 'b', 'c'].map((it) => chunk({ reasoning: it }))],
    ['refusals', ['a', 'b', 'c'].map((refusal) => chunk({ content: null, refusal }))],
    ['padding', ['a', 'bb', 'c'].map((it) => ({ ...text(it), obfuscation: it.repeat(3) }))],
    ['another time', ['a', 'b', 'c'].map((it, at) => ({ ...text(it), created: at }))],
    ['empty lists', ['a', 'b', 'c'].map((content) => chunk({ content, tool_calls: [] }))],
    ['results of filters', ['a', 'b', 'c'].map((it) => ({ ...text(it), filter: { hate: false } }))],
  ])('are known as such: %s', (_, chunks) => {
    expect(piecesOf(chunks)).toBe(2);
  });

  it.each([
    [
      'choices in turn',
      ['a', 'b', 'c', 'd'].map((it, at) => chunk({ content: it }, null, { choice: at % 2 })),
    ],
    ['a reason to finish', ['a', 'b', 'c'].map((content) => chunk({ content }, 'stop'))],
    ['usage', ['a', 'b', 'c'].map((it) => ({ ...text(it), usage: { total_tokens: 1 } }))],
    ['an error', ['a', 'b', 'c'].map((it) => ({ ...text(it), error: { message: 'x' } }))],
    [
      'a call of a tool',
      ['a', 'b'].map((content) => chunk({ content, tool_calls: [{ index: 0 }] })),
    ],
    ['two texts', ['a', 'b', 'c'].map((it) => chunk({ content: it, refusal: it }))],
    ['a text that stays', ['a', 'b', 'c'].map((it) => chunk({ content: it, refusal: 'no' }))],
    ['lists', ['a', 'b', 'c'].map((content) => chunk({ content, annotations: ['x'] }))],
    ['roles that differ', ['a', 'b', 'c'].map((role) => chunk({ content: 'x', role }))],
  ])('are not taken for such: %s', (_, chunks) => {
    expect(piecesOf(chunks)).toBe(0);
  });

  const word = fc.constantFrom('a', 'Hallo ', 'grüß', '', 'x"y', 'new\nline', '\\', 'hole0', '😀');
  const delta = fc.oneof(
    { weight: 8, arbitrary: word.map((content) => ({ content })) },
    { weight: 2, arbitrary: word.map((reasoning_content) => ({ reasoning_content })) },
    { weight: 1, arbitrary: word.map((refusal) => ({ refusal })) },
    { weight: 1, arbitrary: word.map((it) => ({ content: it, reasoning: it })) },
    { weight: 1, arbitrary: fc.constant({ role: 'assistant', content: '' }) },
    {
      weight: 1,
      arbitrary: word.map((it) => ({
        tool_calls: [{ index: 0, id: 't', function: { name: 'f', arguments: it } }],
      })),
    },
  );
  const more = fc.oneof(
    { weight: 6, arbitrary: fc.constant({}) },
    { weight: 1, arbitrary: word.map((obfuscation) => ({ obfuscation })) },
    { weight: 1, arbitrary: fc.nat(2).map((created) => ({ created })) },
    { weight: 1, arbitrary: word.map((note) => ({ note, list: [note] })) },
    { weight: 1, arbitrary: word.map((model) => ({ model })) },
    { weight: 1, arbitrary: fc.constant({ usage: { prompt_tokens: 1, completion_tokens: 2 } }) },
    { weight: 1, arbitrary: fc.constant({ error: { message: 'broken' } }) },
  );
  const reason = fc.oneof(
    { weight: 9, arbitrary: fc.constant(null) },
    { weight: 1, arbitrary: fc.constantFrom('stop', 'length', 'error', '') },
  );
  const piece = fc
    .tuple(delta, more, reason, fc.constantFrom(0, 0, 0, 1))
    .map(([of, others, finish, choice]) => ({ ...chunk(of, finish, { choice }), ...others }));
  /** Runs of chunks of one kind, as models send them. */
  const stream = fc
    .array(fc.tuple(piece, fc.array(word, { maxLength: 5 })), { maxLength: 8 })
    .map((runs) =>
      runs.flatMap(([first, words]) => [first, ...words.map((it, at) => like(first, it, at))]),
    );

  function like(first: JsonObject, content: string, at: number): JsonObject {
    const [choice] = first['choices'] as JsonObject[];
    const of = Object.entries(choice!['delta'] as JsonObject).map(([name, value]) => [
      name,
      typeof value === 'string' && name !== 'role' ? content : (value as JsonValue),
    ]);
    // What was drawn for the first is drawn for each.
    const others = {
      ...(first['created'] === 1 ? {} : { created: at }),
      ...(first['model'] === 'm' ? {} : { model: content }),
    };
    return {
      ...first,
      ...others,
      choices: [{ ...choice!, delta: Object.fromEntries(of) as JsonObject }],
    };
  }

  /** Says nothing but that, so that what was said before it counts. */
  const ending = { choices: chunk({}, 'stop')['choices']! };

  it('are decoded and put together as if each was read in full', () => {
    fc.assert(
      fc.property(stream, fc.boolean(), (chunks, ends) => {
        const said = frames(ends ? [...chunks, ending] : chunks);
        const [known, full] = [eventsOf(said), eventsOf(said).map(alone)];
        expect(decoded(known)).toEqual(decoded(full));
        expect(decoded(eventsOf(said), 'ending')).toEqual(decoded(full, 'ending'));
        expect(assembled(known)).toEqual(assembled(full));
      }),
      { numRuns: 500 },
    );
  });

  it('are put together with what the last of them says of the reply', () => {
    const chunks = ['a', 'b', 'c', 'd'].map((it, at) => ({ ...text(it), created: at, tier: it }));
    const body = assembled(eventsOf(frames([...chunks, ending])));
    expect(body).toMatchObject({
      created: 3,
      tier: 'd',
      choices: [{ message: { content: 'abcd' } }],
    });
  });

  it('are filtered as if each was read in full', async () => {
    await fc.assert(
      fc.asyncProperty(stream, async (chunks) => {
        const said = frames(chunks);
        const filter = async (given: string) => {
          const seen: string[] = [];
          const reply = filterReplyText(streamReply(given), call, changing(seen), newContext());
          return [(await reply.text()).replaceAll('\r\n', '\n'), seen];
        };
        // Events whose lines end in CRLF are read one by one.
        expect(await filter(said)).toEqual(await filter(said.replaceAll('\n', '\r\n')));
      }),
      { numRuns: 300 },
    );
  });

  it('are seen as often as they say something of interest', async () => {
    const seen: string[] = [];
    const chunks = ['a', 'b', 'c', 'd'].map((it) => ({ ...text(it), note: 'all', tag: it + it }));
    const reply = filterReplyText(streamReply(frames(chunks)), call, changing(seen), newContext());
    expect((await reply.text()).match(/"LL\\"/g)).toHaveLength(4);
    expect(seen).toEqual(Array.from({ length: 4 }, () => 'note=all'));
  });
});
