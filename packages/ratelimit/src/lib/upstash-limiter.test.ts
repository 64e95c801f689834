import { describe, expect, it } from 'vitest';
import type { LimitRule, StoreState, Take } from './types.ts';
import { type UpstashResult, upstashLimiter } from './upstash-limiter.ts';

const rule: LimitRule = {
  name: 'rpm',
  algorithm: 'sliding-window',
  quota: 5,
  windowMs: 60_000,
  burst: 5,
};
const take: Take = { rule, key: 'caller', cost: 2, enforced: true };
const pending = Promise.resolve();
const yes: UpstashResult = { success: true, limit: 5, remaining: 3, reset: 9000, pending };
const no: UpstashResult = { success: false, limit: 5, remaining: 0, reset: 9000, pending };

/** A client that answers by key, and remembers what it was asked. */
function client(answers: Record<string, UpstashResult | Error>) {
  const asked: [string, number | undefined][] = [];
  return {
    asked,
    async limit(key: string, options?: { rate?: number }): Promise<UpstashResult> {
      asked.push([key, options?.rate]);
      const answer = answers[key];
      if (answer instanceof Error || answer === undefined) throw answer;
      return (options?.rate ?? 1) < 0 ? yes : answer;
    },
  };
}

function present(): { state: StoreState; work: Promise<unknown>[] } {
  const work: Promise<unknown>[] = [];
  return { state: { now: 4000, waitUntil: (one) => void work.push(one) }, work };
}

describe('upstashLimiter()', () => {
  it('asks with the cost and reads the answer', async () => {
    const upstash = client({ caller: yes });
    const { state, work } = present();
    expect(await upstashLimiter(upstash).take([take], state)).toEqual([
      { allowed: true, remaining: 3, resetMs: 5000, retryMs: 0, at: 4000, quota: 5 },
    ]);
    expect(upstash.asked).toEqual([['caller', 2]]);
    expect(work).toEqual([pending]);
  });

  it('says when to come again', async () => {
    const { state } = present();
    const [result] = await upstashLimiter(client({ caller: no })).take([take], state);
    expect(result).toMatchObject({ allowed: false, retryMs: 5001 });
  });

  it('gives back what was taken when an enforced limit refuses', async () => {
    const upstash = client({ caller: yes, other: no });
    const { state, work } = present();
    await upstashLimiter(upstash).take([take, { ...take, key: 'other' }], state);
    await Promise.all(work);
    expect(upstash.asked).toEqual([
      ['caller', 2],
      ['other', 2],
      ['caller', -2],
    ]);
  });

  it('gives nothing back when only a shadow limit refuses', async () => {
    const upstash = client({ caller: yes, other: no });
    const { state, work } = present();
    await upstashLimiter(upstash).take([take, { ...take, key: 'other', enforced: false }], state);
    await Promise.all(work);
    expect(upstash.asked).toHaveLength(2);
  });

  it('fails, and gives back the rest, when one answer fails', async () => {
    const upstash = client({ caller: yes, other: new Error('ECONNRESET') });
    const { state, work } = present();
    const taking = upstashLimiter(upstash).take([take, { ...take, key: 'other' }], state);
    await expect(taking).rejects.toThrow('ECONNRESET');
    await Promise.all(work);
    expect(upstash.asked.at(-1)).toEqual(['caller', -2]);
  });

  it('takes the time limit of the client, which lets everybody through, for a failure', async () => {
    const upstash = client({ caller: { ...yes, limit: 0, remaining: 0, reason: 'timeout' } });
    const taking = upstashLimiter(upstash).take([take], present().state);
    await expect(taking).rejects.toThrow('Upstash did not answer in time');
  });

  it('refuses for good whom the deny list names', async () => {
    const denied = { ...no, limit: 0, reset: 0, reason: 'denyList' };
    const [result] = await upstashLimiter(client({ caller: denied })).take([take], present().state);
    expect(result).toEqual({
      allowed: false,
      remaining: 0,
      resetMs: 0,
      retryMs: 1,
      at: 4000,
      denied: true,
    });
  });

  it('makes one client for each limit', async () => {
    const made: LimitRule[] = [];
    const store = upstashLimiter((one) => {
      made.push(one);
      return client({ caller: yes });
    });
    const other: LimitRule = { ...rule, name: 'daily' };
    for (const one of [rule, other, rule])
      await store.take([{ ...take, rule: one }], present().state);
    expect(made).toEqual([rule, other]);
  });
});
