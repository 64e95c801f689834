/** A route as the user wrote it, checked and made of targets. */
import type { Provider, Target } from '@wintergate/providers';
import type { ModelRouterOptions, Route, RouteInput, RouteTarget } from './options.ts';
import { needsLoad, type ResolvedStrategy, resolveStrategy } from './resolve-strategy.ts';

export interface Group {
  readonly strategy: ResolvedStrategy;
  readonly children: readonly RouteNode[];
  readonly weight: number;
}

/** A target, or a group of them. */
export type RouteNode = Target | Group;

/** A route once checked. */
export interface ResolvedRoute {
  /** Such as `alias:fast`. */
  readonly rule: string;
  readonly root: Group;
  /** Whether a strategy in it looks at the load of targets. */
  readonly needsLoad: boolean;
}

export function isGroup(node: RouteNode): node is Group {
  return 'children' in node;
}

export function weightOf(node: RouteNode): number {
  return node.weight ?? 1;
}

/** @throws {TypeError} naming the path of what is not usable. */
export function resolveRoute(
  input: RouteInput,
  path: string,
  rule: string,
  options: ModelRouterOptions,
): ResolvedRoute {
  const root = resolveGroup(input, path, rule, options);
  return { rule, root, needsLoad: looksAtLoad(root) };
}

/** The same route for callers of an alias: targets without a model answer under the name it stands for. */
export function withModel(node: RouteNode, model: string): RouteNode {
  if (isGroup(node))
    return { ...node, children: node.children.map((child) => withModel(child, model)) };
  return node.model === undefined ? { ...node, model } : node;
}

/** As deep as groups may stand in groups. */
const maxDepth = 8;

function resolveGroup(
  input: RouteInput,
  path: string,
  rule: string,
  options: ModelRouterOptions,
  depth = 1,
): Group {
  if (depth > maxDepth) throw new TypeError(`Expected ${path} to nest at most ${maxDepth} groups`);
  const route = toRoute(input);
  const strategy = resolveStrategy(route.strategy ?? 'priority', path, rule, options);
  if (!Array.isArray(route.targets) || route.targets.length === 0) {
    throw new TypeError(`Expected ${path} to have at least one target`);
  }
  const children = route.targets.map((given: RouteInput, index): RouteNode => {
    const at = `${path}.targets[${index}]`;
    return isRoute(given) ? resolveGroup(given, at, rule, options, depth + 1) : toTarget(given, at);
  });
  const isDrawn = strategy.type === 'weighted' || strategy.type === 'ab';
  if (isDrawn && children.every((child) => weightOf(child) === 0)) {
    throw new TypeError(`Expected ${path} to have a target with a weight above 0`);
  }
  if (strategy.type === 'difficulty' && children.length !== 2)
    throw new TypeError(`Expected ${path} to have two targets: for easy and for hard calls`);
  return { strategy, children, weight: checkWeight(route.weight ?? 1, path) };
}

function looksAtLoad({ strategy, children }: Group): boolean {
  return needsLoad(strategy) || children.some((child) => isGroup(child) && looksAtLoad(child));
}

function toTarget(given: RouteTarget, path: string): Target {
  const target = isProvider(given) ? given.target() : given;
  if (typeof target?.provider !== 'string' || typeof target.baseUrl !== 'string') {
    throw new TypeError(`Expected ${path} to be a provider or a target: got ${describe(given)}`);
  }
  checkWeight(weightOf(target), path);
  return target;
}

function checkWeight(weight: number, path: string): number {
  if (typeof weight !== 'number' || !(weight >= 0 && weight < Number.POSITIVE_INFINITY)) {
    throw new TypeError(
      `Expected ${path}.weight to be a number of at least 0: got ${String(weight)}`,
    );
  }
  return weight;
}

function isRoute(input: RouteInput): input is Route | readonly RouteInput[] {
  return (
    Array.isArray(input) || (typeof input === 'object' && input !== null && 'targets' in input)
  );
}

function toRoute(input: RouteInput): Route {
  if (Array.isArray(input)) return { targets: input };
  return isRoute(input) ? (input as Route) : { targets: [input] };
}

function isProvider(given: RouteInput): given is Provider {
  return typeof (given as Provider | undefined)?.target === 'function';
}

/** The models that the providers of a route know. */
export function knownModels(input: RouteInput): string[] {
  return toRoute(input).targets.flatMap((given) => {
    if (isRoute(given)) return knownModels(given);
    return isProvider(given) ? given.models : [];
  });
}

/** Never the value of an object: it may hold a credential. */
function describe(value: unknown): string {
  return typeof value === 'string' ? JSON.stringify(value) : typeof value;
}
