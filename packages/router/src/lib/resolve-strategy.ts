/** A strategy as the user wrote it, checked. */
import type { ChooseTargets, ModelRouterOptions, StickyKey, Strategy } from './options.ts';

/** A strategy with all of its options. */
export type ResolvedStrategy =
  | { readonly type: 'priority' | 'weighted' | 'least-cost' | 'least-busy' }
  | { readonly type: 'least-latency'; readonly metric: 'total' | 'first-token' }
  | { readonly type: 'sticky'; readonly by: StickyKey; readonly bound: number }
  | { readonly type: 'ab'; readonly by: StickyKey; readonly name: string }
  | { readonly type: 'difficulty'; readonly threshold: number }
  | { readonly type: 'custom'; readonly choose: ChooseTargets };

const known = [
  'priority',
  'weighted',
  'least-latency',
  'least-cost',
  'least-busy',
  'sticky',
  'ab',
  'difficulty',
];

/** Those that look at the load of targets. */
export function needsLoad({ type }: ResolvedStrategy): boolean {
  return ['least-latency', 'least-busy', 'sticky', 'custom'].includes(type);
}

/** @throws {TypeError} naming the path of what is not usable. */
export function resolveStrategy(
  given: Strategy,
  path: string,
  rule: string,
  { cost }: ModelRouterOptions,
): ResolvedStrategy {
  if (typeof given === 'function') return { type: 'custom', choose: given };
  const options = typeof given === 'string' ? { type: given } : given;
  const type: unknown = options?.type;
  if (typeof type !== 'string' || !known.includes(type))
    throw new TypeError(
      `Expected ${path}.strategy to be a function or one of "${known.join('", "')}": got ${JSON.stringify(type ?? given)}`,
    );
  const strategy = options as Exclude<Strategy, string | ChooseTargets>;
  switch (strategy.type) {
    case 'least-latency': {
      const { metric = 'total' } = strategy;
      if (metric !== 'total' && metric !== 'first-token')
        throw new TypeError(
          `Expected ${path}.strategy.metric to be "total" or "first-token": got ${JSON.stringify(metric)}`,
        );
      return { type: 'least-latency', metric };
    }
    case 'sticky': {
      const { by = 'conversation', bound = 1.25 } = strategy;
      if (typeof bound !== 'number' || !(bound >= 1))
        throw new TypeError(
          `Expected ${path}.strategy.bound to be a number of at least 1: got ${bound}`,
        );
      return { type: 'sticky', by: checkKey(by, path), bound };
    }
    case 'ab': {
      const { by = 'caller', name = rule } = strategy;
      return { type: 'ab', by: checkKey(by, path), name };
    }
    case 'difficulty': {
      const { threshold = 0.5 } = strategy;
      if (typeof threshold !== 'number' || !(threshold >= 0 && threshold <= 1))
        throw new TypeError(
          `Expected ${path}.strategy.threshold to be from 0 to 1: got ${threshold}`,
        );
      return { type: 'difficulty', threshold };
    }
    default:
      if (type === 'least-cost' && cost === undefined)
        throw new TypeError(
          `Give modelRouter() a "cost" for ${path}, such as listCost of @wintergate/wire/prices`,
        );
      return { type } as ResolvedStrategy;
  }
}

function checkKey(by: StickyKey, path: string): StickyKey {
  const isKey =
    typeof by === 'function' ||
    ['caller', 'user', 'conversation'].includes(by) ||
    /^header:[\w-]+$/.test(by);
  if (!isKey)
    throw new TypeError(
      `Expected ${path}.strategy.by to be "caller", "user", "conversation", "header:<name>" or a function: got ${JSON.stringify(by)}`,
    );
  return by;
}
