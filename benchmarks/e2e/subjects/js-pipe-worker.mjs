// The same as js-pipe.mjs, as a Worker.
import { passOn } from './pass-on.mjs';

const upstream = `http://127.0.0.1:${process.env.UPSTREAM_PORT}`;

export default { fetch: (request) => passOn(request, upstream) };
