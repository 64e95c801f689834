// The provider behind every subject: a raw TCP server that answers with bytes made beforehand, so that
// it is never the limit. A JSON call gets one reply, a streamed one 64 events, each its own HTTP chunk.
import { createServer } from 'node:net';
import { jsonReply, monotonic, sseEvents, timedEvents, timedWords } from './messages.mjs';

const crlf = '\r\n';
const json = Buffer.from(
  [
    'HTTP/1.1 200 OK',
    'content-type: application/json',
    `content-length: ${Buffer.byteLength(jsonReply)}`,
    'x-request-id: req_benchmark',
    '',
    jsonReply,
  ].join(crlf),
);
const streamHead = [
  'HTTP/1.1 200 OK',
  'content-type: text/event-stream',
  'cache-control: no-cache',
];
const chunk = (text) => `${Buffer.byteLength(text).toString(16)}${crlf}${text}${crlf}`;
const head = Buffer.from([...streamHead, 'transfer-encoding: chunked', '', ''].join(crlf));
const chunks = sseEvents.map((event) => Buffer.from(chunk(event)));
const last = Buffer.from(`0${crlf}${crlf}`);
const stream = Buffer.concat([head, ...chunks, last]);
/**
 * The paced stream waits after the role and the first word, to show who holds back what a reader could see:
 * failover rightly keeps the role until a word follows.
 */
const pause = 100;
/** Between two words of a timed stream, in milliseconds. */
const wordGap = 5;
let answered = 0;

// How many calls came through: tells a miss from a hit.
process.on('message', () => process.send({ type: 'result', answered }));
// Never outlives the runner.
process.on('disconnect', () => process.exit());

createServer({ noDelay: true }, (socket) => {
  let pending;
  socket.on('data', (data) => {
    let bytes = pending === undefined ? data : Buffer.concat([pending, data]);
    for (let end = requestEnd(bytes); end > 0; end = requestEnd(bytes)) {
      answer(socket, bytes, end);
      bytes = bytes.subarray(end);
    }
    pending = bytes.length === 0 ? undefined : bytes;
  });
  socket.on('error', () => socket.destroy());
}).listen(Number(process.env.PORT), '127.0.0.1', () => process.send?.({ type: 'ready' }));

/** Where the first request ends, or 0 while it is incomplete. */
function requestEnd(bytes) {
  const headEnd = bytes.indexOf('\r\n\r\n');
  if (headEnd === -1) return 0;
  const text = bytes.latin1Slice(0, headEnd);
  const length = /\r\ncontent-length: *(\d+)/i.exec(text);
  if (length !== null) {
    const end = headEnd + 4 + Number(length[1]);
    return end <= bytes.length ? end : 0;
  }
  if (!/\r\ntransfer-encoding: *chunked/i.test(text)) return headEnd + 4;
  const end = bytes.indexOf('\r\n0\r\n\r\n', headEnd);
  return end === -1 ? 0 : end + 7;
}

function answer(socket, bytes, end) {
  answered++;
  const within = (text) => {
    const at = bytes.indexOf(text);
    return at !== -1 && at < end;
  };
  if (!within('"stream":true')) socket.write(json);
  else if (within('timed stream')) answerTimed(socket);
  else if (!within('paced stream')) socket.write(stream);
  else {
    socket.write(Buffer.concat([head, chunks[0], chunks[1]]));
    setTimeout(() => socket.write(Buffer.concat([...chunks.slice(2), last])), pause);
  }
}

function answerTimed(socket) {
  socket.write(Buffer.concat([head, Buffer.from(chunk(timedEvents.first))]));
  let sent = 0;
  const timer = setInterval(() => {
    if (sent++ < timedWords) {
      socket.write(chunk(timedEvents.word(monotonic())));
      return;
    }
    clearInterval(timer);
    socket.write(Buffer.concat([...timedEvents.last.map((it) => Buffer.from(chunk(it))), last]));
  }, wordGap);
  socket.once('close', () => clearInterval(timer));
}
