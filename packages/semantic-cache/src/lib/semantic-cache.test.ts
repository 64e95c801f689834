import { describe, expect, it } from 'vitest';
import { createBench } from './fixture.ts';

describe('semanticCache()', () => {
  it('answers an identical call from the cache, byte for byte', async () => {
    const bench = createBench();
    const first = await bench.ask('Hi there');
    const second = await bench.ask('Hi there');
    expect(second.text).toBe(first.text);
    expect([first.cache, second.cache]).toEqual([
      'wintergate; fwd=miss; stored',
      'wintergate; hit; ttl=3600; detail=exact',
    ]);
    expect(second.headers.get('age')).toBe('0');
    expect(bench.calls()).toBe(1);
  });

  it('answers a rewording as similar, and not a look-alike', async () => {
    const bench = createBench();
    await bench.ask('What is the capital of France?');
    expect((await bench.ask("what's the capital of france")).cache).toContain(
      'hit; ttl=3600; detail=semantic',
    );
    expect((await bench.ask('What is the capital of Germany?')).cache).toBe(
      'wintergate; fwd=miss; stored',
    );
    expect(bench.calls()).toBe(2);
  });

  it('replays a stored JSON reply as a stream, and a stored stream as JSON', async () => {
    const bench = createBench();
    await bench.ask('json first');
    const streamed = await bench.ask('json first', { stream: true });
    expect(streamed.headers.get('content-type')).toContain('text/event-stream');
    expect(streamed.text).toContain('data: [DONE]');
    expect(streamed.cache).toContain('hit');
    await bench.ask('stream first', { stream: true });
    const json = JSON.parse((await bench.ask('stream first')).text);
    expect(json.choices[0].message.content).toBe('Answer 2');
    expect(bench.calls()).toBe(2);
  });
});
