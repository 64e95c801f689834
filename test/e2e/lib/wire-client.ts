/** HTTP as bytes, where `fetch` would put right, refuse or hide what a bad client or server does. */
import { type Agent, type IncomingHttpHeaders, request } from 'node:http';
import { connect, type Socket } from 'node:net';

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly bytes: Buffer;
  readonly text: string;
  /** The body as JSON. */
  // biome-ignore lint/suspicious/noExplicitAny: each test knows what it expects.
  json(): any;
}

export interface SendOptions {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string | string[]>>;
  readonly body?: string | Uint8Array;
  readonly agent?: Agent;
}

export const chatPath = '/v1/chat/completions';
const jsonType = { 'content-type': 'application/json' };

/** Sends over a connection of its own (or the agent's) and reads the answer to its end. Rejects when it breaks. */
export function send(port: number, options: SendOptions = {}): Promise<Answer> {
  const { method = 'POST', path = chatPath, headers = jsonType, body = '', agent } = options;
  return new Promise((resolve, reject) => {
    const outgoing = request(
      { host: '127.0.0.1', port, method, path, headers, agent: agent ?? false },
      (incoming) => {
        const parts: Buffer[] = [];
        incoming.on('data', (part: Buffer) => parts.push(part));
        incoming.on('error', reject);
        incoming.on('end', () =>
          resolve(toAnswer(incoming.statusCode ?? 0, incoming.headers, Buffer.concat(parts))),
        );
      },
    );
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

function toAnswer(status: number, headers: IncomingHttpHeaders, bytes: Buffer): Answer {
  const text = bytes.toString('utf8');
  return { status, headers, bytes, text, json: () => JSON.parse(text) };
}

export function chat(
  port: number,
  body: object,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  return send(port, { body: JSON.stringify(body), headers: { ...jsonType, ...headers } });
}

export function ask(content: string, fields: object = {}): Record<string, unknown> {
  return { model: 'chat-model', messages: [{ role: 'user', content }], ...fields };
}

/** The text of a chat's answer, streamed or not. */
export function textOf({ headers, text }: Answer): string {
  if (!/event-stream/.test(headers['content-type'] ?? ''))
    return JSON.parse(text).choices[0].message.content;
  let whole = '';
  for (const line of text.split('\n')) {
    if (!line.startsWith('data: {')) continue;
    const content = parse(line.slice(6))?.choices?.[0]?.delta?.content;
    if (typeof content === 'string') whole += content;
  }
  return whole;
}

// biome-ignore lint/suspicious/noExplicitAny: as above.
function parse(text: string): any {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A connection that says what it is told, and hears all that comes. */
export interface RawConnection {
  readonly socket: Socket;
  /** Everything received so far, one character a byte. */
  received(): string;
  /** Resolves when what was received fits, or the connection has ended. */
  until(pattern: RegExp): Promise<string>;
  /** Resolves with everything received, when the connection has ended; `error` says how, when badly. */
  ended(): Promise<{ received: string; error: string | undefined }>;
  close(): void;
}

export function openRaw(port: number): Promise<RawConnection> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1');
    let text = '';
    let error: string | undefined;
    let over = false;
    const watchers = new Set<() => void>();
    const look = (): void => {
      for (const watcher of [...watchers]) watcher();
    };
    const when = (ready: () => boolean): Promise<void> =>
      new Promise((done) => {
        const watcher = (): void => {
          if (!ready()) return;
          watchers.delete(watcher);
          done();
        };
        watchers.add(watcher);
        watcher();
      });
    socket.setEncoding('latin1');
    socket.on('data', (chunk: string) => {
      text += chunk;
      look();
    });
    socket.on('error', (thrown: NodeJS.ErrnoException) => {
      error = thrown.code ?? thrown.message;
      reject(thrown);
    });
    socket.on('close', () => {
      over = true;
      look();
    });
    socket.on('connect', () =>
      resolve({
        socket,
        received: () => text,
        until: async (pattern) => {
          await when(() => over || pattern.test(text));
          return text;
        },
        ended: async () => {
          await when(() => over);
          return { received: text, error };
        },
        close: () => void socket.destroy(),
      }),
    );
  });
}

/** Writes these bytes, and hears the answer until the server closes: so end the request with `connection: close`. */
export async function sayRaw(
  port: number,
  bytes: string | Uint8Array,
): Promise<{ received: string; error: string | undefined }> {
  const connection = await openRaw(port);
  connection.socket.write(typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes);
  return connection.ended();
}

/** A POST with a JSON body, head and body as text of one character a byte. */
export function rawPost(body: string, extra: readonly string[] = [], path = chatPath): string {
  const lines = [
    `POST ${path} HTTP/1.1`,
    'host: gateway',
    'content-type: application/json',
    `content-length: ${Buffer.byteLength(body, 'latin1')}`,
    'connection: close',
    ...extra,
  ];
  return `${lines.join('\r\n')}\r\n\r\n${body}`;
}
