import type { ByteSink, ByteSource } from '@wintergate/core';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  Broadcast,
  type BroadcastHost,
  type BroadcastOptions,
  SlowReaderError,
} from './broadcast.ts';

/** A source worked by hand, with a record of what it was told. */
function manualSource() {
  let sink: ByteSink | undefined;
  const told: string[] = [];
  const source: ByteSource = {
    start(to) {
      told.push('start');
      sink = to;
    },
    pause: () => told.push('pause'),
    resume: () => told.push('resume'),
    cancel: () => told.push('cancel'),
  };
  return {
    source,
    told,
    write: (text: string) => sink?.write(new TextEncoder().encode(text)),
    end: () => sink?.end(),
    fail: (error: unknown) => sink?.fail(error),
  };
}

function reader(source: ByteSource | undefined) {
  const state = { text: '', end: undefined as unknown };
  source?.start({
    write: (chunk) => {
      state.text += new TextDecoder().decode(chunk);
    },
    end: () => {
      state.end = 'end';
    },
    fail: (error) => {
      state.end = error;
    },
  });
  return state;
}

function broadcastOf(
  source: ByteSource,
  change: Partial<BroadcastOptions & BroadcastHost> = {},
): Broadcast {
  const all: BroadcastOptions & BroadcastHost = {
    maxBytes: 10,
    slowReaderTimeout: 5000,
    budget: { used: 0, max: 1000 },
    shared: true,
    abandoned: 'cancel',
    onPrefixGone() {},
    onChange() {},
    ...change,
  };
  return new Broadcast(source, all, all);
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('Broadcast', () => {
  it('hands on what was read of a chunk to whoever takes it at once', () => {
    const told: unknown[] = [];
    const take = (chunk: Uint8Array, read?: unknown): void => void told.push([chunk[0], read]);
    const reads = { start: { bytes: new Uint8Array([1]) }, next: { bytes: new Uint8Array([2]) } };
    let sink: ByteSink | undefined;
    const source = { start: (to: ByteSink) => (sink = to), pause() {}, resume() {}, cancel() {} };
    const broadcast = broadcastOf(source as ByteSource);
    broadcast.join()?.start({ write: take, end() {}, fail() {} });
    sink?.write(reads.start.bytes, reads.start);
    sink?.write(reads.next.bytes, reads.next);
    broadcast.join()?.start({ write: take, end() {}, fail() {} });
    expect(told).toEqual([
      [1, reads.start],
      [2, reads.next],
      [1, undefined],
      [2, undefined],
    ]);
  });

  it('gives every reader the whole body, whenever it came', () => {
    const up = manualSource();
    const broadcast = broadcastOf(up.source);
    const one = reader(broadcast.join());
    up.write('abc');
    const two = reader(broadcast.join());
    up.write('def');
    up.end();
    const three = reader(broadcast.join());
    expect([one, two, three]).toEqual(Array(3).fill({ text: 'abcdef', end: 'end' }));
    expect(new TextDecoder().decode(broadcast.bytes())).toBe('abcdef');
  });

  it('lets nobody join once the beginning is gone, and keeps no more than the window', () => {
    const up = manualSource();
    const budget = { used: 0, max: 1000 };
    let gone = 0;
    const broadcast = broadcastOf(up.source, { budget, onPrefixGone: () => (gone += 1) });
    const one = reader(broadcast.join());
    for (let at = 0; at < 10; at++) up.write('12345');
    expect(broadcast.join()).toBeUndefined();
    up.end();
    expect([one.text.length, one.end, gone, budget.used, broadcast.bytes()]).toEqual([
      50,
      'end',
      1,
      0,
      undefined,
    ]);
  });

  it('lets nobody join once the budget of all is spent', () => {
    const up = manualSource();
    const broadcast = broadcastOf(up.source, { budget: { used: 999, max: 1000 } });
    reader(broadcast.join());
    up.write('ab');
    expect(broadcast.join()).toBeUndefined();
  });

  it('pauses the upstream while nobody wants more', () => {
    const up = manualSource();
    const broadcast = broadcastOf(up.source);
    const one = broadcast.join();
    const two = broadcast.join();
    reader(one);
    reader(two);
    one?.pause();
    expect(up.told).toEqual(['start']);
    two?.pause();
    expect(up.told).toEqual(['start', 'pause']);
    one?.resume();
    expect(up.told).toEqual(['start', 'pause', 'resume']);
  });

  it('lets a slow reader keep the others waiting for 5 s and no longer', () => {
    const up = manualSource();
    const broadcast = broadcastOf(up.source);
    const slowSource = broadcast.join();
    const slow = reader(slowSource);
    const fast = reader(broadcast.join());
    slowSource?.pause();
    for (let at = 0; at < 3; at++) up.write('12345');
    expect(up.told.at(-1)).toBe('pause');
    vi.advanceTimersByTime(4999);
    expect(slow.end).toBeUndefined();
    vi.advanceTimersByTime(1);
    expect(slow.end).toBeInstanceOf(SlowReaderError);
    expect(up.told.at(-1)).toBe('resume');
    up.write('rest');
    up.end();
    expect(fast).toEqual({ text: '123451234512345rest', end: 'end' });
  });

  it('never drops a reader that is alone, nor readers that are all as slow', () => {
    const up = manualSource();
    const broadcast = broadcastOf(up.source);
    const sources = [broadcast.join(), broadcast.join()];
    const states = sources.map(reader);
    for (const source of sources) source?.pause();
    up.write('x'.repeat(30));
    vi.advanceTimersByTime(60_000);
    for (const source of sources) source?.resume();
    up.end();
    expect(states.map(({ text, end }) => [text.length, end])).toEqual([
      [30, 'end'],
      [30, 'end'],
    ]);
  });

  it('tells a reader that was dropped before it began', () => {
    const up = manualSource();
    const broadcast = broadcastOf(up.source);
    const late = broadcast.join();
    reader(broadcast.join());
    up.write('x'.repeat(30));
    vi.advanceTimersByTime(5000);
    expect(reader(late).end).toBeInstanceOf(SlowReaderError);
  });

  it('cancels with the last reader, not before', () => {
    const up = manualSource();
    const broadcast = broadcastOf(up.source);
    const sources = [broadcast.join(), broadcast.join()];
    sources.forEach(reader);
    sources[0]?.cancel();
    expect(up.told).toEqual(['start']);
    sources[1]?.cancel();
    expect([up.told.at(-1), broadcast.ended]).toEqual(['cancel', 'cancelled']);
    expect(broadcast.join()).toBeUndefined();
  });

  it('drains by option, and lets others join meanwhile', () => {
    const up = manualSource();
    const broadcast = broadcastOf(up.source, { abandoned: 'drain' });
    const first = broadcast.join();
    reader(first);
    up.write('ab');
    first?.cancel();
    up.write('cd');
    const second = reader(broadcast.join());
    up.end();
    expect([second, up.told.includes('cancel')]).toEqual([{ text: 'abcd', end: 'end' }, false]);
  });

  it('passes a failure on after what came before it', () => {
    const up = manualSource();
    const broadcast = broadcastOf(up.source);
    const one = broadcast.join();
    const state = reader(one);
    one?.pause();
    up.write('ab');
    up.fail('broken');
    one?.resume();
    expect(state).toEqual({ text: 'ab', end: 'broken' });
    expect([broadcast.join(), broadcast.bytes()]).toEqual([undefined, undefined]);
  });

  it('gives every reader a beginning of the same bytes, in whatever order things happen', () => {
    const step = fc.record({
      type: fc.constantFrom('write', 'write', 'join', 'pause', 'resume', 'cancel', 'time'),
      which: fc.nat(5),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
        const up = manualSource();
        const budget = { used: 0, max: 60 };
        const broadcast = broadcastOf(up.source, { budget, maxBytes: 20 });
        const first = broadcast.join();
        const sources = [first];
        const states = [reader(first)];
        let sent = '';
        for (const { type, which } of steps) {
          const source = sources[which % sources.length];
          if (type === 'write' && broadcast.ended === undefined) {
            const text = String(sent.length % 10).repeat(which + 1);
            sent += text;
            up.write(text);
          } else if (type === 'join') {
            const joined = broadcast.join();
            if (joined !== undefined) {
              sources.push(joined);
              states.push(reader(joined));
            }
          } else if (type === 'pause') source?.pause();
          else if (type === 'resume') source?.resume();
          else if (type === 'cancel') source?.cancel();
          else if (type === 'time') vi.advanceTimersByTime(5000);
        }
        for (const source of sources) source?.resume();
        up.end();
        for (const { text, end } of states) {
          expect(sent.startsWith(text)).toBe(true);
          if (end === 'end') expect(text).toBe(sent);
        }
        broadcast.close();
        expect(budget.used).toBe(0);
      }),
      { numRuns: 300 },
    );
  });
});
