import type { ByteSink } from '@wintergate/core';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type PacedStep, pacedSource } from './paced-source.ts';
import { hostSchedule } from './schedule.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function collect(): ByteSink & { log: string[] } {
  const log: string[] = [];
  return {
    log,
    write: (chunk) => void log.push(new TextDecoder().decode(chunk)),
    end: () => void log.push('end'),
    fail: (error) => void log.push(`fail ${(error as Error).message}`),
  };
}

function text(value: string, wait = 0): PacedStep {
  return { wait, bytes: new TextEncoder().encode(value) };
}

describe('pacedSource()', () => {
  it('writes steps without delay at once', () => {
    const sink = collect();
    pacedSource([text('a'), text('b')], hostSchedule).start(sink);
    expect(sink.log).toEqual(['a', 'b', 'end']);
  });

  it('waits before a step', () => {
    const sink = collect();
    pacedSource([text('a', 10), text('b', 5)], hostSchedule).start(sink);
    vi.advanceTimersByTime(9);
    expect(sink.log).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(sink.log).toEqual(['a']);
    vi.advanceTimersByTime(5);
    expect(sink.log).toEqual(['a', 'b', 'end']);
  });

  it('does not go on while its reader pauses from within a write', () => {
    const source = pacedSource([text('a'), text('b'), text('c', 5)], hostSchedule);
    const sink = collect();
    const write = sink.write;
    sink.write = (chunk) => {
      write(chunk);
      source.pause();
    };
    source.start(sink);
    vi.advanceTimersByTime(100);
    expect(sink.log).toEqual(['a']);
    expect(vi.getTimerCount()).toBe(0);
    source.resume();
    expect(sink.log).toEqual(['a', 'b']);
    source.resume();
    vi.advanceTimersByTime(5);
    expect(sink.log).toEqual(['a', 'b', 'c']);
    source.resume();
    expect(sink.log).toEqual(['a', 'b', 'c', 'end']);
  });

  it('says nothing after it was cancelled, and leaves no timer', () => {
    const sink = collect();
    const source = pacedSource([text('a'), text('b', 5)], hostSchedule);
    source.start(sink);
    source.cancel();
    vi.advanceTimersByTime(10);
    expect(sink.log).toEqual(['a']);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('breaks', () => {
    const sink = collect();
    pacedSource([text('a'), { wait: 0, ending: 'break' }, text('b')], hostSchedule).start(sink);
    expect(sink.log).toEqual(['a', 'fail terminated']);
  });

  it('stalls until it is cancelled', () => {
    const sink = collect();
    const source = pacedSource([text('a'), { wait: 0, ending: 'stall' }, text('b')], hostSchedule);
    source.start(sink);
    source.pause();
    source.resume();
    vi.advanceTimersByTime(1e6);
    expect(sink.log).toEqual(['a']);
    source.cancel();
  });
});
