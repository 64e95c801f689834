/** From configuration to the options of the router. */
import type { Provider } from '@wintergate/providers';
import { RE2JS } from 're2js';
import type { z } from 'zod';
import type { Conditions } from './conditions.ts';
import type { ModelRouterOptions, RouteInput, Rule } from './options.ts';
import { type RouteConfig, routerConfigSchema } from './router-config-schema.ts';

export interface ReadRouterOptions
  extends Pick<ModelRouterOptions, 'cost' | 'capabilities' | 'region' | 'random' | 'now'> {
  /** Those that the configuration may name, by `name`. */
  readonly providers: readonly Provider[];
}

/**
 * Checks a configuration and turns its names into targets. A target is `provider` (the caller's model)
 * or `provider/model`. A rule's `use` that is the name of a route or an alias goes there, any other
 * text is a target. Expressions (`{ regex }`) are RE2's: their time is linear in the text, and those
 * that can not be so (lookarounds, backreferences) are refused.
 *
 * @throws {TypeError} naming every path that is not usable.
 * @example
 * const json = JSON.parse(await readFile('router.json', 'utf8'));
 * const router = modelRouter(readRouterConfig(json, { providers: [openai({ apiKey })] }));
 */
export function readRouterConfig(config: unknown, options: ReadRouterOptions): ModelRouterOptions {
  const parsed = routerConfigSchema.safeParse(config);
  if (!parsed.success) throw new TypeError(describe(parsed.error));
  const { rules, routes = {}, aliases = {}, default: fallback, capabilities: own } = parsed.data;
  const { providers, capabilities: known, ...rest } = options;
  const input = (route: RouteConfig, path: string) => inputOf(route, path, providers);
  const ends = Object.entries(parsed.data.endpoints ?? {}).map(([name, route]) => {
    return [name, input(route, `endpoints["${name}"]`)] as const;
  });
  const entries = Object.entries(routes).map(([name, route]) => {
    return [name, input(route, `routes["${name}"]`)] as const;
  });
  const isName = (use: unknown): use is string =>
    typeof use === 'string' && (Object.hasOwn(routes, use) || Object.hasOwn(aliases, use));
  return {
    ...rest,
    aliases,
    routes: Object.fromEntries(entries),
    ...(ends.length > 0 && {
      endpoints: Object.fromEntries(ends) as NonNullable<ModelRouterOptions['endpoints']>,
    }),
    ...(fallback !== undefined && { default: input(fallback, 'default') }),
    ...(rules !== undefined && {
      rules: rules.map(({ name, when, use }, at): Rule => {
        const to = isName(use) ? use : input(use, `rules[${at}].use`);
        return { name, when: whenOf(when, `rules[${at}].when`), use: to };
      }),
    }),
    ...(parsed.data.assumeOutput !== undefined && { assumeOutput: parsed.data.assumeOutput }),
    ...((own !== undefined || known !== undefined) && {
      capabilities: (name) => {
        const { model = '' } = name;
        const mine = own !== undefined && Object.hasOwn(own, model) ? own[model] : undefined;
        return mine === undefined ? known?.(name) : { ...known?.(name), ...mine };
      },
    }),
  };
}

function inputOf(route: RouteConfig, path: string, providers: readonly Provider[]): RouteInput {
  if (Array.isArray(route))
    return route.map((one, at) => inputOf(one, `${path}[${at}]`, providers));
  if (typeof route === 'object' && 'targets' in route) {
    const targets = route.targets.map((one, at) =>
      inputOf(one, `${path}.targets[${at}]`, providers),
    );
    return { ...route, targets } as RouteInput;
  }
  const { target, weight } = typeof route === 'string' ? { target: route, weight: 1 } : route;
  const cut = target.indexOf('/');
  const name = cut === -1 ? target : target.slice(0, cut);
  const provider = providers.find((one) => one.name === name);
  if (provider === undefined) {
    const names = providers.map((one) => `"${one.name}"`).join(', ');
    throw new TypeError(
      `Expected ${path} to name a provider, as "provider" or "provider/model": there is no "${name}" (${names})`,
    );
  }
  if (cut === -1 && weight === 1) return provider;
  const model = cut === -1 ? undefined : target.slice(cut + 1);
  if (model === '') throw new TypeError(`Expected ${path} to name a model after "${name}/"`);
  return provider.target(model, { weight: weight ?? 1 });
}

const named = ['headers', 'query', 'metadata'];

/** The same conditions with expressions compiled. */
function whenOf(given: object, path: string): Conditions {
  return mapValues(given, (value, name) => {
    const at = `${path}.${name}`;
    if (name === 'not') return whenOf(value as object, at);
    if (name === 'all' || name === 'any')
      return (value as object[]).map((one, index) => whenOf(one, `${at}[${index}]`));
    return named.includes(name)
      ? mapValues(value as object, (test, key) => testOf(test, `${at}["${key}"]`))
      : testOf(value, at);
  });
}

function mapValues(given: object, change: (value: unknown, name: string) => unknown): object {
  return Object.fromEntries(
    Object.entries(given)
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => [name, change(value, name)]),
  );
}

function testOf(given: unknown, path: string): unknown {
  return typeof given === 'object' && given !== null && 'regex' in given
    ? expressionOf(given as { regex: string; ignoreCase?: boolean }, path)
    : given;
}

/** As much as an expression may have. */
const maxExpression = 1000;

function expressionOf(
  { regex, ignoreCase = false }: { regex: string; ignoreCase?: boolean },
  path: string,
): { test(text: string): boolean } {
  if (regex.length > maxExpression)
    throw new TypeError(`Expected ${path} to have at most ${maxExpression} characters`);
  try {
    const compiled = RE2JS.compile(regex, ignoreCase ? RE2JS.CASE_INSENSITIVE : 0);
    return { test: (text) => compiled.matcher(text).find() };
  } catch (error) {
    throw new TypeError(
      `Expected ${path} to be an expression of linear time (RE2): ${(error as Error).message}`,
    );
  }
}

function describe(error: z.ZodError): string {
  const found = error.issues.flatMap((issue) => told(issue, []));
  return `The router's configuration is not usable: ${found.join('; ')}`;
}

/** Of the forms that a value may have, the one that it came nearest to says what is wrong. */
function told(issue: z.core.$ZodIssue, above: readonly PropertyKey[]): string[] {
  const path = [...above, ...issue.path];
  const depth = (issues: readonly z.core.$ZodIssue[]) =>
    Math.max(0, ...issues.map((one) => one.path.length + (one.code === 'invalid_union' ? 1 : 0)));
  if (issue.code === 'invalid_union' && issue.errors.length > 0) {
    const nearest = issue.errors.reduce((best, one) => (depth(one) > depth(best) ? one : best));
    if (depth(nearest) > 0) return nearest.flatMap((one) => told(one, path));
  }
  const at = path.reduce<string>((text, part) => {
    return text + (typeof part === 'number' ? `[${part}]` : `${text && '.'}${String(part)}`);
  }, '');
  return [`${at || 'the configuration'}: ${issue.message}`];
}
