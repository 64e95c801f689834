import { createServer } from 'node:net';
import { expect, it } from 'vitest';
import { Connection } from './connection.mjs';

const chunked =
  'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n1A\r\nabcdefghijklmnopqrstuvwxyz\r\n0\r\n\r\n';
const fixed = 'HTTP/1.1 404 Not Found\r\nContent-Length: 3\r\n\r\nabc';
const empty = 'HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n';

/** Sends three requests, each answered in pieces of `size` bytes, and gives what the reader understood. */
async function readReplies(size) {
  const replies = [chunked, fixed, empty];
  const server = createServer((socket) => {
    socket.setNoDelay(true);
    let count = 0;
    socket.on('data', async () => {
      const text = replies[count++];
      for (let at = 0; at < text.length; at += size) {
        socket.write(text.slice(at, at + size));
        await new Promise((resolve) => setImmediate(resolve));
      }
    });
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const seen = [];
  await new Promise((resolve, reject) => {
    const done = (connection) => {
      seen.push([connection.status, connection.bodyBytes]);
      if (seen.length < replies.length) connection.send('GET / HTTP/1.1\r\n\r\n', 0);
      else {
        connection.close();
        resolve();
      }
    };
    new Connection(server.address().port, { done, failed: reject }).send('GET', 0);
  });
  server.close();
  return seen;
}

it.each([1, 2, 3, 7, 40, 4096])('reads replies that arrive in pieces of %i bytes', async (size) => {
  expect(await readReplies(size)).toEqual([
    [200, 31],
    [404, 3],
    [200, 0],
  ]);
});
