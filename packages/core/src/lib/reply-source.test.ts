import { describe, expect, it } from 'vitest';
import { createContext } from './context.ts';
import { holdReply } from './hold-reply.ts';
import { addReplyStage, createReply, rewriteReply } from './reply.ts';
import { cancelReply } from './reply-run.ts';
import { replySource } from './reply-source.ts';
import { rewrite, toNativeRequest } from './request.ts';
import { Chunk, type SseEvent } from './sse-block.ts';
import type { ByteSource, StageOutput } from './stage-types.ts';

describe('replySource()', () => {
  it('runs the stages and hands on what comes out of them', () => {
    const context = createContext(new Request('http://localhost/'));
    const seen: string[] = [];
    const reply = addReplyStage(
      createReply({ headers: { 'content-type': 'text/plain' }, body: 'abc' }),
      { name: 'upper', transform: true, body: () => new TextEncoder().encode('ABC') },
      context,
    );
    replySource(reply).start({
      write: (chunk) => seen.push(new TextDecoder().decode(chunk)),
      end: () => seen.push('end'),
      fail: () => seen.push('fail'),
    });
    expect(seen.join('|')).toBe('ABC|end');
  });

  it('passes pause, resume and cancel on, from within the first write too', () => {
    const calls: string[] = [];
    const inner: ByteSource = {
      start: (sink) => sink.write(new Uint8Array(1)),
      pause: () => calls.push('pause'),
      resume: () => calls.push('resume'),
      cancel: () => calls.push('cancel'),
    };
    const source = replySource(createReply({ body: inner }));
    source.start({ write: () => source.pause(), end() {}, fail() {} });
    source.resume();
    source.cancel('enough');
    expect(calls).toEqual(['pause', 'resume', 'cancel']);
  });

  describe('with events', () => {
    const context = createContext(new Request('http://localhost/'));
    const headers = { 'content-type': 'text/event-stream' };
    const text = new TextEncoder().encode('data: {"a":1}\n\ndata: {"a":2}\n\n');

    /** A reply whose stages put the events that pass into `seen`. */
    function watched(
      body: Uint8Array | ByteSource,
      seen: SseEvent[],
      transform: boolean,
    ): Response {
      const event = (it: SseEvent, out: StageOutput): void => {
        seen.push(it);
        if (transform) out.event(it);
      };
      return addReplyStage(
        createReply({ headers, body }),
        { name: 's', transform, event },
        context,
      );
    }

    /** What a middleware passes on that takes the body apart, here with what was read of it. */
    function passed(source: ByteSource): ByteSource {
      return {
        ...source,
        start: (sink) => source.start({ ...sink, write: (...it) => sink.write(...it) }),
      };
    }

    it.each([
      [false, false],
      [false, true],
      [true, false],
      [true, true],
    ])(
      'hands on what was read of a chunk, stages that change inside %s, outside %s',
      async (...changes) => {
        const [inside, outside]: SseEvent[][] = [[], []];
        const inner = watched(text, inside!, changes[0]!);
        const outer = watched(passed(replySource(inner)), outside!, changes[1]!);
        expect(new Uint8Array(await outer.arrayBuffer())).toEqual(text);
        expect(inside).toHaveLength(2);
        for (const [at, event] of inside!.entries()) expect(outside![at]).toBe(event);
      },
    );

    it('does so for what was held at first', async () => {
      const [inside, outside]: SseEvent[][] = [[], []];
      const inner = watched(text, inside!, true);
      const limits = { maxBytes: 1000, maxMs: 1000, decide: () => 'hold' as const };
      const held = await holdReply(inner, limits, context);
      expect(held.decision).toBe('ended');
      const outer = watched(passed(replySource(held.response)), outside!, true);
      expect(new Uint8Array(await outer.arrayBuffer())).toEqual(text);
      for (const [at, event] of inside!.entries()) expect(outside![at]).toBe(event);
    });

    it('reads bytes that are not those of the chunk', async () => {
      const seen: SseEvent[] = [];
      const source: ByteSource = {
        ...replySource(createReply({ body: '' })),
        start(sink) {
          sink.write(new TextEncoder().encode('data: 1\n\n'), new Chunk(text));
          sink.end();
        },
      };
      await watched(source, seen, true).text();
      expect(seen.map(({ data }) => data)).toEqual(['1']);
    });
  });

  it('releases a reply that was never started', () => {
    const calls: string[] = [];
    const inner: ByteSource = {
      start() {},
      pause() {},
      resume() {},
      cancel: () => calls.push('cancel'),
    };
    replySource(createReply({ body: inner })).cancel();
    expect(calls).toEqual(['cancel']);
  });

  it('cancels a Response of the platform that it is reading', async () => {
    let reason: unknown;
    const body = new ReadableStream<Uint8Array>({
      pull: (controller) => controller.enqueue(new Uint8Array(1)),
      cancel: (given) => void (reason = given),
    });
    const source = replySource(new Response(body));
    await new Promise<void>((resolve) => {
      const write = (): void => {
        source.cancel('enough');
        resolve();
      };
      source.start({ write, end() {}, fail() {} });
    });
    expect(reason).toBe('enough');
  });
});

describe('cancelReply()', () => {
  it('gives up a Response of the platform while a context reads it', async () => {
    let reason: unknown;
    const body = new ReadableStream<Uint8Array>({ cancel: (given) => void (reason = given) });
    const response = new Response(body);
    const reading = createContext(new Request('http://localhost/')).bytes(response);
    cancelReply(response, 'late');
    await expect(reading).rejects.toBe('late');
    expect(reason).toBe('late');
  });
});

describe('rewrite() with a signal', () => {
  it('gives the derived request, native or not, another signal than the caller has', () => {
    const caller = new AbortController();
    const own = new AbortController();
    const request = new Request('http://localhost/', { signal: caller.signal });
    const derived = rewrite(request, { signal: own.signal });
    const native = toNativeRequest(derived);
    caller.abort();
    expect([derived.signal.aborted, native.signal.aborted]).toEqual([false, false]);
    own.abort();
    expect([derived.signal.aborted, native.signal.aborted]).toEqual([true, true]);
  });
});

describe('addReplyStage()', () => {
  it('feeds events to a stage, whatever the content type is changed to behind it', async () => {
    const context = createContext(new Request('http://localhost/'));
    const seen: string[] = [];
    const events = createReply({
      headers: { 'content-type': 'text/event-stream' },
      body: 'data: a\n\ndata: b\n\n',
    });
    const watched = addReplyStage(
      events,
      { name: 'watch', event: ({ data }) => void seen.push(data) },
      context,
    );
    const framed = addReplyStage(
      watched,
      {
        name: 'frame',
        transform: true,
        bytes: (chunk, out) => out.bytes(chunk.subarray(6, 7)),
      },
      context,
    );
    const plain = rewriteReply(framed, { headers: { 'content-type': 'text/plain' } }, context);
    expect(await plain.text()).toBe('ab');
    expect(seen).toEqual(['a', 'b']);
  });
});
