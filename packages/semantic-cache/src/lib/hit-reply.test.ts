import { describe, expect, it, vi } from 'vitest';
import { chatBody, chatChunks, createBench, jsonReply, streamReply } from './fixture.ts';
import type { SemanticCacheOptions } from './options.ts';

describe('what a hit reports', () => {
  it('tells the usage of the call that made it, or none', async () => {
    for (const [hitUsage, total] of [
      [undefined, 12],
      ['original', 12],
      ['zero', 0],
    ] as const) {
      const cache = hitUsage === undefined ? {} : { hitUsage };
      const { ask, events } = createBench({ cache: { tenant: 'shared', ...cache } });
      await ask('What is new?');
      const { text } = await ask('What is new?');
      expect(JSON.parse(text).usage.total_tokens).toBe(total);
      expect(JSON.parse(text).choices[0].message.content).toBe('Answer 1');
      const body = { stream_options: { include_usage: true } };
      const stream = (await ask('What is new?', { stream: true, body })).text;
      expect(stream).toContain(`"total_tokens":${total}`);
      expect(events.filter(({ type }) => type === 'cache-lookup').at(-1)).toMatchObject({
        result: 'hit',
        saved: { usage: { inputTokens: 5, outputTokens: 7 } },
      });
    }
  });

  it('is the newest answer, however often the very same call came before', async () => {
    for (const stream of [false, true]) {
      const [one, zero] = ([{}, { hitUsage: 'zero' }] as const).map((options) =>
        createBench({ cache: { tenant: 'shared', ...options } }),
      );
      const body = stream ? { stream_options: { include_usage: true } } : {};
      for (const { ask, calls } of [one!, zero!]) {
        const again = async () => (await ask('What is old?', { stream, body })).text;
        await ask('What is old?');
        for (let time = 0; time < 4; time++) expect(await again()).toContain('Answer 1');
        await ask('What is old?', { headers: { 'cache-control': 'no-cache' } });
        for (let time = 0; time < 3; time++) expect(await again()).toContain('Answer 2');
        expect(calls()).toBe(2);
      }
      const totals = [one!, zero!].map(
        async ({ ask }) =>
          /"total_tokens":(\d+)/.exec((await ask('What is old?', { stream, body })).text)?.[1],
      );
      expect(await Promise.all(totals)).toEqual(['12', '0']);
    }
  });

  it('says how alike a similar text is, and who let it answer', async () => {
    const { ask } = createBench({ cache: { tenant: 'shared' } });
    await ask("What's the capital of France?");
    expect((await ask('what is the capital of france')).cache).toMatch(
      /detail=semantic; similarity=1\.000; policy="fixed:0\.92"; key="[0-9a-f]{14}"$/,
    );
  });
});

describe('replayFraming', () => {
  const pieces = (stream: string): string[] =>
    stream
      .split('\n\n')
      .filter((event) => event.startsWith('data: {'))
      .flatMap((event) => JSON.parse(event.slice(6)).choices[0]?.delta.content || []);

  async function replay(options: SemanticCacheOptions, firstStreams = true) {
    const { ask } = createBench({
      cache: { tenant: 'shared', ...options },
      end: async (request) => {
        const { stream } = (await request.json()) as { stream?: boolean };
        return stream === true
          ? streamReply(chatChunks('In “these” very\n pieces'))
          : jsonReply(chatBody('In “these” very\n pieces'));
      },
    });
    const first = await ask('How?', { stream: firstStreams });
    const again = await ask('How?', { stream: true });
    expect(again.cache).toContain('hit');
    return { first: firstStreams ? pieces(first.text) : [], again: pieces(again.text) };
  }

  it('sends a stored stream in the pieces in which it came', async () => {
    const { first, again } = await replay({});
    expect(first).toEqual(['In ', '“these” ', 'very\n ', 'pieces']);
    expect(again).toEqual(first);
  });

  it('sends it whole when told so, as it does what came whole', async () => {
    expect((await replay({ replayFraming: 'whole' })).again).toEqual(['In “these” very\n pieces']);
    expect((await replay({}, false)).again).toEqual(['In “these” very\n pieces']);
  });
});

describe('replayPace', () => {
  it('sends a stream event by event, and stops when nobody reads', async () => {
    vi.useFakeTimers();
    try {
      const { handler, ask } = createBench({ cache: { tenant: 'shared', replayPace: '50 ms' } });
      const first = ask('What is new?');
      await vi.runAllTimersAsync();
      await first;
      const { chatRequest } = await import('./fixture.ts');
      const response = await handler(chatRequest('What is new?', { stream: true }));
      const reader = (response.body as ReadableStream<Uint8Array>).getReader();
      const chunks: string[] = [];
      const reading = (async () => {
        for (let part = await reader.read(); !part.done; part = await reader.read())
          chunks.push(new TextDecoder().decode(part.value));
      })();
      await vi.advanceTimersByTimeAsync(0);
      expect(chunks).toHaveLength(1);
      await vi.advanceTimersByTimeAsync(49);
      expect(chunks).toHaveLength(1);
      await vi.advanceTimersByTimeAsync(1);
      expect(chunks).toHaveLength(2);
      await vi.runAllTimersAsync();
      await reading;
      expect(chunks.at(-1)).toBe('data: [DONE]\n\n');
      const left = await handler(chatRequest('What is new?', { stream: true }));
      await left.body?.cancel();
      await vi.runAllTimersAsync();
      expect(vi.getTimerCount()).toBe(0);
    } finally {
      vi.useRealTimers();
    }
  });
});
