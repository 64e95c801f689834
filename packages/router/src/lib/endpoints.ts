/** Where requests go that are no calls: images, audio, files, batches, moderations, reranking. */
import type { Plan, Target } from '@wintergate/providers';
import type { ModelRouterOptions } from './options.ts';
import { createPattern } from './pattern.ts';
import { resolveRoute } from './resolve-route.ts';

/** @throws {TypeError} naming the path of what is not usable. */
export function compileEndpoints(options: ModelRouterOptions): (path: string) => Plan | undefined {
  const endpoints = Object.entries(options.endpoints ?? {}).map(([text, input]) => {
    const path = `endpoints["${text}"]`;
    if (!/^[/*]/.test(text)) throw new TypeError(`Expected ${path} to begin with "/" or "*"`);
    const { root } = resolveRoute(input, path, `endpoint:${text}`, options);
    const candidates = root.children.map((child): Target => {
      if ('children' in child) throw new TypeError(`Expected ${path} to be targets without groups`);
      // The body is not read, so that no model can be written into it.
      if (child.model !== undefined)
        throw new TypeError(`Expected ${path} to name no model: the body passes as it is`);
      return child;
    });
    const plan: Plan = {
      candidates,
      rule: `endpoint:${text}`,
      reason: 'first in order',
      cacheScope: '',
    };
    return { pattern: createPattern(text), plan };
  });
  endpoints.sort((a, b) => b.pattern.literal - a.pattern.literal);
  return (path) => endpoints.find(({ pattern }) => pattern.matches(path))?.plan;
}
