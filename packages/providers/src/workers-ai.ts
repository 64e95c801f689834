/**
 * @module Models on Cloudflare Workers AI, through the binding of a Worker or over REST.
 *
 * @example
 * import { workersAI } from '@wintergate/providers/workers-ai';
 * const provider = workersAI({ binding: env.AI });
 *
 * Runs on: Node, Bun, Deno, Workers, Edge; a binding is there on Workers only.
 */
export { type AIBinding, type WorkersAIOptions, workersAI } from './lib/workers-ai.ts';
