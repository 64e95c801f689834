// The proxy most people would write: Hono, its own proxy helper, the runtime's fetch.
import { Hono } from 'hono';
import { proxy } from 'hono/proxy';
import { serveFetch } from './serve-fetch.mjs';

const upstream = `http://127.0.0.1:${process.env.UPSTREAM_PORT}`;
const app = new Hono();
app.all('*', (c) => proxy(`${upstream}${c.req.path}`, c.req));
serveFetch(app.fetch);
