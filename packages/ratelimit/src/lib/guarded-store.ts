/** A store that may fail, and what stands in for it meanwhile. */
import { isPromise } from '@wintergate/core';
import { memoryStore } from './memory-store.ts';
import type { RateLimitStore, StoreState, Take, TakeResult } from './types.ts';

/** What came of asking a store. */
export interface Taken {
  readonly results: readonly TakeResult[];
  /** Set when the store did not answer, and this process counted in its place. */
  readonly failure: string | undefined;
  /** Gives back what was counted, wherever that was; nothing when the takes were refused. */
  undo(): void;
}

export interface GuardedStore {
  take(takes: readonly Take[], state: StoreState): Taken | Promise<Taken>;
}

export interface GuardedStoreOptions {
  readonly timeoutMs: number;
}

/** After so many failures in a row the store is left alone for a while. */
const failuresToRest = 3;
const restMs = 1000;

/**
 * Wraps a store so that asking it never throws and never takes longer than `timeoutMs`. While it
 * fails, an in-memory store counts the same takes: nobody is unlimited. After three failures in a
 * row it is not asked for a second, so that a dead store does not delay every request.
 */
export function createGuardedStore(
  store: RateLimitStore,
  { timeoutMs }: GuardedStoreOptions,
): GuardedStore {
  let standIn: RateLimitStore | undefined;
  let failures = 0;
  let restUntil = 0;

  function failed(takes: readonly Take[], state: StoreState, error: unknown): Taken {
    failures += 1;
    if (failures >= failuresToRest) restUntil = state.now + restMs;
    return countHere(takes, state, messageOf(error));
  }

  function countHere(takes: readonly Take[], state: StoreState, failure: string): Taken {
    standIn ??= memoryStore();
    const own = standIn;
    // The memory store answers synchronously.
    const results = own.take(takes, state) as readonly TakeResult[];
    return {
      results,
      failure,
      undo() {
        if (!isRefused(takes, results)) void own.refund(takes, results, state);
      },
    };
  }

  function answered(
    takes: readonly Take[],
    state: StoreState,
    results: readonly TakeResult[],
  ): Taken {
    if (!isAnswer(results, takes.length)) {
      return failed(takes, state, 'Expected one result for each take');
    }
    failures = 0;
    return { results, failure: undefined, undo: () => refund(takes, results, state) };
  }

  function refund(takes: readonly Take[], results: readonly TakeResult[], state: StoreState): void {
    if (isRefused(takes, results)) return;
    try {
      const work = store.refund(takes, results, state);
      if (work !== undefined && isPromise(work)) state.waitUntil(work);
    } catch (error) {
      state.waitUntil(Promise.reject(error));
    }
  }

  async function wait(
    answer: Promise<readonly TakeResult[]>,
    takes: readonly Take[],
    state: StoreState,
  ): Promise<Taken> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<undefined>((resolve) => {
      timer = setTimeout(resolve, timeoutMs, undefined);
    });
    let results: readonly TakeResult[] | undefined;
    try {
      results = await Promise.race([answer, late]);
    } catch (error) {
      return failed(takes, state, error);
    } finally {
      clearTimeout(timer);
    }
    if (results !== undefined) return answered(takes, state, results);
    const counted = failed(takes, state, `No answer within ${timeoutMs} ms`);
    // The store may still count it. That is right for a request that was served, and given back
    // for one that was not.
    let undone = isRefused(takes, counted.results);
    state.waitUntil(
      answer.then(
        (lateResults) => {
          if (undone) refund(takes, lateResults, state);
        },
        () => {},
      ),
    );
    return {
      ...counted,
      undo() {
        undone = true;
        counted.undo();
      },
    };
  }

  return {
    take(takes, state) {
      // A clock that was set back must not keep the store resting.
      if (state.now < restUntil && restUntil - state.now <= restMs) {
        return countHere(takes, state, 'Resting after failures');
      }
      let answer: readonly TakeResult[] | Promise<readonly TakeResult[]>;
      try {
        answer = store.take(takes, state);
      } catch (error) {
        return failed(takes, state, error);
      }
      return isPromise(answer) ? wait(answer, takes, state) : answered(takes, state, answer);
    },
  };
}

/** Whether an enforced take was refused: then none of them was counted. */
export function isRefused(takes: readonly Take[], results: readonly TakeResult[]): boolean {
  return results.some((result, index) => !result.allowed && takes[index]?.enforced === true);
}

/** Stores are written by others: one that answers what can not be read has failed. */
function isAnswer(results: readonly TakeResult[], count: number): boolean {
  return Array.isArray(results) && results.length === count && results.every(isResult);
}

function isResult(result: TakeResult | undefined): boolean {
  return (
    typeof result?.allowed === 'boolean' &&
    Number.isFinite(result.remaining) &&
    Number.isFinite(result.resetMs) &&
    Number.isFinite(result.retryMs)
  );
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
