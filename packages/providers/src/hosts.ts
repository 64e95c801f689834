/**
 * @module Providers that speak OpenAI's format, each with its own address and its own departures from it.
 *
 * @example
 * import { groq, mistral } from '@wintergate/providers/hosts';
 * const routes = { 'mistral-*': mistral({ apiKey }), 'llama-*': groq({ apiKey: other }) };
 *
 * Runs on: Node, Bun, Deno, Workers, Edge.
 */
export {
  cerebras,
  cloudflare,
  deepseek,
  fireworks,
  groq,
  huggingface,
  mistral,
  openrouter,
  together,
  vllm,
  xai,
} from './lib/hosts.ts';
export type { HostOptions } from './lib/openai-compatible.ts';
