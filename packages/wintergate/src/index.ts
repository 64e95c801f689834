/**
 * @module The Wintergate gateway: the six middlewares composed in front of a provider.
 *
 * @example
 * import { serveNode } from '@wintergate/core/node';
 * import { createGateway, readEnvironment } from 'wintergate';
 * const { middleware, end } = createGateway(readEnvironment(process.env));
 * const server = await serveNode(middleware, end, { port: 8787 });
 *
 * Runs on: Node, Bun, Deno. The command line (`wintergate`) runs on Node.
 */
export { EnvironmentError, type GatewaySettings, readEnvironment } from './lib/environment.ts';
export { createGateway, type Gateway } from './lib/gateway.ts';
