/**
 * @module Serves Wintergate on Node: requests built lazily, replies written from socket to socket.
 *
 * @example
 * import { compose } from '@wintergate/core';
 * import { serveNode } from '@wintergate/core/node';
 * const server = await serveNode(compose(logger(), failover()), upstream(), { port: 8787 });
 *
 * Runs on: Node. Install `undici` for the fast way upstream; without it the global `fetch` is used.
 */
export { nodeDigest } from './lib/node-digest.ts';
export { nodeFetch } from './lib/node-fetch.ts';
export { type NodeServer, type ServeNodeOptions, serveNode } from './lib/node-serve.ts';
export { type NodeTransportOptions, nodeTransport } from './lib/node-transport.ts';
export { tuneNode } from './lib/node-tune.ts';
