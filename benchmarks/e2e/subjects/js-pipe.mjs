// What a fetch proxy costs whose chunks pass through JavaScript, and that does nothing with them: the floor of
// whoever wants to see the end of a stream.
import { passOn } from './pass-on.mjs';
import { serveFetch } from './serve-fetch.mjs';

const upstream = `http://127.0.0.1:${process.env.UPSTREAM_PORT}`;
serveFetch((request) => passOn(request, upstream));
