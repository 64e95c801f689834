/** Traffic for tests of policies. */
import type { CachePolicy } from '../policy.ts';

/** Numbers in [0, 1) that are the same each time (Park and Miller 1988). */
export function seeded(seed: number): () => number {
  let state = ((seed * 7919) % 2_147_483_646) + 1;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

/** The next request's neighbour, and how likely its answer is right. */
export type World = () => {
  readonly id: string;
  readonly similarity: number;
  readonly chance: number;
};

export const sigmoid = (at: number): number => 1 / (1 + Math.exp(-at));

/** The more alike, the more often right: of ten entries. */
export function steepWorld(random: () => number): World {
  return () => {
    const similarity = 0.5 + random() / 2;
    const chance = sigmoid(40 * (similarity - 0.8));
    return { id: `e${Math.floor(random() * 10)}`, similarity, chance };
  };
}

/** What a policy makes of a world; audits are told at once. */
export function serve(policy: CachePolicy, world: World, requests: number, random: () => number) {
  const counts = { hits: 0, wrong: 0, audits: 0 };
  for (let at = 0; at < requests; at++) {
    const { id, similarity, chance } = world();
    const right = random() < chance;
    const candidate = { id, similarity, age: 0 };
    const decision = policy.decide(candidate);
    if (decision === 'hit') {
      counts.hits++;
      if (!right) counts.wrong++;
    } else if (decision === 'audit') {
      counts.audits++;
      policy.observe?.({ ...candidate, right });
    }
  }
  return counts;
}
