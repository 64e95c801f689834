/** Measures a policy on real traffic without serving from it. */
import type { CachePolicy } from '../policy.ts';

/**
 * Wraps a policy so that what it would serve is audited instead: every call goes upstream, and the
 * `cache-audit` events tell how often the stored answer would have been right. Identical calls are
 * still answered from the cache.
 *
 * @example
 * semanticCache({ semantic: { embedder, policy: shadow(fixedThreshold(0.85)), judge } });
 */
export function shadow(policy: CachePolicy): CachePolicy {
  return {
    id: `shadow:${policy.id}`,
    floor: policy.floor,
    insert: policy.insert,
    decide: (candidate) => (policy.decide(candidate) === 'miss' ? 'miss' : 'audit'),
    observe: (observation) => policy.observe?.(observation),
  };
}
