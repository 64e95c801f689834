/// <reference types="node" />
/** What every {@link RateLimitStore} must do: one suite for all of them. Only tests import it. */
import { describe, expect, it } from 'vitest';
import type { LimitRule, RateLimitStore, StoreState, Take, TakeResult } from './types.ts';

export interface StoreSuite {
  readonly name: string;
  create(): RateLimitStore | Promise<RateLimitStore>;
  /** The store's present, in milliseconds since the epoch. */
  now(): number;
  advance(milliseconds: number): void;
}

let serial = 0;

/** Takes of one caller that no other test knows. */
function caller(rule: LimitRule, options: { cost?: number; enforced?: boolean } = {}): Take {
  const { cost = 1, enforced = true } = options;
  return {
    rule,
    key: `suite:${rule.name}:${rule.windowMs}:${serial++}-${process.pid}`,
    cost,
    enforced,
  };
}

function rule(name: string, quota: number, windowMs = 60_000): LimitRule {
  return { name, algorithm: 'fixed-window', quota, windowMs, burst: quota };
}

export function testStore({ name, create, now, advance }: StoreSuite): void {
  describe(`RateLimitStore: ${name}`, () => {
    /** Asks, and waits for the background work too, so that the next step sees it done. */
    async function ask(
      store: RateLimitStore,
      takes: readonly Take[],
    ): Promise<readonly TakeResult[]> {
      const { state, settled } = present();
      const results = await store.take(takes, state);
      await settled();
      return results;
    }

    function present(): { state: StoreState; settled(): Promise<unknown> } {
      const work: Promise<unknown>[] = [];
      return {
        state: { now: now(), waitUntil: (one) => void work.push(one) },
        settled: () => Promise.all(work),
      };
    }

    it('allows the quota and not one more', async () => {
      const store = await create();
      const take = caller(rule('quota', 3));
      const results: TakeResult[] = [];
      for (let index = 0; index < 5; index += 1) results.push(...(await ask(store, [take])));
      expect(results.map(({ allowed }) => allowed)).toEqual([true, true, true, false, false]);
      expect(results.map(({ remaining }) => remaining)).toEqual([2, 1, 0, 0, 0]);
    });

    it('says when to come again', async () => {
      const store = await create();
      const take = caller(rule('retry', 1));
      await ask(store, [take]);
      const [result] = await ask(store, [take]);
      expect(result!.retryMs).toBeGreaterThan(0);
      // A window, and a millisecond that a store may need beyond its end.
      expect(result!.retryMs).toBeLessThanOrEqual(60_001);
      advance(result!.retryMs);
      expect((await ask(store, [take]))[0]!.allowed).toBe(true);
    });

    it('counts callers apart', async () => {
      const store = await create();
      const limit = rule('apart', 1);
      const [one, other] = [caller(limit), caller(limit)];
      await ask(store, [one]);
      expect((await ask(store, [one]))[0]!.allowed).toBe(false);
      expect((await ask(store, [other]))[0]!.allowed).toBe(true);
    });

    it('takes all or nothing', async () => {
      const store = await create();
      const wide = caller(rule('wide', 5));
      const narrow = caller(rule('narrow', 1));
      expect((await ask(store, [wide, narrow])).map(({ allowed }) => allowed)).toEqual([
        true,
        true,
      ]);
      expect((await ask(store, [wide, narrow])).map(({ allowed }) => allowed)).toEqual([
        true,
        false,
      ]);
      expect((await ask(store, [wide]))[0]!.remaining).toBe(3);
    });

    it('lets the others be counted when a shadow take is refused', async () => {
      const store = await create();
      const enforced = caller(rule('enforced', 5));
      const shadow = caller(rule('shadow', 1), { enforced: false });
      await ask(store, [enforced, shadow]);
      expect((await ask(store, [enforced, shadow])).map(({ allowed }) => allowed)).toEqual([
        true,
        false,
      ]);
      expect((await ask(store, [enforced]))[0]!.remaining).toBe(2);
    });

    it('counts a cost of more than one', async () => {
      const store = await create();
      const take = caller(rule('cost', 10), { cost: 4 });
      expect((await ask(store, [take]))[0]).toMatchObject({ allowed: true, remaining: 6 });
      expect((await ask(store, [take]))[0]).toMatchObject({ allowed: true, remaining: 2 });
      expect((await ask(store, [take]))[0]!.allowed).toBe(false);
    });

    it('gives back what it took', async () => {
      const store = await create();
      const take = caller(rule('refund', 2));
      await ask(store, [take]);
      const { state, settled } = present();
      const results = await store.take([take], state);
      await store.refund([take], results, state);
      await settled();
      expect((await ask(store, [take]))[0]!.allowed).toBe(true);
    });

    it('allows exactly the quota to many at once', async () => {
      const store = await create();
      const take = caller(rule('concurrent', 7));
      const results = await Promise.all(Array.from({ length: 30 }, () => ask(store, [take])));
      expect(results.filter(([result]) => result!.allowed)).toHaveLength(7);
    });
  });
}
