import type { SseEvent } from '@wintergate/core';
import { expect, it } from 'vitest';
import { alone, changing } from './event-piece-support.ts';
import { filterReplyText } from './filter-reply-text.ts';
import { recorded, recordedFolder } from './recorded-streams.ts';
import { describeData, eventsOf, newContext, streamReply } from './test-support.ts';

describeData('recorded streams', recordedFolder, () => {
  const all = recorded();

  it('consist of pieces for the most part', () => {
    const events = all.flatMap(({ text, call }) =>
      eventsOf(text).map((event) => call.dialect.pieceOf?.(event) !== undefined),
    );
    expect(events.length).toBeGreaterThan(10_000);
    expect(events.filter(Boolean).length / events.length).toBeGreaterThan(0.7);
  });

  it('are decoded and put together as if each event was read in full', () => {
    for (const { name, text, call } of all) {
      const readAll = (events: readonly SseEvent[]): unknown => {
        const decoder = call.dialect.createDecoder(call);
        const assembler = call.dialect.createAssembler(call);
        for (const event of events) assembler.push(event);
        return [events.map((it) => decoder.push(it)), decoder.complete, assembler.result()];
      };
      expect(readAll(eventsOf(text)), name).toEqual(readAll(eventsOf(text).map(alone)));
    }
  });

  it('are filtered as if each event was read in full', async () => {
    for (const { name, text, call } of all) {
      const filter = async (given: string): Promise<unknown> => {
        const seen: string[] = [];
        const reply = filterReplyText(streamReply(given), call, changing(seen), newContext());
        return [(await reply.text()).replaceAll('\r\n', '\n'), seen];
      };
      const lines = text.replaceAll('\r\n', '\n');
      expect(await filter(lines), name).toEqual(await filter(lines.replaceAll('\n', '\r\n')));
    }
  });
});
