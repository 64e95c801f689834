/** The table in which a model's name finds its route. */
import type { ModelRouterOptions } from './options.ts';
import { createPattern, isPattern, type Pattern } from './pattern.ts';
import {
  type Group,
  knownModels,
  type ResolvedRoute,
  resolveRoute,
  withModel,
} from './resolve-route.ts';

export interface RouteTable {
  find(model: string | undefined): ResolvedRoute | undefined;
  /** Names that callers may use, patterns aside. */
  readonly models: readonly string[];
}

/** @throws {TypeError} naming the entry that is not usable. */
export function createRouteTable(options: ModelRouterOptions): RouteTable {
  const { routes = {}, aliases = {} } = options;
  const fallback =
    options.default === undefined
      ? undefined
      : resolveRoute(options.default, 'default', 'default', options);
  if (
    Object.keys(routes).length === 0 &&
    fallback === undefined &&
    !options.rules?.length &&
    !options.endpoints
  ) {
    throw new TypeError('Give modelRouter() at least one route in "routes", or a "default"');
  }
  const exact = new Map<string, ResolvedRoute>();
  const patterns: { pattern: Pattern; route: ResolvedRoute }[] = [];
  const models = new Set<string>();

  function add(name: string, route: ResolvedRoute): void {
    if (isPattern(name)) {
      patterns.push({ pattern: createPattern(name), route });
      return;
    }
    exact.set(name, route);
    models.add(name);
  }

  for (const [name, input] of Object.entries(routes)) {
    if (name === '') throw new TypeError('Expected every name in "routes" to have a character');
    const kind = isPattern(name) ? 'pattern' : 'model';
    add(name, resolveRoute(input, `routes["${name}"]`, `${kind}:${name}`, options));
    if (kind === 'pattern')
      for (const model of knownModels(input))
        if (createPattern(name).matches(model)) models.add(model);
  }
  if (options.default !== undefined)
    for (const model of knownModels(options.default)) models.add(model);
  patterns.sort(specificFirst);
  // Aliases see the routes only, so that no alias hides behind another's pattern.
  const routed = [...patterns];
  const find = (model: string): ResolvedRoute | undefined =>
    exact.get(model) ?? routed.find(({ pattern }) => pattern.matches(model))?.route ?? fallback;
  const resolved = Object.keys(aliases).map(
    (alias) => [alias, resolveAlias(alias, aliases, routes, find)] as const,
  );
  for (const [alias, route] of resolved) add(alias, route);
  patterns.sort(specificFirst);
  return {
    models: [...models],
    find: (model) =>
      model === undefined
        ? fallback
        : (exact.get(model) ??
          patterns.find(({ pattern }) => pattern.matches(model))?.route ??
          fallback),
  };
}

function resolveAlias(
  alias: string,
  aliases: Readonly<Record<string, string>>,
  routes: object,
  find: (model: string) => ResolvedRoute | undefined,
): ResolvedRoute {
  if (Object.hasOwn(routes, alias)) {
    throw new TypeError(`Name "${alias}" either in "routes" or in "aliases", not in both`);
  }
  const seen = new Set([alias]);
  let model = aliases[alias];
  while (typeof model === 'string' && Object.hasOwn(aliases, model)) {
    if (seen.has(model))
      throw new TypeError(
        `Expected aliases to end at a model: "${[...seen, model].join('" is "')}"`,
      );
    seen.add(model);
    model = aliases[model];
  }
  if (typeof model !== 'string' || model === '' || isPattern(model)) {
    throw new TypeError(
      `Expected the name of a model in aliases["${alias}"]: got ${JSON.stringify(model)}`,
    );
  }
  const route = find(model);
  if (route === undefined) {
    throw new TypeError(
      `Expected aliases["${alias}"] to name a routed model: "${model}" has no route and there is no "default"`,
    );
  }
  return { ...route, rule: `alias:${alias}`, root: withModel(route.root, model) as Group };
}

function specificFirst(a: { pattern: Pattern }, b: { pattern: Pattern }): number {
  return b.pattern.literal - a.pattern.literal;
}
