/** An upstream that says any bytes, HTTP or not. */
import { type AddressInfo, createServer, type Socket } from 'node:net';

export interface RawUpstream {
  readonly port: number;
  readonly baseUrl: string;
  /** Heads of the requests that came, one character a byte. */
  readonly heads: string[];
  /** What is done with each request from now on. */
  play: Play;
  /** Connections that are open. */
  open(): number;
  close(): Promise<void>;
}

export type Play = (socket: Socket) => void;

export async function startRawUpstream(): Promise<RawUpstream> {
  const heads: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket)).on('error', () => {});
    let text = '';
    socket.setEncoding('latin1');
    socket.on('data', (chunk: string) => {
      text += chunk;
      const end = text.indexOf('\r\n\r\n');
      if (end < 0) return;
      const length = Number(/\r\ncontent-length: (\d+)/i.exec(text)?.[1] ?? 0);
      if (text.length < end + 4 + length) return;
      heads.push(text.slice(0, end));
      text = text.slice(end + 4 + length);
      raw.play(socket);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const raw: RawUpstream = {
    port,
    baseUrl: `http://127.0.0.1:${port}/v1`,
    heads,
    play: (socket) => void socket.destroy(),
    open: () => sockets.size,
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
  };
  return raw;
}

/** A head and a body of this length, then the connection's end. */
export function reply(
  body: string | Uint8Array,
  lines: readonly string[] = ['content-type: application/json'],
  status = '200 OK',
): Play {
  const bytes = typeof body === 'string' ? Buffer.from(body) : body;
  const framed = lines.some((line) => /^(?:content-length|transfer-encoding):/i.test(line))
    ? lines
    : [...lines, `content-length: ${bytes.length}`];
  return (socket) => {
    socket.write(`HTTP/1.1 ${status}\r\n${framed.join('\r\n')}\r\nconnection: close\r\n\r\n`);
    socket.end(bytes);
  };
}

export const eventStream = ['content-type: text/event-stream', 'transfer-encoding: chunked'];

/** One chunk of a chunked body. */
export function chunk(text: string | Uint8Array): Buffer {
  const bytes = Buffer.from(text as string);
  return Buffer.concat([
    Buffer.from(`${bytes.length.toString(16)}\r\n`),
    bytes,
    Buffer.from('\r\n'),
  ]);
}

/** The head of a stream and these chunks; then what `ending` does, by default a clean end. */
export function stream(
  texts: readonly (string | Uint8Array)[],
  ending: Play = (socket) => void socket.end('0\r\n\r\n'),
  lines: readonly string[] = eventStream,
): Play {
  return (socket) => {
    socket.write(`HTTP/1.1 200 OK\r\n${lines.join('\r\n')}\r\n\r\n`);
    for (const text of texts) socket.write(chunk(text));
    ending(socket);
  };
}

/** Writes the same again and again, as fast as it is taken, until the other side has had enough. */
export function forever(bytes: Uint8Array, pause = 0): Play {
  return (socket) => {
    function write(): void {
      if (socket.destroyed) return;
      if (pause > 0) {
        socket.write(bytes);
        setTimeout(write, pause);
      } else {
        socket.write(bytes, () => setImmediate(write));
      }
    }
    write();
  };
}

export const silence: Play = () => {};
