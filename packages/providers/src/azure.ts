/**
 * @module Azure OpenAI as a provider.
 *
 * @example
 * import { azureOpenAI } from '@wintergate/providers/azure';
 * const azure = azureOpenAI({ resource: 'my-resource', apiKey });
 *
 * Runs on: Node, Bun, Deno, Workers, Edge.
 */
export { type AzureOpenAIOptions, azureOpenAI } from './lib/azure.ts';
