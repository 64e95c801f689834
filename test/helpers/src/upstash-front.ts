/**
 * The Upstash REST interface over a real Redis: what `@upstash/redis` and `@upstash/ratelimit` speak.
 * https://upstash.com/docs/redis/features/restapi
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Redis } from 'ioredis';
import { call, parse, type RedisLink, readList, runAll, runAtomically } from './upstash-calls.ts';
import { type Command, encodeReply, readCommand } from './upstash-commands.ts';

export interface UpstashFrontOptions {
  /** Port of the Redis behind it, on loopback. */
  readonly redisPort: number;
  /** What callers must send as bearer token. @default 'test-token' */
  readonly token?: string;
}

export interface UpstashFront {
  readonly url: string;
  readonly token: string;
  /** How often each command was asked for, such as `{ EVALSHA: 7 }`. */
  readonly counts: Readonly<Record<string, number>>;
  /** Closes connections, subscribers and the way to Redis; the Redis itself goes on. */
  close(): Promise<void>;
}

interface Front extends RedisLink {
  readonly token: string;
  readonly subscribers: Set<Redis>;
}

const bodyLimit = 16 * 1024 * 1024;

export async function startUpstashFront(options: UpstashFrontOptions): Promise<UpstashFront> {
  const redis = new Redis({
    host: '127.0.0.1',
    port: options.redisPort,
    // The REST interface has the flat replies of version 2.
    protocol: 2,
    lazyConnect: true,
    retryStrategy: () => null,
  });
  redis.on('error', () => {});
  await redis.connect();
  const token = options.token ?? 'test-token';
  const front: Front = { redis, token, digests: new Map(), counts: {}, subscribers: new Set() };
  const server = createServer((request, response) => {
    answer(front, request, response).catch((error: Error) =>
      send(response, 400, { error: error.message }),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const close = async (): Promise<void> => {
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    for (const subscriber of front.subscribers) subscriber.disconnect();
    redis.disconnect();
    await closed;
  };
  return { url: `http://127.0.0.1:${port}`, token, counts: front.counts, close };
}

async function answer(
  front: Front,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://front');
  const given = request.headers.authorization ?? `Bearer ${url.searchParams.get('_token')}`;
  if (given !== `Bearer ${front.token}`) return send(response, 401, { error: 'Unauthorized' });

  const path = url.pathname.split('/').slice(1).map(decodeURIComponent);
  const [first = '', second = ''] = path;
  if (first === 'subscribe') return subscribe(front, second, response);

  const base64 = request.headers['upstash-encoding'] === 'base64';
  const body = await readText(request);
  if (first === '') return sendOne(front, readCommand(parse(body)), base64, response);
  if (first === 'pipeline') return send(response, 200, await runAll(front, readList(body), base64));
  if (first === 'multi-exec')
    return send(response, 200, await runAtomically(front, readList(body), base64));
  const command = readCommand(body === '' ? path : [...path, body]);
  return sendOne(front, command, base64, response);
}

async function sendOne(
  front: Front,
  command: Command,
  base64: boolean,
  response: ServerResponse,
): Promise<void> {
  const result = encodeReply(await call(front, command), base64);
  send(response, 200, { result });
}

async function subscribe(front: Front, channel: string, response: ServerResponse): Promise<void> {
  const subscriber = front.redis.duplicate({ lazyConnect: true });
  subscriber.on('error', () => {});
  front.subscribers.add(subscriber);
  response.once('close', () => {
    front.subscribers.delete(subscriber);
    subscriber.disconnect();
  });
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' });
  subscriber.on('message', (name, text) => response.write(`data: message,${name},${text}\n\n`));
  await subscriber.connect();
  await subscriber.subscribe(channel);
  response.write(`data: subscribe,${channel},1\n\n`);
}

/** Joined first, decoded once: a character may be split over two chunks. */
async function readText(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request) {
    length += (chunk as Buffer).length;
    if (length > bodyLimit) throw new RangeError('ERR max request size exceeded');
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function send(response: ServerResponse, status: number, body: unknown): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
