// An upstream whose streams begin and never end. To a caller whose prompt says that it is slow it goes on to send
// whatever is taken from it; all others hear of it only when they are told to.
import { createServer } from 'node:http';
import { monotonic } from '../lib/messages.mjs';

const event = (content) =>
  `data: {"id":"c","object":"chat.completion.chunk","created":1,"model":"gpt-4o-mini","choices":[{"index":0,"delta":{"role":"assistant","content":"${content}"},"finish_reason":null}]}\n\n`;
const first = event('Hello');
/** Long enough that whoever looks for secrets in it lets some of it go at once. */
const word = event(
  'and so it went on from one day to the next, in spring and in autumn, '.repeat(4),
);
const flood = event('more of it than anybody reads, line by line, '.repeat(100)).repeat(4);
/** What a slow caller is sent at most, in bytes. */
const most = 16 * 1024 * 1024;
const quiet = new Set();
let taken = 0;

process.on('disconnect', () => process.exit());
process.on('message', ({ type }) => {
  if (type === 'listen') listen();
  if (type === 'taken') process.send({ type: 'result', taken });
  if (type !== 'word') return;
  const at = monotonic();
  for (const reply of quiet) reply.write(word);
  process.send({ type: 'result', at });
});
process.send({ type: 'ready' });

function listen() {
  const server = createServer(async (asked, reply) => {
    let body = '';
    for await (const part of asked) body += part;
    reply.writeHead(200, { 'content-type': 'text/event-stream' });
    reply.write(first);
    reply.on('error', () => {});
    if (body.includes('slow reader')) return send(reply);
    quiet.add(reply);
    reply.on('close', () => quiet.delete(reply));
  });
  server.listen(0, '127.0.0.1', () =>
    process.send({ type: 'result', port: server.address().port }),
  );
}

/** As fast as it is taken. */
function send(reply, sent = 0) {
  let size = sent;
  while (size < most && !reply.destroyed) {
    size += flood.length;
    taken += flood.length;
    if (reply.write(flood)) continue;
    reply.once('drain', () => send(reply, size));
    return;
  }
}
