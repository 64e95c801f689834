// Clients that open streams and keep them: most read what comes, slow ones nothing after the first event.
import { request } from 'node:http';
import { monotonic } from '../lib/messages.mjs';

const reading = new Set();
let heard;
/** No two prompts are the same: callers of one would share a stream. */
let opened = 0;

process.on('disconnect', () => process.exit());
process.on('message', async ({ type, port, count, slow = false }) => {
  try {
    if (type === 'attend') {
      heard = allHear();
      // Told by who asks for it.
      heard.catch(() => {});
    }
    if (type === 'hear') await heard;
    for (let at = 0; type === 'open' && at < count; at += 100)
      await Promise.all(
        Array.from({ length: Math.min(100, count - at) }, () => open(port, opened++, slow)),
      );
    process.send({ type: 'result', at: monotonic() });
  } catch (error) {
    process.send({ type: 'failed', message: error.message });
  }
});
process.send({ type: 'ready' });

/** Until each that reads has heard something more. @throws when one of them ended, as on a machine too busy to be in time. */
function allHear() {
  return Promise.all([...reading].map(hearMore));
}

function hearMore(reply) {
  return new Promise((resolve, reject) => {
    const onClose = () => reject(new Error('A stream ended that was to stay open'));
    if (reply.closed) onClose();
    reply.once('close', onClose);
    reply.once('data', () => {
      reply.off('close', onClose);
      resolve();
    });
  });
}

/** Resolves once the first event is here; the stream stays open. */
function open(port, number, slow) {
  const who = slow ? 'A slow reader asks' : 'Tell me';
  const body = JSON.stringify({
    ...{ model: 'gpt-4o-mini', stream: true },
    messages: [{ role: 'user', content: `${who} about number ${number}, and what comes after it` }],
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
        if (!slow) reading.add(reply);
        reply.once('data', () => {
          if (slow) reply.pause();
          resolve();
        });
        if (!slow) reply.resume();
        reply.on('error', () => {});
      },
    );
    asked.on('error', reject);
    asked.end(body);
  });
}
