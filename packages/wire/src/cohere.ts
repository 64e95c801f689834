/**
 * @module Cohere's formats, for targets.
 *
 * @example
 * import { cohereChat } from '@wintergate/wire/cohere';
 * const { path, body } = cohereChat.writeCall(call, { model: 'command-a-03-2025', notice });
 *
 * Runs on: Node, Bun, Deno, Workers, Edge.
 */
export { cohereChat, cohereEmbeddings } from './lib/cohere.ts';
