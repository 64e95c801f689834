import { compose } from '@wintergate/core';
import { dialects, openaiChat } from '@wintergate/wire';
import { anthropicMessages } from '@wintergate/wire/anthropic';
import { describe, expect, it } from 'vitest';
import { openaiCompatible } from './openai-compatible.ts';
import { chatRequest, chunk, fakeTransport, run, streamOf, usageChunk } from './test-calls.ts';
import { upstream } from './upstream.ts';

const own = openaiCompatible({ name: 'own', baseUrl: 'https://own.test/v1', apiKey: 'sk-own' });
const hello = [chunk({ role: 'assistant', content: '' }), chunk({ content: 'Hello.' })];
const finish = chunk({}, 'stop');
const cut = 'upstream_stream_cut';

/** What a caller reads of a stream, and how the exchange was told to have gone. */
async function read(
  pieces: readonly string[],
  ending: 'end' | 'break' = 'end',
  request: Request = chatRequest({ stream: true }),
): Promise<{ text: string; outcome: unknown; attempt: unknown }> {
  const transport = fakeTransport(() => streamOf(pieces, ending));
  const { handler, events } = run(
    upstream({ provider: own, transport }),
    compose(dialects(openaiChat, anthropicMessages)),
  );
  const text = await (await handler(request)).text();
  const end = events.find(({ type }) => type === 'response-end');
  const attempt = events.find(({ type }) => type === 'attempt-end');
  return { text, outcome: end?.type === 'response-end' ? end.outcome : undefined, attempt };
}

describe('upstream() with a host that sends no end marker', () => {
  it('passes a stream with its finish reason as it is, and does not call it complete', async () => {
    const { text, outcome, attempt } = await read([...hello, finish, usageChunk]);
    expect(text).toBe([...hello, finish].join(''));
    expect(outcome).toMatchObject({
      complete: false,
      ended: 'completed',
      usage: { inputTokens: 9, outputTokens: 2 },
    });
    expect(attempt).toMatchObject({ ok: true });
  });

  it('takes every shorter beginning of it for cut', async () => {
    const whole = [...hello, finish];
    for (let length = 0; length < whole.length; length++)
      expect((await read(whole.slice(0, length))).text).toContain(cut);
  });

  it('takes a connection that broke for cut, whatever came before', async () => {
    const { text, outcome } = await read([...hello, finish], 'break');
    expect(text).toContain(cut);
    expect(outcome).toMatchObject({ complete: false, ended: 'failed' });
  });

  it('waits for the finish reason of each choice that was asked for', async () => {
    const second = finish.replace('"index":0', '"index":1');
    const asked = () => chatRequest({ stream: true, n: 2 });
    expect((await read([...hello, finish], 'end', asked())).text).toContain(cut);
    const { text } = await read([...hello, second, finish], 'end', asked());
    expect(text).toBe([...hello, second, finish].join(''));
  });

  it('ends a translated stream as the format of the caller does', async () => {
    const request = () =>
      chatRequest({ stream: true, max_tokens: 9 }, { url: 'http://gateway.test/v1/messages' });
    const { text, outcome } = await read([...hello, finish, usageChunk], 'end', request());
    expect(text).toContain('"stop_reason":"end_turn"');
    expect(text.trimEnd().split('\n').at(-1)).toBe('data: {"type":"message_stop"}');
    expect(outcome).toMatchObject({ ended: 'completed' });
    expect((await read(hello, 'end', request())).text).toMatch(/event: error\n.*\n\n$/);
  });
});
