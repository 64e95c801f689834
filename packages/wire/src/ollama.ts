/**
 * @module Ollama's own formats, for targets.
 *
 * @example
 * import { ollamaChat } from '@wintergate/wire/ollama';
 * const { path, body } = ollamaChat.writeCall(call, { model: 'llama3.2', notice });
 *
 * Runs on: Node, Bun, Deno, Workers, Edge.
 */
export { ollamaChat, ollamaEmbeddings } from './lib/ollama.ts';
