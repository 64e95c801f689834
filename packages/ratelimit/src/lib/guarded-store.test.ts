import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createGuardedStore, type Taken } from './guarded-store.ts';
import type { LimitRule, RateLimitStore, StoreState, Take, TakeResult } from './types.ts';

const rule: LimitRule = {
  name: 'rpm',
  algorithm: 'fixed-window',
  quota: 2,
  windowMs: 60_000,
  burst: 2,
};
const take: Take = { rule, key: 'k', cost: 1, enforced: true };
const yes: TakeResult = { allowed: true, remaining: 7, resetMs: 1, retryMs: 0, at: 0 };
const no: TakeResult = { allowed: false, remaining: 0, resetMs: 1, retryMs: 1, at: 0 };

let work: Promise<unknown>[] = [];
function at(now: number): StoreState {
  return { now, waitUntil: (one) => void work.push(one) };
}

/** A store that answers what it is told, and remembers what was given back. */
function scripted(answer: () => readonly TakeResult[] | Promise<readonly TakeResult[]>) {
  const refunds: (readonly Take[])[] = [];
  let asked = 0;
  const store: RateLimitStore = {
    name: 'scripted',
    shared: true,
    take() {
      asked += 1;
      return answer();
    },
    refund: (takes) => void refunds.push(takes),
  };
  return { store, refunds, asked: () => asked };
}

beforeEach(() => {
  vi.useFakeTimers();
  work = [];
});
afterEach(() => {
  vi.useRealTimers();
});

describe('createGuardedStore()', () => {
  it('answers at once when the store does', () => {
    const guarded = createGuardedStore(scripted(() => [yes]).store, { timeoutMs: 100 });
    expect(guarded.take([take], at(0))).toMatchObject({ results: [yes], failure: undefined });
    expect(vi.getTimerCount()).toBe(0);
  });

  it('leaves no timer behind', async () => {
    const guarded = createGuardedStore(scripted(async () => [yes]).store, { timeoutMs: 100 });
    expect(await guarded.take([take], at(0))).toMatchObject({ results: [yes], failure: undefined });
    expect(vi.getTimerCount()).toBe(0);
  });

  it.each<[string, () => readonly TakeResult[] | Promise<readonly TakeResult[]>, string]>([
    [
      'throws',
      () => {
        throw new Error('no socket');
      },
      'no socket',
    ],
    ['rejects', () => Promise.reject(new Error('ECONNRESET')), 'ECONNRESET'],
    ['answers too little', () => [], 'Expected one result for each take'],
    [
      'answers nonsense',
      async () => 'OK' as unknown as TakeResult[],
      'Expected one result for each take',
    ],
    ['answers nothing', () => undefined as never, 'Expected one result for each take'],
    ['answers null', async () => null as never, 'Expected one result for each take'],
    ['answers no results', () => [null as never], 'Expected one result for each take'],
    [
      'does not decide',
      () => [{ ...yes, allowed: 1 as never }],
      'Expected one result for each take',
    ],
    [
      'answers what is no time',
      async () => [{ ...no, retryMs: Number.NaN }],
      'Expected one result for each take',
    ],
    [
      'leaves the rest out',
      () => [{ ...yes, remaining: undefined as never }],
      'Expected one result for each take',
    ],
  ])('counts in this process when the store %s', async (_name, answer, failure) => {
    const guarded = createGuardedStore(scripted(answer).store, { timeoutMs: 100 });
    const allowed: boolean[] = [];
    // Apart in time, so that the store is asked each time.
    for (let index = 0; index < 3; index += 1) {
      const taken = await guarded.take([take], at(index * 2000));
      expect([failure, 'Resting after failures']).toContain(taken.failure);
      allowed.push(taken.results[0]!.allowed);
    }
    expect(allowed).toEqual([true, true, false]);
  });

  it('does not wait longer than the timeout', async () => {
    const guarded = createGuardedStore(scripted(() => new Promise(() => {})).store, {
      timeoutMs: 100,
    });
    let taken: Taken | undefined;
    void Promise.resolve(guarded.take([take], at(0))).then((value) => (taken = value));
    await vi.advanceTimersByTimeAsync(99);
    expect(taken).toBeUndefined();
    await vi.advanceTimersByTimeAsync(1);
    expect(taken).toMatchObject({
      failure: 'No answer within 100 ms',
      results: [{ allowed: true }],
    });
  });

  it('rests after three failures in a row, and asks again a second later', async () => {
    const { store, asked } = scripted(() => Promise.reject(new Error('down')));
    const guarded = createGuardedStore(store, { timeoutMs: 100 });
    for (const now of [0, 1, 2, 3, 900, 1001]) await guarded.take([take], at(now));
    expect(asked()).toBe(3);
    await guarded.take([take], at(1002));
    expect(asked()).toBe(4);
  });

  it('does not rest while a clock that was set back catches up', async () => {
    const { store, asked } = scripted(() => Promise.reject(new Error('down')));
    const guarded = createGuardedStore(store, { timeoutMs: 100 });
    for (const now of [9e12, 9e12, 9e12, 1e12]) await guarded.take([take], at(now));
    expect(asked()).toBe(4);
  });

  it('forgets failures once the store answers', async () => {
    let down = true;
    const { store, asked } = scripted(async () => {
      if (down) throw new Error('down');
      return [yes];
    });
    const guarded = createGuardedStore(store, { timeoutMs: 100 });
    for (const now of [0, 1]) await guarded.take([take], at(now));
    down = false;
    await guarded.take([take], at(2));
    down = true;
    for (const now of [3, 4, 5]) await guarded.take([take], at(now));
    expect(asked()).toBe(6);
  });

  it('gives back to the store what it took, and nothing when it refused', async () => {
    const allowed = scripted(() => [yes]);
    (await createGuardedStore(allowed.store, { timeoutMs: 100 }).take([take], at(0))).undo();
    expect(allowed.refunds).toEqual([[take]]);
    const refused = scripted(() => [no]);
    (await createGuardedStore(refused.store, { timeoutMs: 100 }).take([take], at(0))).undo();
    expect(refused.refunds).toEqual([]);
  });

  it('turns a failing refund into background work that fails', async () => {
    const store: RateLimitStore = {
      name: 'broken',
      shared: true,
      take: () => [yes],
      refund() {
        throw new Error('down');
      },
    };
    (await createGuardedStore(store, { timeoutMs: 100 }).take([take], at(0))).undo();
    await expect(work[0]).rejects.toThrow('down');
  });

  describe('when the answer comes too late', () => {
    async function late(results: readonly TakeResult[], undo: boolean) {
      let answer: (results: readonly TakeResult[]) => void = () => {};
      const slow = scripted(() => new Promise((resolve) => (answer = resolve)));
      const taking = createGuardedStore(slow.store, { timeoutMs: 100 }).take([take], at(0));
      await vi.advanceTimersByTimeAsync(100);
      const taken = await taking;
      if (undo) taken.undo();
      answer(results);
      await Promise.all(work);
      return slow.refunds;
    }

    it('leaves it counted for a request that was served', async () => {
      expect(await late([yes], false)).toEqual([]);
    });

    it('gives it back for a request that was not', async () => {
      expect(await late([yes], true)).toEqual([[take]]);
    });

    it('gives nothing back that was refused', async () => {
      expect(await late([no], true)).toEqual([]);
    });
  });
});
