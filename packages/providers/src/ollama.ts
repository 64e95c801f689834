/**
 * @module An Ollama server as a provider: calls of any format, answered by its models.
 *
 * @example
 * import { ollama } from '@wintergate/providers/ollama';
 * const router = modelRouter({ routes: { 'llama*': ollama() } });
 *
 * Runs on: Node, Bun, Deno, Workers, Edge.
 */
export { type OllamaOptions, ollama } from './lib/ollama.ts';
