import { describe, expect, it, vi } from 'vitest';
import { inStep, nextStep } from './steps.ts';

/** Behind the steps of this turn, which were asked for before. */
const turnEnds = () => new Promise<void>((resolve) => setImmediate(resolve));

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
    await turnEnds();
    expect(told).toEqual(['a1', 'b1', 'c1', 'a2', 'b2', 'c2']);
  });

  it('leaves those beyond 32 to the next turn, in their order', async () => {
    const told: number[] = [];
    for (let at = 0; at < 70; at++) inStep({ step: () => void told.push(at) });
    const turns: number[] = [];
    while (told.length < 70) {
      await turnEnds();
      turns.push(told.length);
    }
    expect(turns).toEqual([32, 64, 70]);
    expect(told).toEqual(Array.from({ length: 70 }, (_, at) => at));
  });

  it('does not wait for a clock that is set by hand', async () => {
    const { setImmediate: real } = globalThis;
    vi.useFakeTimers();
    try {
      const taken = new Promise<string>((resolve) => inStep({ step: () => resolve('taken') }));
      const never = new Promise<string>((resolve) => real(() => real(() => resolve('never'))));
      expect(await Promise.race([taken, never])).toBe('taken');
    } finally {
      vi.useRealTimers();
    }
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
      await turnEnds();
      await new Promise<void>((resolve) => process.nextTick(resolve));
      expect(seen).toEqual(['next', 'A defect']);
    } finally {
      for (const listener of listeners) process.on('uncaughtException', listener);
    }
  });
});

describe('nextStep()', () => {
  /** Calls that ask in one turn: which of them went on at once, and which have when the turn is over. */
  async function turn(names: string[]): Promise<{ atOnce: string[]; later: string[] }> {
    const told = { atOnce: [] as string[], later: [] as string[] };
    for (const name of names) {
      const wait = nextStep();
      if (wait === undefined) told.atOnce.push(name);
      else void wait.then(() => told.later.push(name));
    }
    await turnEnds();
    return told;
  }

  it('lets a call go on at once while calls come one at a time', async () => {
    await turn(['ends a busy time']);
    expect(await turn(['a'])).toEqual({ atOnce: ['a'], later: [] });
    expect(await turn(['b'])).toEqual({ atOnce: ['b'], later: [] });
  });

  it('lets all go on at once while the clock is set by hand', async () => {
    await turn(['a', 'b', 'c']);
    vi.useFakeTimers();
    try {
      expect([nextStep(), nextStep()]).toEqual([undefined, undefined]);
    } finally {
      vi.useRealTimers();
    }
    expect(await turn(['d'])).toEqual({ atOnce: [], later: ['d'] });
  });

  it('has calls of one turn wait for its end, and the first of the next one too', async () => {
    await turn(['a']);
    expect(await turn(['b', 'c', 'd'])).toEqual({ atOnce: ['b'], later: ['c', 'd'] });
    expect(await turn(['e', 'f'])).toEqual({ atOnce: [], later: ['e', 'f'] });
    expect(await turn(['g'])).toEqual({ atOnce: [], later: ['g'] });
    expect(await turn(['h'])).toEqual({ atOnce: ['h'], later: [] });
  });

  it('counts those that a full turn left over as come in the next', async () => {
    const names = Array.from({ length: 40 }, (_, at) => String(at));
    await turn(['a', 'b']);
    expect((await turn(names)).later).toHaveLength(32);
    expect(await turn(['x'])).toMatchObject({ atOnce: [], later: ['x'] });
  });
});
