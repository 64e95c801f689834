// What an exact hit is measured against: parse the body, answer a constant. As it stands a Worker.
import { Hono } from 'hono';
import { jsonReply } from '../../lib/messages.mjs';

const reply = JSON.parse(jsonReply);
const app = new Hono();
app.post('/v1/chat/completions', async (c) => {
  const call = await c.req.json();
  return Array.isArray(call.messages) ? c.json(reply) : c.json({ error: 'No messages' }, 400);
});
export default app;
