import { describe, expect, it } from 'vitest';
import { type BenchOptions, chatBody, createBench, jsonReply } from './fixture.ts';
import { flatIndex } from './flat-index.ts';
import type { Judge, JudgedPair } from './judge.ts';
import { memoryStore } from './memory-store.ts';
import { auditedThreshold } from './policies/audited-threshold.ts';
import { shadow } from './policies/shadow.ts';
import { type CachePolicy, fixedThreshold, type PolicyObservation } from './policy.ts';

const question = "What's the capital of France?";
const alike = 'what is the capital of france';

/** A policy that audits as it is told to, and remembers what came of it. */
function auditing(change: Partial<CachePolicy> = {}) {
  const observed: PolicyObservation[] = [];
  let audits = true;
  const policy: CachePolicy = {
    id: 'test',
    decide: () => (audits ? 'audit' : 'hit'),
    observe: (observation) => void observed.push(observation),
    ...change,
  };
  return { policy, observed, stop: () => void (audits = false) };
}

function bench(policy: CachePolicy, judge?: Judge, options: BenchOptions = {}) {
  return createBench({
    ...options,
    cache: { semantic: { policy, ...(judge === undefined ? {} : { judge }) }, ...options.cache },
  });
}

const answers =
  (...texts: string[]) =>
  (_request: Request, count: number) =>
    jsonReply(chatBody(texts[count - 1] ?? 'more'));

describe('an audit', () => {
  it('names the entry that the call itself became, as later calls find it', async () => {
    const candidates: string[] = [];
    const { policy, observed } = auditing({
      decide({ id }) {
        candidates.push(id);
        return 'audit';
      },
    });
    const { ask, settled } = bench(policy, () => true);
    await ask(question);
    await ask(alike);
    await settled();
    await ask(`${alike} today`);
    await settled();
    await ask('What is the capital of France please');
    await settled();
    expect(observed.map(({ id }) => id)).toEqual(candidates);
    expect(observed.length).toBeGreaterThan(1);
    const known = new Set([observed[0]?.id, ...observed.map(({ asked }) => asked)]);
    expect(known.size).toBe(observed.length + 1);
    for (const id of candidates) expect(known).toContain(id);
  });

  it('names none where the store did not take it', async () => {
    const { policy, observed } = auditing();
    // The bench has a clock of its own.
    const store = memoryStore({ now: () => 0 });
    let full = false;
    const { ask, settled } = bench(policy, () => true, {
      cache: {
        semantic: { policy, judge: () => true },
        store: {
          ...store,
          set(key, entry) {
            if (full) throw new Error('full');
            return store.set(key, entry);
          },
        },
      },
    });
    await ask(question);
    await settled();
    full = true;
    await ask(alike);
    await settled();
    expect(observed).toMatchObject([{ right: true }]);
    expect(observed[0]?.asked).toBeUndefined();
  });

  it('asks the upstream although there is an answer, and tells the policy whether it was right', async () => {
    const { policy, observed } = auditing();
    const { ask, settled, calls, events } = bench(policy, undefined, {
      end: answers('Paris.', 'paris', 'Lyon'),
    });
    await ask(question);
    const second = await ask(alike);
    expect(second.cache).toBe('wintergate; fwd=miss; stored; detail=audit');
    expect(JSON.parse(second.text).choices[0].message.content).toBe('paris');
    await settled();
    expect(observed).toMatchObject([{ right: true, similarity: expect.closeTo(1), age: 0 }]);
    // A call may be long: the policy keeps something short of it.
    expect(observed[0]?.id.length).toBeLessThan(20);
    await ask('What is the capital of France please');
    await settled();
    expect(observed.map(({ right }) => right)).toEqual([true, false]);
    expect(calls()).toBe(3);
    expect(events.filter(({ type }) => type === 'cache-audit')).toMatchObject([
      { right: true },
      { right: false },
    ]);
    // The exact tier knows what was asked, audits or not.
    expect((await ask(alike)).cache).toContain('detail=exact');
  });

  it('shows the judge both prompts and both answers', async () => {
    const seen: JudgedPair[] = [];
    const judge: Judge = async (pair) => {
      seen.push(pair);
      return true;
    };
    const { ask, settled } = bench(auditing().policy, judge, { end: answers('A', 'B') });
    await ask(question);
    await ask(alike, { stream: false });
    await settled();
    expect(seen).toEqual([{ asked: alike, stored: question, fresh: 'B', cached: 'A' }]);
  });

  it.each<[string, Judge]>([
    ['throws', () => Promise.reject(new Error('down'))],
    [
      'throws at once',
      () => {
        throw new Error('down');
      },
    ],
    ['answers no boolean', () => 'yes' as never],
  ])('is a no of a judge that %s', async (_, judge) => {
    const { policy, observed } = auditing();
    const { ask, settled } = bench(policy, judge);
    await ask(question);
    expect((await ask(alike)).status).toBe(200);
    await settled();
    expect(observed).toMatchObject([{ right: false }]);
  });

  it('is none where the reply is not kept, or a guard objects', async () => {
    const { policy, observed } = auditing();
    const { ask, settled } = bench(policy, undefined, {
      end: (_request, count) =>
        count === 2 ? jsonReply({ error: { message: 'no' } }, 500) : jsonReply(chatBody('A')),
    });
    await ask(question);
    await ask(alike);
    await ask("What isn't the capital of France?");
    await settled();
    expect(observed).toEqual([]);
  });

  it('survives a policy that throws, and takes its words as a miss', async () => {
    const odd = { id: 'odd', decide: () => 'maybe' as never };
    const { ask } = bench(odd);
    await ask(question);
    expect((await ask(alike)).cache).toBe('wintergate; fwd=miss; stored');
    const throwing = auditing({
      observe() {
        throw new Error('full');
      },
    });
    const other = bench(throwing.policy);
    await other.ask(question);
    await other.ask(alike);
    await other.settled();
    throwing.stop();
    expect((await other.ask('What is the capital of France please')).cache).toContain('semantic');
  });

  it('makes a new entry findable only where the neighbour was wrong, for a policy that says so', async () => {
    for (const [second, expected] of [
      ['A', 1],
      ['B', 2],
    ] as const) {
      const index = flatIndex({ now: () => 1_700_000_000_000 });
      const { policy } = auditing({ insert: 'when-wrong' });
      const { ask, settled } = bench(policy, undefined, {
        end: answers('A', second),
        cache: { semantic: { policy, index } },
      });
      await ask(question);
      await settled();
      expect(index.size).toBe(1);
      await ask(alike);
      await settled();
      expect(index.size).toBe(expected);
      expect((await ask(alike)).cache).toContain('detail=exact');
    }
  });

  it('measures in the shadow: nothing is served but identical calls', async () => {
    const { ask, settled, events, calls } = bench(shadow(fixedThreshold(0.9)), undefined, {
      end: answers('Paris', 'Paris', 'Berlin'),
    });
    await ask(question);
    expect((await ask(alike)).cache).toContain('fwd=miss');
    expect((await ask('What is the capital of Germany?')).cache).not.toContain('audit');
    await settled();
    expect(events.filter(({ type }) => type === 'cache-audit')).toMatchObject([{ right: true }]);
    expect((await ask(question)).cache).toContain('detail=exact');
    expect(calls()).toBe(3);
  });

  it('teaches a threshold that then hits', async () => {
    let draws = 0;
    const policy = auditedThreshold({
      maxWrongHits: 0.5,
      confidence: 0.5,
      random() {
        draws++;
        return 0.99;
      },
    });
    const { ask, settled } = bench(policy, () => true);
    await ask(question);
    // Learns from the first, at once from every tenth.
    for (let at = 0; at < 10; at++)
      policy.observe?.({ id: 'e', similarity: 0.95, age: 0, right: true });
    expect(policy.threshold).toBeCloseTo(0.95);
    expect((await ask(alike)).cache).toContain('detail=semantic');
    await settled();
    expect(draws).toBe(1);
  });
});
