// A stand-in for Upstash Vector with a model of its own: texts come in, the nearest goes out. It finds what has the
// same words at once, or else the last one as something far away: what such a service computes is not measured.
import { createServer } from 'node:http';

const kept = new Map();
let last;
const keyOf = (text) =>
  text
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();

function answer(action, { id, data, metadata }) {
  if (action === 'upsert-data') {
    last = { id, metadata };
    kept.set(keyOf(data), last);
    return 'Success';
  }
  const found = kept.get(keyOf(data));
  if (found !== undefined) return [{ ...found, score: 0.99 }];
  return last === undefined ? [] : [{ ...last, score: 0.5 }];
}

createServer(async (request, response) => {
  let text = '';
  request.setEncoding('utf8');
  for await (const part of request) text += part;
  const result = answer(request.url.split('/')[1], JSON.parse(text));
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify({ result }));
}).listen(Number(process.env.PORT), '127.0.0.1', () => process.send?.({ type: 'ready' }));

// Never outlives the runner.
process.on('disconnect', () => process.exit());
