/** The rules that are looked at before a model's name is. */
import { checkOptions } from '@wintergate/core';
import { type Conditions, compileConditions } from './conditions.ts';
import type { Facts, ModelRouterOptions } from './options.ts';
import { type Group, type ResolvedRoute, resolveRoute, withModel } from './resolve-route.ts';
import type { RouteTable } from './route-table.ts';

export interface CompiledRule {
  readonly route: ResolvedRoute;
  holds(facts: Facts): boolean | Promise<boolean>;
}

/** @throws {TypeError} naming the path of what is not usable. */
export function compileRules(options: ModelRouterOptions, table: RouteTable): CompiledRule[] {
  const { rules = [], region = cloudflareCountry } = options;
  if (!Array.isArray(rules)) throw new TypeError('Expected "rules" to be a list');
  const names = new Set<string>();
  return rules.map((rule, at) => {
    const path = `rules[${at}]`;
    checkOptions(rule, { name: 1, when: 1, use: 1 }, path);
    const { name, when, use } = rule;
    if (typeof name !== 'string' || name === '' || names.has(name))
      throw new TypeError(
        `Expected ${path}.name to be a text of its own: got ${JSON.stringify(name)}`,
      );
    names.add(name);
    const holds =
      typeof when === 'function'
        ? when
        : compileConditions(when as Conditions, `${path}.when`, region);
    return { holds, route: { ...routeOf(use, path, name), rule: `rule:${name}` } };
  });

  function routeOf(use: ModelRouterOptions['default'] | string, path: string, name: string) {
    if (typeof use !== 'string')
      return resolveRoute(use as never, `${path}.use`, `rule:${name}`, options);
    const route = table.find(use);
    if (route === undefined)
      throw new TypeError(`Expected ${path}.use to name a routed model: "${use}" has no route`);
    // An alias has named its model already.
    return { ...route, root: withModel(route.root, use) as Group };
  }
}

/** Set by Cloudflare on the request itself, not in a header that callers could write. */
function cloudflareCountry(request: Request): string | undefined {
  const { cf } = request as { cf?: { country?: unknown } };
  return typeof cf?.country === 'string' ? cf.country : undefined;
}
