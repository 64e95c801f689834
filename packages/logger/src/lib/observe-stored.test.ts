/** Stored replies: the same bytes come again for the same call, and say what they said. */
import { createReply, updateOutcome } from '@wintergate/core';
import { describe, expect, it } from 'vitest';
import { chat, chunks, done, gateway, type TestGateway } from './test-support.ts';
import type { LogRecord } from './types.ts';

const encoder = new TextEncoder();
const stream = (id: string) =>
  [...chunks('Hello', ' world'), done].join('').replaceAll('chatcmpl-1', id);

function stored(body: Uint8Array, status = 200): Response {
  const isJson = body[0] === '{'.charCodeAt(0);
  const type = isJson ? 'application/json' : 'text/event-stream';
  return createReply({ status, headers: { 'content-type': type }, body });
}

/** A gateway that answers with what `bytes` names at the time, as a cache does. */
function cached(bytes: () => Uint8Array, source: 'cache' | 'upstream' = 'cache'): TestGateway {
  return gateway({}, (_request, context) => {
    updateOutcome(context, { source, complete: true });
    return stored(bytes());
  });
}

/** What a record says of the reply: of the exchange, ids and times differ. */
function said(record: LogRecord | undefined): unknown {
  return Object.fromEntries(
    Object.entries(record ?? {}).filter(([name]) => /^gen_ai\.|outcome/.test(name)),
  );
}

async function ask(self: TestGateway, body: string, times: number): Promise<void> {
  for (let count = 0; count < times; count++) await (await self.post(body)).arrayBuffer();
  await self.written();
}

function json(fields: object): Uint8Array {
  const message = { role: 'assistant', content: 'Hello' };
  const choices = [{ index: 0, message, finish_reason: 'stop' }];
  const usage = { prompt_tokens: 7, completion_tokens: 3, total_tokens: 10 };
  return encoder.encode(JSON.stringify({ id: 'a', model: 'm', choices, usage, ...fields }));
}

describe('logger() and stored replies', () => {
  it.each([
    ['a stream', true, () => encoder.encode(stream('a'))],
    ['JSON', false, () => json({})],
  ])('says of %s each time what it said the first time', async (_name, streams, make) => {
    const bytes = make();
    const self = cached(() => bytes);
    await ask(self, chat({ stream: streams, user: `same ${streams}` }), 6);
    expect(self.records).toHaveLength(6);
    const first = said(self.records[0]);
    expect(first).toMatchObject({ 'gen_ai.response.finish_reasons': ['stop'] });
    for (const record of self.records) expect(said(record)).toEqual(first);
    const tokens = self.events.filter(({ type }) => type === 'first-token');
    expect(tokens).toHaveLength(streams ? 6 : 0);
  });

  // Nobody changes stored bytes: here it shows who looks at them.
  it.each([
    ['cache', 'reads what it has read no more', 'a'],
    ['upstream', 'reads what came each time', 'b'],
  ] as const)('from a %s: %s', async (source, _what, id) => {
    const bytes = encoder.encode(stream('a'));
    const self = cached(() => bytes, source);
    const body = chat({ stream: true, user: source });
    await ask(self, body, 5);
    bytes.set(encoder.encode(stream('b')));
    await ask(self, body, 1);
    expect(self.records.at(-1)!['gen_ai.response.id']).toBe(id);
  });

  it('reads another reply to the same call', async () => {
    let bytes = json({ id: 'one' });
    const self = cached(() => bytes);
    const body = chat({ user: 'another' });
    await ask(self, body, 5);
    bytes = json({ id: 'two', choices: [] });
    await ask(self, body, 1);
    expect(self.records.at(-1)!['gen_ai.response.id']).toBe('two');
    expect(self.records.at(-1)!['gen_ai.response.finish_reasons']).not.toEqual(['stop']);
  });

  it('writes content of each when it is told to', async () => {
    const bytes = json({});
    const self = gateway({ content: true, redact: ({ text }) => text }, (_request, context) => {
      updateOutcome(context, { source: 'cache', complete: true });
      return stored(bytes);
    });
    await ask(self, chat({ user: 'content' }), 5);
    for (const record of self.records) expect(JSON.stringify(record)).toContain('"Hello"');
  });
});
