// One keep-alive HTTP/1.1 connection of the load generator: as cheap as a correct reader can be. It checks
// status and body length, and reads chunked bodies frame by frame to their end.
import { connect } from 'node:net';

const headEndMark = Buffer.from('\r\n\r\n');

export class Connection {
  /** When the request in flight was sent or, if it had to wait, was due. */
  startedAt = 0;
  firstByteAt = 0;
  status = 0;
  bodyBytes = 0;
  /** Of a timed stream that have arrived. */
  words = 0;
  #state = 'head';
  #remaining = 0;
  #rest = undefined;
  #socket;
  #listener;

  /**
   * @param listener `done(connection)` after each reply, `failed(error)` when the connection breaks, and
   *   `data(bytes, connection)`, if it is there, for all that arrives.
   */
  constructor(port, listener) {
    this.#listener = listener;
    this.#socket = connect({ port, host: '127.0.0.1', noDelay: true });
    this.#socket.on('data', (data) => {
      listener.data?.(data, this);
      this.#read(data);
    });
    this.#socket.on('error', (error) => listener.failed(error));
    this.#socket.on('close', () => listener.failed(new Error('Connection closed by the subject')));
  }

  send(text, startedAt) {
    this.startedAt = startedAt;
    this.firstByteAt = 0;
    this.bodyBytes = 0;
    this.words = 0;
    this.#state = 'head';
    this.#socket.write(text, 'latin1');
  }

  close() {
    this.#socket.removeAllListeners('close');
    this.#socket.destroy();
  }

  #read(data) {
    let bytes = data;
    if (this.#rest !== undefined) {
      bytes = Buffer.concat([this.#rest, data]);
      this.#rest = undefined;
    }
    let at = 0;
    while (at < bytes.length) {
      const next = this.#state === 'head' ? this.#head(bytes, at) : this.#body(bytes, at);
      if (next === -1) {
        this.#rest = bytes.subarray(at);
        return;
      }
      at = next;
    }
  }

  #head(bytes, at) {
    const end = bytes.indexOf(headEndMark, at);
    if (end === -1) return -1;
    const text = bytes.latin1Slice(at, end);
    this.status = Number(text.slice(9, 12));
    const length = /\r\ncontent-length: *(\d+)/i.exec(text);
    this.#state = length === null ? 'size' : 'fixed';
    this.#remaining = length === null ? 0 : Number(length[1]);
    if (length === null && !/\r\ntransfer-encoding: *chunked/i.test(text)) {
      this.#listener.failed(new Error('Reply with neither length nor chunks'));
    }
    if (length !== null && this.#remaining === 0) this.#finish();
    return end + 4;
  }

  #body(bytes, at) {
    if (this.firstByteAt === 0) this.firstByteAt = performance.now();
    if (this.#state === 'fixed') {
      const taken = Math.min(this.#remaining, bytes.length - at);
      this.bodyBytes += taken;
      this.#remaining -= taken;
      if (this.#remaining === 0) this.#finish();
      return at + taken;
    }
    if (this.#state === 'data') {
      // The frame's own CRLF is counted in what remains.
      const taken = Math.min(this.#remaining, bytes.length - at);
      this.#remaining -= taken;
      if (this.#remaining === 0) this.#state = 'size';
      return at + taken;
    }
    return this.#chunkSize(bytes, at);
  }

  #chunkSize(bytes, at) {
    let size = 0;
    let cursor = at;
    for (; cursor < bytes.length && bytes[cursor] !== 13; cursor++) {
      const code = bytes[cursor] | 32;
      size = size * 16 + (code > 57 ? code - 87 : code & 15);
    }
    const needed = size === 0 ? cursor + 4 : cursor + 2;
    if (needed > bytes.length) return -1;
    if (size === 0) this.#finish();
    this.bodyBytes += size;
    this.#remaining = size + 2;
    if (size > 0) this.#state = 'data';
    return needed;
  }

  #finish() {
    this.#state = 'head';
    this.#listener.done(this);
  }
}
