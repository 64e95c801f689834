import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createQueue, type LogQueue, type QueueOptions } from './queue.ts';
import type { LogRecord, LogSink } from './types.ts';

const options = {
  batchSize: 3,
  enough: 3,
  flushIntervalMs: 200,
  maxQueue: 5,
  writeTimeoutMs: 1000,
};

/** A queue of numbers whose records say what was dropped before them. */
function numbers(
  write: LogSink['write'],
  change: Partial<QueueOptions> = {},
): { queue: LogQueue<number>; add(...items: number[]): void } {
  const toRecord = (item: number, dropped: number): LogRecord => {
    if (item < 0) throw new Error('no record');
    return dropped > 0 ? { item, dropped } : { item };
  };
  const queue = createQueue(toRecord, { ...options, ...change, sink: { write } });
  return {
    queue,
    add(...items) {
      for (const item of items) void queue.add(item, false);
    },
  };
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('createQueue()', () => {
  it('writes nothing before the turn in which it was added is over', async () => {
    const batches: unknown[] = [];
    const { add } = numbers((records) => void batches.push(records));
    add(1, 2, 3);
    await Promise.resolve();
    expect(batches).toEqual([]);
    await vi.advanceTimersByTimeAsync(0);
    expect(batches).toEqual([[{ item: 1 }, { item: 2 }, { item: 3 }]]);
  });

  it('waits for others until the interval is over', async () => {
    const batches: unknown[] = [];
    const { add } = numbers((records) => void batches.push(records));
    add(1);
    await vi.advanceTimersByTimeAsync(150);
    add(2);
    expect(batches).toEqual([]);
    await vi.advanceTimersByTimeAsync(50);
    expect(batches).toEqual([[{ item: 1 }, { item: 2 }]]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('splits what has waited into batches', async () => {
    const sizes: number[] = [];
    const { add } = numbers((records) => void sizes.push(records.length));
    add(1, 2, 3, 4, 5);
    await vi.advanceTimersByTimeAsync(0);
    expect(sizes).toEqual([3, 2]);
  });

  it('waits for no whole batch where there are enough, and gathers one while the sink is busy', async () => {
    const sizes: number[] = [];
    const { add } = numbers(
      (records) => {
        sizes.push(records.length);
        return new Promise((resolve) => setTimeout(resolve, 100));
      },
      { batchSize: 64, enough: 16, maxQueue: 1000 },
    );
    add(...Array.from({ length: 16 }, (_, at) => at));
    await vi.advanceTimersByTimeAsync(0);
    expect(sizes).toEqual([16]);
    for (let at = 0; at < 40; at++) add(at, at);
    await vi.advanceTimersByTimeAsync(250);
    expect(sizes).toEqual([16, 64, 16]);
  });

  it('never writes twice at once', async () => {
    let writing = 0;
    let most = 0;
    const seen: unknown[] = [];
    const { add } = numbers(async (records) => {
      most = Math.max(most, (writing += 1));
      await new Promise((resolve) => setTimeout(resolve, 500));
      writing -= 1;
      seen.push(...records);
    });
    add(1, 2, 3);
    await vi.advanceTimersByTimeAsync(100);
    add(4, 5, 6);
    await vi.advanceTimersByTimeAsync(2000);
    expect(most).toBe(1);
    expect(seen).toHaveLength(6);
  });

  it('drops the oldest over its bound, and counts them', async () => {
    const seen: unknown[] = [];
    const { add } = numbers((records) => void seen.push(...records));
    add(1, 2, 3, 4, 5, 6, 7);
    await vi.advanceTimersByTimeAsync(200);
    expect(seen).toEqual([
      { item: 3, dropped: 2 },
      { item: 4 },
      { item: 5 },
      { item: 6 },
      { item: 7 },
    ]);
  });

  it.each<[string, () => void | Promise<void>]>([
    [
      'throws',
      () => {
        throw new Error('full');
      },
    ],
    ['rejects', () => Promise.reject(new Error('full'))],
    ['hangs', () => new Promise(() => {})],
  ])('goes on after a sink that %s, and counts the loss once', async (_name, fail) => {
    const seen: unknown[] = [];
    let broken = true;
    const { add } = numbers((records) => {
      if (broken) return fail();
      seen.push(...records);
    });
    add(1, 2, 3);
    await vi.advanceTimersByTimeAsync(1000);
    add(4);
    await vi.advanceTimersByTimeAsync(1200);
    broken = false;
    add(5, 6);
    await vi.advanceTimersByTimeAsync(1200);
    expect(seen).toEqual([{ item: 5, dropped: 4 }, { item: 6 }]);
  });

  it('loses only the item of which no record can be made', async () => {
    const seen: unknown[] = [];
    const { add } = numbers((records) => void seen.push(...records));
    add(1, -2, 3);
    await vi.advanceTimersByTimeAsync(0);
    expect(seen).toEqual([{ item: 1 }, { item: 3, dropped: 1 }]);
  });

  it('settles when an item has left or was lost', async () => {
    const { queue } = numbers(() => Promise.reject(new Error('full')), { maxQueue: 1 });
    const settled: number[] = [];
    for (const item of [1, 2]) void queue.add(item, false).then(() => settled.push(item));
    await vi.advanceTimersByTimeAsync(0);
    expect(settled).toEqual([1]);
    await vi.advanceTimersByTimeAsync(200);
    expect(settled).toEqual([1, 2]);
  });

  it('writes alone and at once where it is told to', async () => {
    const batches: unknown[] = [];
    const { queue } = numbers((records) => void batches.push(records));
    await Promise.all([queue.add(1, true), queue.add(2, true)]);
    expect(batches).toEqual([[{ item: 1 }], [{ item: 2 }]]);
    expect(vi.getTimerCount()).toBe(0);
  });
});
