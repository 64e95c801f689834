import { describe, expect, it } from 'vitest';
import { observeReply, type ReplyEnd, type ReplyObserver } from './observe-reply.ts';
import { openaiEmbeddings } from './openai-embeddings.ts';
import {
  chatCall,
  chunk,
  frames,
  jsonReply,
  newContext,
  streamReply,
  usageChunk,
} from './test-support.ts';
import type { ModelCall } from './types.ts';

const stream = frames([
  chunk({ role: 'assistant', content: '' }),
  chunk({ content: 'a' }),
  chunk({}, 'stop'),
  usageChunk,
]);
const reply = {
  id: 'c1',
  object: 'chat.completion',
  choices: [{ index: 0, message: { role: 'assistant', content: 'a' }, finish_reason: 'stop' }],
  usage: { prompt_tokens: 9, completion_tokens: 2, total_tokens: 11 },
};

async function observe(
  response: Response,
  observer: ReplyObserver = {},
  call: ModelCall = chatCall(),
): Promise<{ text: string; ends: ReplyEnd[] }> {
  const ends: ReplyEnd[] = [];
  const watched = observeReply(
    response,
    call,
    { ...observer, close: (end) => void ends.push(end) },
    newContext(),
  );
  return { text: await watched.text().catch(() => 'failed'), ends };
}

describe('observeReply()', () => {
  it('tells deltas and the end of a stream, whose bytes stay as they were', async () => {
    const seen: string[] = [];
    const { text, ends } = await observe(streamReply(stream), {
      delta: (delta) => void seen.push(delta.type),
    });
    expect(text).toBe(stream);
    expect(seen).toEqual(['start', 'text', 'finish', 'usage', 'done']);
    expect(ends).toEqual([
      { ended: 'completed', complete: true, usage: { inputTokens: 9, outputTokens: 2 } },
    ]);
  });

  it('tells the same end to an observer of nothing else', async () => {
    const { ends } = await observe(streamReply(stream));
    expect(ends).toMatchObject([{ complete: true, usage: { inputTokens: 9, outputTokens: 2 } }]);
  });

  it('does not take a cut stream for complete', async () => {
    const { ends } = await observe(streamReply(frames([chunk({ content: 'a' }, 'stop')], false)));
    expect(ends).toMatchObject([{ ended: 'completed', complete: false }]);
  });

  it('tells a JSON reply once whole', async () => {
    const seen: unknown[] = [];
    const { text, ends } = await observe(jsonReply(reply), {
      reply: (neutral, body) => void seen.push(neutral.choices[0]?.text, body['id']),
    });
    expect(JSON.parse(text)).toEqual(reply);
    expect(seen).toEqual(['a', 'c1']);
    expect(ends).toMatchObject([{ complete: true, usage: { inputTokens: 9, outputTokens: 2 } }]);
  });

  it.each<[string, Response]>([
    ['an error', jsonReply({ error: { message: 'no' } }, 500)],
    ['an error inside of a 200', jsonReply({ error: { message: 'no' } })],
    [
      'a reply without a finish reason',
      jsonReply({ choices: [{ message: { content: 'a' }, finish_reason: null }] }),
    ],
    ['a reply without choices', jsonReply({ choices: [] })],
    ['an error page', new Response('<html>', { headers: { 'content-type': 'text/html' } })],
    [
      'broken JSON',
      new Response('{"choices":', { headers: { 'content-type': 'application/json' } }),
    ],
  ])('does not take %s for complete', async (_, response) => {
    const { ends } = await observe(response);
    expect(ends).toMatchObject([{ ended: 'completed', complete: false }]);
  });

  it('tells when the caller leaves', async () => {
    const ends: ReplyEnd[] = [];
    const source = new ReadableStream({
      pull: (controller) => controller.enqueue(new TextEncoder().encode(stream.slice(0, 60))),
    });
    const response = new Response(source, { headers: { 'content-type': 'text/event-stream' } });
    const watched = observeReply(
      response,
      chatCall(),
      { close: (end) => void ends.push(end) },
      newContext(),
    );
    const reader = watched.body?.getReader();
    await reader?.read();
    await reader?.cancel();
    expect(ends).toMatchObject([{ ended: 'cancelled', complete: false }]);
  });

  it('takes embeddings with their data for complete', async () => {
    const url = new URL('http://gateway.test/v1/embeddings');
    const call = openaiEmbeddings.readCall({ model: 'm', input: 'x' }, 'embeddings', url);
    const body = {
      object: 'list',
      data: [],
      model: 'm',
      usage: { prompt_tokens: 4, total_tokens: 4 },
    };
    const { ends } = await observe(jsonReply(body), {}, call);
    expect(ends).toMatchObject([{ complete: true, usage: { inputTokens: 4, outputTokens: 0 } }]);
    expect((await observe(jsonReply({ error: 'no' }), {}, call)).ends).toMatchObject([
      { complete: false },
    ]);
  });
});
