// An upstream whose streams begin and never end, and a client that opens them: for memory a stream.
import { createServer, request } from 'node:http';

const first =
  'data: {"id":"c","object":"chat.completion.chunk","created":1,"model":"gpt-4o-mini","choices":[{"index":0,"delta":{"role":"assistant","content":"Hello"},"finish_reason":null}]}\n\n';
const open = new Set();

process.on('disconnect', () => process.exit());
process.on('message', async ({ type, port, count }) => {
  try {
    if (type === 'listen') return listen();
    if (type === 'close') {
      for (const reply of open) reply.destroy();
      open.clear();
      return process.send({ type: 'result' });
    }
    for (let at = 0; at < count; at += 100)
      await Promise.all(
        Array.from({ length: Math.min(100, count - at) }, (_, index) => ask(port, at + index)),
      );
    process.send({ type: 'result', open: open.size });
  } catch (error) {
    process.send({ type: 'failed', message: error.message });
  }
});
process.send({ type: 'ready' });

function listen() {
  const server = createServer((asked, reply) => {
    asked.resume();
    asked.on('end', () => {
      reply.writeHead(200, { 'content-type': 'text/event-stream' });
      reply.write(first);
    });
  });
  server.listen(0, '127.0.0.1', () =>
    process.send({ type: 'result', port: server.address().port }),
  );
}

/** Resolves once the first event is here; the stream stays open. */
function ask(port, number) {
  const body = JSON.stringify({
    ...{ model: 'gpt-4o-mini', stream: true },
    messages: [
      { role: 'user', content: `Tell me about number ${number}, and what comes after it` },
    ],
  });
  return new Promise((resolve, reject) => {
    const asked = request(
      {
        ...{ host: '127.0.0.1', port, path: '/v1/chat/completions', method: 'POST', agent: false },
        headers: {
          'content-type': 'application/json',
          'content-length': Buffer.byteLength(body),
          authorization: 'Bearer sk-benchmark',
        },
      },
      (reply) => {
        if (reply.statusCode !== 200) return reject(new Error(`Status ${reply.statusCode}`));
        open.add(reply);
        reply.once('data', () => resolve());
        reply.on('error', () => {});
      },
    );
    asked.on('error', reject);
    asked.end(body);
  });
}
