import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { inStep } from './node-steps.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setImmediate'] });
});
afterEach(() => {
  vi.useRealTimers();
});

describe('inStep()', () => {
  it('lets all that are due go on in one turn, before any of them comes further', async () => {
    const told: string[] = [];
    for (const name of ['a', 'b', 'c']) {
      inStep({
        step() {
          told.push(`${name}1`);
          void Promise.resolve().then(() => told.push(`${name}2`));
        },
      });
    }
    expect(told).toEqual([]);
    await vi.advanceTimersToNextTimerAsync();
    expect(told).toEqual(['a1', 'b1', 'c1', 'a2', 'b2', 'c2']);
  });

  it('leaves those beyond 32 to the next turn, in their order', async () => {
    const told: number[] = [];
    for (let at = 0; at < 70; at++) inStep({ step: () => void told.push(at) });
    const turns: number[] = [];
    while (told.length < 70) {
      await vi.advanceTimersToNextTimerAsync();
      turns.push(told.length);
    }
    expect(turns).toEqual([32, 64, 70]);
    expect(told).toEqual(Array.from({ length: 70 }, (_, at) => at));
  });

  it('goes on with the others when one throws, and the error is not lost', async () => {
    const seen: unknown[] = [];
    const listeners = process.listeners('uncaughtException');
    process.removeAllListeners('uncaughtException');
    process.once('uncaughtException', (error) => seen.push(error.message));
    try {
      inStep({
        step() {
          throw new Error('A defect');
        },
      });
      inStep({ step: () => void seen.push('next') });
      await vi.advanceTimersToNextTimerAsync();
      await new Promise<void>((resolve) => process.nextTick(resolve));
      expect(seen).toEqual(['next', 'A defect']);
    } finally {
      for (const listener of listeners) process.on('uncaughtException', listener);
    }
  });
});
