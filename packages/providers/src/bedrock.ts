/**
 * @module Amazon Bedrock as a provider: calls of any dialect, answered by the models there.
 *
 * @example
 * import { modelRouter } from '@wintergate/router';
 * import { bedrock } from '@wintergate/providers/bedrock';
 * const router = modelRouter({ routes: { 'amazon.*': bedrock({ region: 'us-east-1', apiKey }) } });
 *
 * Runs on: Node, Bun, Deno, Workers, Edge.
 */
export { type BedrockOptions, bedrock } from './lib/bedrock.ts';
export type { AwsCredentials } from './lib/sigv4.ts';
