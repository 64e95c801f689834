import { createSseDecoder, type SseEvent } from '@wintergate/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { withoutNullUsage } from './hide-usage.ts';

function read(stream: string): SseEvent {
  const [event] = createSseDecoder().push(new TextEncoder().encode(stream));
  if (event === undefined) throw new Error('Expected an event');
  return event;
}

function edited(stream: string): string {
  return new TextDecoder().decode(withoutNullUsage(read(stream)).raw);
}

describe('withoutNullUsage()', () => {
  it.each([
    ['data: {"a":1,"usage":null}\n\n', 'data: {"a":1}\n\n'],
    ['data: {"usage":null,"a":1}\n\n', 'data: {"a":1}\n\n'],
    ['data:{"usage":null}\r\n\r\n', 'data:{}\r\n\r\n'],
    [
      'id: 7\ndata: {"a":1 , "usage" : null , "b":"é}"}\nevent: x\n\n',
      'id: 7\ndata: {"a":1  , "b":"é}"}\nevent: x\n\n',
    ],
    ['data: {"o":{"usage":null},"usage":null}\n\n', 'data: {"o":{"usage":null}}\n\n'],
    ['data: {"a":1,\ndata: "usage":null}\n\n', 'data: {"a":1}\n\n'],
  ])('takes it out of %j', (stream, expected) => {
    expect(edited(stream)).toBe(expected);
  });

  it.each([
    'data: {"usage":{"prompt_tokens":1}}\n\n',
    'data: {"o":{"usage":null}}\n\n',
    'data: [{"usage":null},1]\n\n',
    'data: {"content":"\\"usage\\":null"}\n\n',
    'data: {"a":[{"usage":null}],"usage":{}}\n\n',
    'data: {"usage":null\n\n',
    'data: [DONE]\n\n',
  ])('leaves %j alone', (stream) => {
    const event = read(stream);
    expect(withoutNullUsage(event)).toBe(event);
  });

  it('says the same in data, JSON and bytes, and keeps the rest of the event', () => {
    const event = withoutNullUsage(read('event: e\nid: 7\ndata: {"b":1,"usage":null,"a":2}\n\n'));
    expect(event).toMatchObject({ event: 'e', id: '7', lastEventId: '7', data: '{"b":1,"a":2}' });
    expect(JSON.stringify(event.json())).toBe(event.data);
  });

  it('is what the upstream would have sent without the member, whatever the others are', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.string({ unit: 'grapheme' }), fc.jsonValue()),
        fc.nat(5),
        (others, place) => {
          const { usage: _, ...rest } = others;
          const entries = Object.entries(rest);
          const whole = Object.fromEntries([
            ...entries.slice(0, place),
            ['usage', null],
            ...entries.slice(place),
          ]);
          // Numbers as names come first in any object, so the order is read back from the whole.
          const expected = JSON.stringify({ ...whole, usage: undefined });
          expect(edited(`data: ${JSON.stringify(whole)}\n\n`)).toBe(`data: ${expected}\n\n`);
        },
      ),
    );
  });
});
