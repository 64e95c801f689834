/**
 * @module Cloudflare Workers AI's own formats, for targets: chat and embeddings.
 *
 * @example
 * import { workersAIChat } from '@wintergate/wire/workers-ai';
 * const { path, body } = workersAIChat.writeCall(call, { model: '@cf/openai/gpt-oss-20b', notice });
 *
 * Runs on: Node, Bun, Deno, Workers, Edge.
 */
export { workersAIChat, workersAIEmbeddings } from './lib/workers-ai.ts';
