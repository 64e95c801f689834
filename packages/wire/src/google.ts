/**
 * @module Google generateContent as the format of an upstream: calls of any dialect are written in it,
 * its replies, streams and errors are read.
 *
 * @example
 * import { googleGenerate } from '@wintergate/wire/google';
 * const { body, path } = googleGenerate.writeCall(call, { notice: console.log });
 *
 * Runs on: Node, Bun, Deno, Workers, Edge.
 */
export { googleGenerate } from './lib/google-generate.ts';
