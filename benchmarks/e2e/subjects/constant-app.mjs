// What an exact hit is measured against: parse the body, answer a constant, as JSON or as a stream. As it stands a
// Worker.
import { Hono } from 'hono';
import { jsonReply, sseEvents } from '../../lib/messages.mjs';

const reply = JSON.parse(jsonReply);
const stream = sseEvents.join('');
const app = new Hono();
app.post('/v1/chat/completions', async (c) => {
  const call = await c.req.json();
  if (!Array.isArray(call.messages)) return c.json({ error: 'No messages' }, 400);
  if (!call.stream) return c.json(reply);
  return c.body(stream, 200, { 'content-type': 'text/event-stream; charset=utf-8' });
});
export default app;
