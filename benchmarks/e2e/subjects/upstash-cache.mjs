// What people write with Upstash's semantic cache: Hono and fetch, the last message as key, answers as text.
// Streams pass by it: it keeps texts.
import { Hono } from 'hono';
import { serveFetch } from './serve-fetch.mjs';

const peers = '../../peers/node_modules/@upstash';
const { SemanticCache } = await import(`${peers}/semantic-cache/dist/index.mjs`);
const { Index } = await import(`${peers}/vector/dist/nodejs.mjs`);

const { UPSTREAM_PORT, VECTOR_PORT } = process.env;
const index = new Index({
  url: `http://127.0.0.1:${VECTOR_PORT}`,
  token: 'benchmark',
  enableTelemetry: false,
});
const cache = new SemanticCache({ index, minProximity: 0.95 });
const headers = { 'content-type': 'application/json' };

const app = new Hono();
app.post('/v1/chat/completions', async (c) => {
  const body = await c.req.text();
  const { messages, stream } = JSON.parse(body);
  const prompt = messages.at(-1).content;
  const known = stream === true ? undefined : await cache.get(prompt);
  if (known !== undefined) return c.body(known, 200, headers);
  const url = `http://127.0.0.1:${UPSTREAM_PORT}/v1/chat/completions`;
  const reply = await fetch(url, { method: 'POST', headers, body });
  if (stream === true) return new Response(reply.body, reply);
  const text = await reply.text();
  // Nobody waits for it.
  cache.set(prompt, text).catch((error) => console.error(error));
  return c.body(text, 200, headers);
});
serveFetch(app.fetch);
