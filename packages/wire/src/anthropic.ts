/**
 * @module Anthropic Messages as the format of an upstream: calls of any dialect are written in it, its
 * replies, streams and errors are read.
 *
 * @example
 * import { anthropicMessages } from '@wintergate/wire/anthropic';
 * const { body, path } = anthropicMessages.writeCall(call, { notice: console.log });
 *
 * Runs on: Node, Bun, Deno, Workers, Edge.
 */
export { anthropicMessages } from './lib/anthropic-messages.ts';
