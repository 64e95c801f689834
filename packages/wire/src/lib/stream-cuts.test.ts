import { createSseDecoder, type SseEvent } from '@wintergate/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { callerDialects } from './caller-dialects.ts';
import { openaiCompletions } from './openai-completions.ts';
import { recorded, recordedFolder } from './recorded-streams.ts';
import { cutStream, recordCuts, type StreamCuts } from './stream-cuts.ts';
import { chatCall, chunk, describeData, eventsOf, frames, replyOf } from './test-support.ts';
import type { FinishReason, ModelCall, NeutralDelta } from './types.ts';

const words = fc.array(fc.string({ minLength: 1, maxLength: 9, unit: 'grapheme' }), {
  maxLength: 9,
});
const deltas = fc
  .record({ reasoning: words, text: words, items: words })
  .map(({ reasoning, text, items }): NeutralDelta[] => [
    { type: 'start', id: 'r1', model: 'm', created: 1 },
    ...reasoning.map((piece) => ({ type: 'reasoning' as const, choice: 0, text: piece })),
    ...text.map((piece) => ({ type: 'text' as const, choice: 0, text: piece })),
    ...toolCall(items),
    finish(items.length > 0 ? 'tool-calls' : 'stop'),
    { type: 'usage', usage: { inputTokens: 1, outputTokens: 2 } },
    { type: 'done' },
  ]);

function finish(reason: FinishReason): NeutralDelta {
  return { type: 'finish', choice: 0, reason, raw: reason };
}

function toolCall(items: readonly string[]): NeutralDelta[] {
  const pieces = items.map((item, at) => `${at === 0 ? '["' : ',"'}${encode(item)}"`);
  const call = { type: 'tool-call' as const, choice: 0, index: 0 };
  return pieces.length === 0
    ? []
    : [
        { ...call, id: 'call_a', name: 'f', arguments: '' },
        ...[...pieces, ']'].map((piece) => ({ ...call, arguments: piece })),
      ];
}

const encode = (text: string): string => JSON.stringify(text).slice(1, -1);

/** What was said, and in which pieces the text came. */
function heard(events: readonly SseEvent[], call: ModelCall) {
  const decoder = call.dialect.createDecoder(call);
  const all = events.flatMap((event) => [...decoder.push(event)]);
  const pieces = (type: string) =>
    all.flatMap((delta) =>
      delta.type === type && 'text' in delta && delta.text !== '' ? [delta.text] : [],
    );
  return {
    reply: replyOf(all),
    text: pieces('text'),
    reasoning: pieces('reasoning'),
    complete: decoder.complete,
  };
}

/** A stream put together and replayed in its own pieces; `given` in place of them. */
function replayed(events: readonly SseEvent[], call: ModelCall, given?: StreamCuts) {
  const assembler = call.dialect.createAssembler(call);
  const recorder = recordCuts(call);
  for (const event of events) {
    assembler.push(event);
    recorder.push(event);
  }
  const body = assembler.result();
  if (body === undefined) return undefined;
  const whole = call.dialect.replay(body, call);
  const cuts = given ?? recorder.result();
  const bytes = cuts === undefined ? whole : cutStream(whole, cuts, call);
  return { whole: createSseDecoder().push(whole), events: createSseDecoder().push(bytes) };
}

function written(call: ModelCall, given: readonly NeutralDelta[]): SseEvent[] {
  const writer = call.dialect.createWriter(call);
  const events = [...given.flatMap((delta) => [...writer.push(delta)]), ...writer.end()];
  // As they come from the network: events that are alike share their frame.
  return eventsOf(events.map(({ raw }) => new TextDecoder().decode(raw)).join(''));
}

describe.each(callerDialects)('a replayed stream of $id', (_dialect, callOf) => {
  const call = callOf(true);

  it('says the same in the same pieces', () => {
    fc.assert(
      fc.property(deltas, (given) => {
        const original = written(call, given);
        const again = replayed(original, call);
        const [first, whole] = [heard(original, call), heard(again!.whole, call)];
        const cut = heard(again!.events, call);
        expect(cut.reply).toEqual(whole.reply);
        expect(cut.complete).toBe(true);
        expect([cut.reasoning, cut.text]).toEqual([first.reasoning, first.text]);
      }),
    );
  });

  it('says the same whatever the cuts', () => {
    const channels = ['0:text', '0:reasoning', '0:tool:0', '__proto__'];
    const cuts = fc.dictionary(fc.constantFrom(...channels), fc.string({ unit: 'binary' }));
    fc.assert(
      fc.property(deltas, cuts, (given, hostile) => {
        const again = replayed(written(call, given), call, hostile);
        const cut = heard(again!.events, call);
        expect(cut.reply).toEqual(heard(again!.whole, call).reply);
        expect(cut.complete).toBe(true);
      }),
    );
  });
});

describe('recordCuts()', () => {
  const call = chatCall({ stream: true });

  it('has nothing to say of what came in one piece, or in too many', () => {
    const record = (pieces: readonly string[]): StreamCuts | undefined => {
      const recorder = recordCuts(call);
      for (const event of eventsOf(frames(pieces.map((content) => chunk({ content })))))
        recorder.push(event);
      return recorder.result();
    };
    expect(record(['all of it'])).toBeUndefined();
    expect(record(['one', ' two'])).toEqual({ '0:text': "&'" });
    expect(record(Array.from({ length: 50_000 }, () => 'x'))).toBeUndefined();
    expect(record(['x', 'x'.repeat(60_001)])).toBeUndefined();
  });

  it('leaves whole what log probabilities stand beside', () => {
    const asked = chatCall({ stream: true, logprobs: true });
    const whole = eventsOf(frames([chunk({ content: 'one two' }), chunk({}, 'stop')]));
    const bytes = new TextEncoder().encode(
      whole.map(({ raw }) => new TextDecoder().decode(raw)).join(''),
    );
    expect(cutStream(bytes, { '0:text': "&'" }, asked)).toBe(bytes);
    expect(cutStream(bytes, { '0:text': "&'" }, call)).not.toEqual(bytes);
  });

  it('leaves whole what pieces of less than nothing would fit', () => {
    const stream = frames([chunk({ content: 'abcde' }), chunk({}, 'stop')]);
    const backwards = String.fromCharCode(35 + 4, 35 - 2, 35 + 3);
    const cut = cutStream(new TextEncoder().encode(stream), { '0:text': backwards }, call);
    expect(heard(createSseDecoder().push(cut), call).text).toEqual(['abcde']);
  });

  it('knows the pieces of a legacy completion', () => {
    const legacy = openaiCompletions.readCall(
      { model: 'm', prompt: 'Hi', stream: true },
      'chat',
      new URL('http://a.test/v1/completions'),
    );
    const given: NeutralDelta[] = [
      { type: 'start', id: 'r1', model: 'm', created: 1 },
      ...['one ', 'two ', 'three ', 'four'].map(
        (text) => ({ type: 'text', choice: 0, text }) as const,
      ),
      finish('stop'),
      { type: 'done' },
    ];
    const again = replayed(written(legacy, given), legacy);
    expect(heard(again!.events, legacy).text).toEqual(['one ', 'two ', 'three ', 'four']);
  });
});

describeData('recorded streams', recordedFolder, () => {
  it('are replayed in their own pieces', () => {
    let several = 0;
    for (const { name, text, call } of recorded()) {
      const original = eventsOf(text);
      const again = replayed(original, call);
      if (again === undefined) continue;
      const [first, cut] = [heard(original, call), heard(again.events, call)];
      expect(cut.reply, name).toEqual(heard(again.whole, call).reply);
      // Some were shortened: their pieces are not all of what the last event repeats.
      const isWhole = first.text.join('') === cut.text.join('');
      if (first.reply.choices.length > 1 || !isWhole) continue;
      expect(cut.text, name).toEqual(first.text);
      if (first.text.length > 1) several++;
    }
    expect(several).toBeGreaterThan(40);
  });
});
