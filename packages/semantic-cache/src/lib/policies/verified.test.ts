import { describe, expect, it } from 'vitest';
import { cachePolicyConformance } from '../policy.conformance.ts';
import { atMost } from './binomial.ts';
import { seeded, serve, sigmoid, steepWorld, type World } from './fixture.ts';
import { type VerifiedOptions, verified } from './verified.ts';

cachePolicyConformance(verified({ maxWrongRequests: 0.05 }));

const anyOf = (count: number, random: () => number): string => String(Math.floor(random() * count));

/** How often answers are right, in kinds of traffic that a policy may meet. */
const worlds: Record<string, (random: () => number) => World> = {
  'the more alike the better': steepWorld,
  'a tenth of the entries is never right': (random) => () => {
    const id = anyOf(500, random);
    return { id, similarity: 0.6 + random() * 0.4, chance: Number(id) % 10 === 0 ? 0 : 0.995 };
  },
  'every entry has a place of its own to begin at, and few are asked for often': (random) => {
    const middles = Array.from({ length: 300 }, () => 0.55 + random() / 2);
    return () => {
      const entry = Math.floor(300 * random() ** 3);
      const similarity = 0.5 + random() / 2;
      const chance = sigmoid(30 * (similarity - (middles[entry] as number)));
      return { id: String(entry), similarity, chance };
    };
  },
  'likeness says nothing': (random) => () => ({
    id: anyOf(100, random),
    similarity: 0.5 + random() / 2,
    chance: 0.95,
  }),
  'the more alike the worse': (random) => () => {
    const similarity = 0.5 + random() / 2;
    return { id: anyOf(30, random), similarity, chance: 1.4 - 0.8 * similarity };
  },
  'worst in the middle': (random) => () => {
    const similarity = 0.5 + random() / 2;
    const chance = similarity > 0.8 && similarity < 0.85 ? 0.5 : 0.99;
    return { id: anyOf(30, random), similarity, chance };
  },
};

/** So many wrong ones that at the bound one run in two thousand would have more. */
function mostOf(requests: number, bound: number): number {
  let most = Math.floor(requests * bound);
  while (atMost(most, requests, bound) < 0.9995) most++;
  return most;
}

describe('verified()', () => {
  it('answers more and more from an entry whose answer proves right', () => {
    const random = seeded(5);
    const policy = verified({ maxWrongRequests: 0.05, random });
    const candidate = { similarity: 0.95, age: 0, id: 'e' };
    const hits: boolean[] = [];
    for (let at = 0; at < 400; at++) {
      const decision = policy.decide(candidate);
      hits.push(decision === 'hit');
      if (decision === 'audit') policy.observe?.({ ...candidate, right: true });
    }
    expect(hits[0]).toBe(false);
    const share = (from: number, to: number) =>
      hits.slice(from, to).filter(Boolean).length / (to - from);
    expect(share(200, 400)).toBeGreaterThan(share(0, 100));
    expect(share(200, 400)).toBeGreaterThan(0.5);
  });

  it('answers nothing from an entry whose answer proves wrong', () => {
    const random = seeded(6);
    const policy = verified({ maxWrongRequests: 0.02, random });
    let hits = 0;
    for (let at = 0; at < 300; at++) {
      const candidate = { similarity: 0.9, age: 0, id: 'e' };
      const decision = policy.decide(candidate);
      if (decision === 'audit') policy.observe?.({ ...candidate, right: random() < 0.3 });
      else if (decision === 'hit') hits++;
    }
    expect(hits).toBeLessThan(20);
  });

  it('goes by other entries from the first audit on, and finds out the one that is worse', () => {
    const random = seeded(8);
    const policy = verified({ maxWrongRequests: 0.05, random });
    for (let at = 0; at < 2000; at++)
      policy.observe?.({ id: `good ${at % 400}`, similarity: 0.9, age: 0, right: true });
    const hits = (id: string, right: boolean) => {
      let count = 0;
      for (let at = 0; at < 300; at++) {
        const candidate = { id, similarity: 0.9, age: 0 };
        const decision = policy.decide(candidate);
        if (decision === 'hit') count++;
        else policy.observe?.({ ...candidate, right });
      }
      return count;
    };
    expect(hits('new and good', true)).toBeGreaterThan(200);
    // Until its first audit, which is not long in coming: every twentieth call is one.
    expect(hits('new and bad', false)).toBeLessThan(100);
  });

  it.each(Object.entries(worlds))('keeps its bound over 200 seeds where %s', (_, world) => {
    const [seeds, requests, bound] = [200, 1000, 0.02];
    const most = mostOf(requests, bound);
    let [all, hits, broken] = [0, 0, 0];
    for (let seed = 1; seed <= seeds; seed++) {
      const policy = verified({ maxWrongRequests: bound, random: seeded(seed + 1000) });
      const counts = serve(policy, world(seeded(seed)), requests, seeded(seed + 2000));
      all += counts.wrong;
      hits += counts.hits;
      if (counts.wrong > most) broken++;
    }
    expect(all / (seeds * requests)).toBeLessThan(bound);
    expect(broken).toBeLessThanOrEqual(2);
    expect(hits / (seeds * requests)).toBeGreaterThan(0.02);
  });

  it('keeps its bound where every entry is new, when told to serve such', () => {
    let wrong = 0;
    for (let seed = 1; seed <= 50; seed++) {
      const random = seeded(seed);
      let next = 0;
      const world = () => ({ id: String(next++), similarity: 0.5 + random() / 2, chance: 0.9 });
      const options = { maxWrongRequests: 0.02, minAudits: 0, random: seeded(seed + 1000) };
      wrong += serve(verified(options), world, 1000, seeded(seed + 2000)).wrong;
    }
    expect(wrong / 50_000).toBeLessThan(0.02);
    expect(wrong).toBeGreaterThan(0);
  });

  it('answers nothing from an entry without an audit, unless told to', () => {
    const random = seeded(9);
    const policy = verified({ maxWrongRequests: 0.02, random });
    const bold = verified({ maxWrongRequests: 0.02, minAudits: 0, random });
    for (let at = 0; at < 2000; at++) {
      const one = { id: `e ${at % 100}`, similarity: 0.9, age: 0, right: true };
      policy.observe?.(one);
      bold.observe?.(one);
    }
    const hits = (of: typeof policy) =>
      Array.from({ length: 100 }, (_, at) =>
        of.decide({ id: `n ${at}`, similarity: 0.9, age: 0 }),
      ).filter((one) => one === 'hit').length;
    expect(hits(policy)).toBe(0);
    expect(hits(bold)).toBeGreaterThan(80);
  });

  it('becomes stricter at once when traffic turns, and lets go again', () => {
    const random = seeded(10);
    const policy = verified({ maxWrongRequests: 0.02, random });
    let chance = 1;
    const world = () => ({ id: anyOf(50, random), similarity: 0.7 + random() * 0.3, chance });
    const run = (requests: number) => serve(policy, world, requests, random);
    run(2000);
    expect(run(1000).hits).toBeGreaterThan(800);
    chance = 0.8;
    // At first by what is found wrong, later also because the audits from before are forgotten.
    for (let stretch = 0; stretch < 4; stretch++)
      expect(run(3000).wrong).toBeLessThanOrEqual(mostOf(3000, 0.02));
    chance = 1;
    run(12_000);
    expect(run(1000).hits).toBeGreaterThan(700);
  });

  it('takes a bound of nearly nothing or nearly all, and audits accordingly', () => {
    const hits = (maxWrongRequests: number) => {
      const policy = verified({ maxWrongRequests, random: seeded(12) });
      const random = seeded(13);
      const world = () => ({ id: anyOf(20, random), similarity: 0.95, chance: 0.999 });
      return serve(policy, world, 2000, random).hits;
    };
    expect(hits(1e-12)).toBe(0);
    expect(hits(0.999)).toBeGreaterThan(1850);
  });

  it('knows another wording of an entry by the entry', () => {
    const hits = (options: Partial<VerifiedOptions>) => {
      const policy = verified({ maxWrongRequests: 0.05, random: seeded(11), ...options });
      for (let at = 0; at < 600; at++) {
        const right = at % 10 !== 0;
        const one = { id: `e ${right ? at % 40 : `bad ${at % 20}`}`, similarity: 0.7, age: 0 };
        policy.observe?.({ ...one, right, asked: right ? 'wording' : 'other' });
      }
      const count = (id: string) => {
        let sum = 0;
        for (let at = 0; at < 200; at++)
          if (policy.decide({ id, similarity: 0.7, age: 0 }) === 'hit') sum++;
        return sum;
      };
      return [count('wording'), count('other')];
    };
    const [known, stranger] = hits({});
    expect(known).toBeGreaterThan(100);
    expect(stranger).toBe(0);
    expect(hits({ aliases: false })).toEqual([0, 0]);
    expect(verified({ maxWrongRequests: 0.05 }).insert).toBe('always');
    expect(verified({ maxWrongRequests: 0.05, aliases: false }).insert).toBe('when-wrong');
  });

  it('forgets the entries that were not asked for longest', () => {
    const options = { maxWrongRequests: 0.5, maxEntries: 2, random: () => 0.999 };
    const policy = verified(options);
    const tell = (id: string) => policy.observe?.({ id, similarity: 0.99, age: 0, right: true });
    const decide = (id: string) => policy.decide({ id, similarity: 0.99, age: 0 });
    for (let at = 0; at < 20; at++) tell('a');
    tell('b');
    expect([decide('b'), decide('a')]).toEqual(['hit', 'hit']);
    tell('c');
    expect(decide('a')).toBe('hit');
    expect(decide('b')).toBe('audit');
  });

  it.each<[string, VerifiedOptions]>([
    ['maxWrongRequests', { maxWrongRequests: 1 }],
    ['minAudits', { maxWrongRequests: 0.1, minAudits: -1 }],
    ['floor', { maxWrongRequests: 0.1, floor: -1 }],
    ['maxEntries', { maxWrongRequests: 0.1, maxEntries: 0 }],
  ])('refuses %s out of its range', (name, options) => {
    expect(() => verified(options)).toThrow(`"${name}"`);
  });
});
