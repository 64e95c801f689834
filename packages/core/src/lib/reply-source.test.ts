import { describe, expect, it } from 'vitest';
import { createContext } from './context.ts';
import { addReplyStage, createReply } from './reply.ts';
import { replySource } from './reply-source.ts';
import { rewrite, toNativeRequest } from './request.ts';
import type { ByteSource } from './stage-types.ts';

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
