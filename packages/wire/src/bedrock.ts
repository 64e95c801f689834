/**
 * @module The format of Amazon Bedrock's Converse API, for targets.
 *
 * @example
 * import { bedrockConverse } from '@wintergate/wire/bedrock';
 * const { path, body } = bedrockConverse.writeCall(call, { model: 'amazon.nova-lite-v1:0', notice });
 *
 * Runs on: Node, Bun, Deno, Workers, Edge.
 */
export { bedrockConverse } from './lib/bedrock-converse.ts';
