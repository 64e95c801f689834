// The constant as Node, Bun and Deno serve it.
import app from './constant-app.mjs';
import { serveFetch } from './serve-fetch.mjs';

serveFetch(app.fetch);
