// What an exact hit is measured against: parse the body, answer a constant.
import { Hono } from 'hono';
import { jsonReply } from '../../lib/messages.mjs';
import { serveFetch } from './serve-fetch.mjs';

const reply = JSON.parse(jsonReply);
const app = new Hono();
app.post('/v1/chat/completions', async (c) => {
  const call = await c.req.json();
  return Array.isArray(call.messages) ? c.json(reply) : c.json({ error: 'No messages' }, 400);
});
serveFetch(app.fetch);
