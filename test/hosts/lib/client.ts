/** A caller that sees single chunks and can leave at any moment. */
import { request as httpRequest, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';

export interface Call {
  readonly url: string;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
}

export interface OpenReply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** The next bytes as they arrive; `undefined` at the end. Rejects when the reply breaks off. */
  next(): Promise<Buffer | undefined>;
  /** Exactly this many bytes, from as many chunks as it takes. */
  take(length: number): Promise<Buffer>;
  /** All that is left. */
  rest(): Promise<Buffer>;
  /** Stops reading from the connection. */
  pause(): void;
  /** Closes the connection. */
  leave(): void;
}

export interface OpenCall {
  readonly reply: Promise<OpenReply>;
  /** Closes the connection, answered or not. */
  leave(): void;
}

/** Sends a request on a connection of its own. */
export function open({ url, method = 'GET', headers = {}, body }: Call): OpenCall {
  const sent = httpRequest(url, { method, headers: withLength(headers, body), agent: false });
  const reply = new Promise<OpenReply>((resolve, reject) => {
    sent.once('error', reject);
    sent.once('response', (message) => resolve(openReply(message, () => sent.destroy())));
  });
  // Who leaves before the answer does not wait for it either.
  reply.catch(() => {});
  sent.end(body);
  return { reply, leave: () => sent.destroy() };
}

/** Sends a request and reads the whole answer. */
export async function call(
  given: Call,
): Promise<{ status: number; headers: IncomingHttpHeaders; body: Buffer }> {
  const reply = await open(given).reply;
  return { status: reply.status, headers: reply.headers, body: await reply.rest() };
}

function withLength(
  headers: Readonly<Record<string, string>>,
  body: string | Uint8Array | undefined,
): Record<string, string> {
  if (body === undefined) return { ...headers };
  return { ...headers, 'content-length': String(Buffer.byteLength(body)) };
}

function openReply(message: IncomingMessage, leave: () => void): OpenReply {
  const arrived: Buffer[] = [];
  let ended = false;
  let broken: Error | undefined;
  let wake: (() => void) | undefined;
  const tell = (): void => wake?.();
  message.on('data', (chunk: Buffer) => {
    arrived.push(chunk);
    tell();
  });
  message.once('end', () => {
    ended = true;
    tell();
  });
  message.once('error', (error) => {
    broken = error;
    tell();
  });
  message.once('close', () => {
    if (!ended) broken ??= new Error('The reply broke off');
    tell();
  });

  async function next(): Promise<Buffer | undefined> {
    for (;;) {
      const chunk = arrived.shift();
      if (chunk !== undefined) return chunk;
      if (ended) return undefined;
      if (broken !== undefined) throw broken;
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  }

  async function take(length: number): Promise<Buffer> {
    let bytes = Buffer.alloc(0);
    while (bytes.length < length) {
      const chunk = await next();
      if (chunk === undefined) throw new Error(`Expected ${length} bytes: got ${bytes.length}`);
      bytes = Buffer.concat([bytes, chunk]);
    }
    return bytes;
  }

  async function rest(): Promise<Buffer> {
    const chunks: Buffer[] = [];
    for (let chunk = await next(); chunk !== undefined; chunk = await next()) chunks.push(chunk);
    return Buffer.concat(chunks);
  }

  return {
    status: message.statusCode ?? 0,
    headers: message.headers,
    next,
    take,
    rest,
    leave,
    pause: () => message.pause(),
  };
}
