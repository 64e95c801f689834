// Wintergate as a Worker. Bundled with what MIDDLEWARE and UPSTREAM_PORT say: a Worker has no environment of
// the process. There are no files: lines of a log end in memory.
import { toWorker } from '@wintergate/core/workers';
import { createChain } from './chain.mjs';

let log = '';
const write = (lines) => {
  log = (log + lines).slice(-65_536);
};
const wanted = process.env.MIDDLEWARE;
const [chain, end] = await createChain({ wanted, upstreamPort: process.env.UPSTREAM_PORT, write });

export default toWorker(chain, end);
