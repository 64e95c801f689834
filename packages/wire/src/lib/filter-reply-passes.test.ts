import { createReply } from '@wintergate/core';
import { describe, expect, it } from 'vitest';
import { filterReplyText, type TextFilter } from './filter-reply-text.ts';
import { chatCall, chunk, frames, newContext } from './test-support.ts';

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
const types = { json: 'application/json', stream: 'text/event-stream' };
const choices = [
  { index: 0, message: { role: 'assistant', content: 'one' }, finish_reason: 'stop' },
];
const json = bytesOf(JSON.stringify({ id: 'c', choices, note: 'mark' }));
const stream = bytesOf(
  frames([chunk({ role: 'assistant', content: 'one' }, null, { note: 'mark' }), chunk({}, 'stop')]),
);

/** Lets through what it let through before, and counts what it sees. */
function remembering(change: Partial<TextFilter> = {}) {
  const known = new Set<Uint8Array>();
  const seen = { texts: 0, closes: 0 };
  const filter: TextFilter = {
    text(channel, text, out) {
      seen.texts++;
      out.text(channel, text);
    },
    passes: (whole) => known.has(whole),
    passed: (whole) => void known.add(whole),
    close: () => void seen.closes++,
    ...change,
  };
  async function ask(body: Uint8Array, type: string): Promise<string> {
    const reply = createReply({ headers: { 'content-type': type }, body });
    const call = chatCall({ stream: type === types.stream });
    return filterReplyText(reply, call, filter, newContext()).text();
  }
  return { ask, seen };
}

describe('a filter that remembers what it let through', () => {
  it.each([
    ['JSON', json, types.json],
    ['a stream', stream, types.stream],
  ])('is not shown the same bytes of %s again, but hears how they ended', async (_, body, type) => {
    const { ask, seen } = remembering();
    const text = new TextDecoder().decode(body);
    for (let time = 1; time <= 3; time++) {
      expect(await ask(body, type)).toBe(text);
      expect(seen).toEqual({ texts: 1, closes: time });
    }
    expect(await ask(body.slice(), type)).toBe(text);
    expect(seen.texts).toBe(2);
  });

  it('is shown them again when something else was changed or the reply was blocked', async () => {
    const changed = remembering({
      other: (_path, text) => (text === 'mark' ? 'hidden' : undefined),
    });
    const blocked = remembering({
      text(_channel, _text, out) {
        changed.seen.texts++;
        out.block();
      },
    });
    for (const { ask } of [changed, blocked]) {
      for (const [body, type] of [
        [json, types.json],
        [stream, types.stream],
      ] as const) {
        const first = await ask(body, type);
        expect(first).not.toBe(new TextDecoder().decode(body));
        expect(await ask(body, type)).toBe(first);
      }
    }
  });

  it('is shown what a stage further in may have changed', async () => {
    const context = newContext();
    const call = chatCall({ stream: true });
    const reply = createReply({ headers: { 'content-type': types.stream }, body: stream });
    const inner = filterReplyText(
      reply,
      call,
      { text: (channel, _text, out) => out.text(channel, 'two') },
      context,
    );
    const { seen } = remembering();
    const outer = filterReplyText(
      inner,
      call,
      {
        text(channel, text, out) {
          seen.texts++;
          out.text(channel, text.toUpperCase());
        },
        passes: () => true,
      },
      context,
    );
    expect(await outer.text()).toContain('TWO');
    expect(seen.texts).toBe(1);
  });
});
