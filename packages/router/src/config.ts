/**
 * @module The router's options as plain JSON: for configuration files and dashboards.
 *
 * @example
 * import { openai } from '@wintergate/providers';
 * import { modelRouter } from '@wintergate/router';
 * import { readRouterConfig } from '@wintergate/router/config';
 * const json = { routes: { 'gpt-*': 'openai', fast: ['openai/gpt-5-mini', 'openai/gpt-5-nano'] } };
 * const router = modelRouter(readRouterConfig(json, { providers: [openai({ apiKey })] }));
 *
 * Runs on: Node, Bun, Deno, Workers, Edge.
 */
export { type ReadRouterOptions, readRouterConfig } from './lib/read-router-config.ts';
export { type RouterConfig, routerConfigSchema } from './lib/router-config-schema.ts';
