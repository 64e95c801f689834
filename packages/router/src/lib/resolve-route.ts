/** A route as the user wrote it, checked and made of targets. */
import type { Provider, Target } from '@wintergate/providers';
import type { Route, RouteInput, RouteTarget, Strategy } from './options.ts';
import { weightOf } from './weighted.ts';

/** A route once checked. */
export interface ResolvedRoute {
  /** Such as `alias:fast`. */
  readonly rule: string;
  readonly strategy: Strategy;
  readonly targets: readonly Target[];
}

/** @throws {TypeError} naming the path of what is not usable. */
export function resolveRoute(input: RouteInput, path: string, rule: string): ResolvedRoute {
  const route = toRoute(input);
  const { strategy = 'priority' } = route;
  if (strategy !== 'priority' && strategy !== 'weighted') {
    throw new TypeError(
      `Expected ${path}.strategy to be "priority" or "weighted": got ${JSON.stringify(strategy)}`,
    );
  }
  if (!Array.isArray(route.targets) || route.targets.length === 0) {
    throw new TypeError(`Expected ${path} to have at least one target`);
  }
  const targets = route.targets.map((given: RouteTarget, index) =>
    toTarget(given, `${path}.targets[${index}]`),
  );
  if (strategy === 'weighted' && targets.every((target) => weightOf(target) === 0)) {
    throw new TypeError(`Expected ${path} to have a target with a weight above 0`);
  }
  return { rule, strategy, targets };
}

function toTarget(given: RouteTarget, path: string): Target {
  const target = isProvider(given) ? given.target() : given;
  if (typeof target?.provider !== 'string' || typeof target.baseUrl !== 'string') {
    throw new TypeError(`Expected ${path} to be a provider or a target: got ${describe(given)}`);
  }
  const weight = weightOf(target);
  if (typeof weight !== 'number' || !(weight >= 0 && weight < Number.POSITIVE_INFINITY)) {
    throw new TypeError(
      `Expected ${path}.weight to be a number of at least 0: got ${String(weight)}`,
    );
  }
  return target;
}

function toRoute(input: RouteInput): Route {
  if (Array.isArray(input)) return { targets: input };
  if (typeof input === 'object' && input !== null && 'targets' in input) return input;
  return { targets: [input as RouteTarget] };
}

function isProvider(given: RouteTarget): given is Provider {
  return typeof (given as Provider | undefined)?.target === 'function';
}

/** The models that the providers of a route know. */
export function knownModels(input: RouteInput): string[] {
  return toRoute(input).targets.flatMap((given) => (isProvider(given) ? given.models : []));
}

/** Never the value of an object: it may hold a credential. */
function describe(value: unknown): string {
  return typeof value === 'string' ? JSON.stringify(value) : typeof value;
}
