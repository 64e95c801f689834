/** A scripted upstream on loopback: answers as told, well or badly, and records what it was asked. */
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { playRoute, type Route } from './upstream-route.ts';

export type { Route };

/** One request that arrived. */
export interface Recorded {
  readonly method: string;
  /** With the query. */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  json(): unknown;
  /** How the exchange ended: answered in full, or the caller left before that. Settles after the answer. */
  readonly ended: Promise<'answered' | 'abandoned'>;
}

/** Decides by code: gets the request, gives the route. */
export type RouteFunction = (request: Recorded, count: number) => Route | Promise<Route>;

export interface UpstreamOptions {
  /**
   * `'POST /v1/chat/completions'`, `'/v1/models'` or `'*'` to what is answered. Of a list every call takes
   * the next one; the last stays.
   */
  readonly routes: Readonly<Record<string, Route | readonly Route[] | RouteFunction>>;
}

export interface ScriptedUpstream {
  /** `http://127.0.0.1:PORT`, without a slash at its end. */
  readonly url: string;
  readonly port: number;
  /** Everything asked so far, in order of arrival. */
  readonly requests: readonly Recorded[];
  /** Resolves when that many requests have arrived in all. */
  arrived(count: number): Promise<void>;
  /** Ends the server and every connection. */
  close(): Promise<void>;
}

const bodyLimit = 64 * 1024 * 1024;
const notFound: Route = {
  status: 404,
  json: { error: { message: 'No such route', type: 'not_found' } },
};

/** Starts an upstream that plays the routes; unknown ones get a 404. */
export async function startUpstream({ routes }: UpstreamOptions): Promise<ScriptedUpstream> {
  const requests: Recorded[] = [];
  const counts = new Map<string, number>();
  const watchers = new Set<() => void>();

  const answer = async (message: IncomingMessage, response: ServerResponse): Promise<void> => {
    const ended = endOf(response);
    const body = await readBody(message);
    const recorded = record(message, body, ended);
    requests.push(recorded);
    for (const watcher of [...watchers]) watcher();
    const path = recorded.path.split('?')[0] ?? '';
    const key = [`${recorded.method} ${path}`, path, '*'].find((candidate) => candidate in routes);
    const count = counts.get(key ?? '') ?? 0;
    counts.set(key ?? '', count + 1);
    const scripted = key === undefined ? notFound : (routes[key] ?? notFound);
    await playRoute(await choose(scripted, recorded, count), response);
  };

  const server = createServer((message, response) => {
    answer(message, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;

  return {
    url: `http://127.0.0.1:${port}`,
    port,
    requests,
    arrived: (count) =>
      new Promise((resolve) => {
        const watcher = (): void => {
          if (requests.length < count) return;
          watchers.delete(watcher);
          resolve();
        };
        watchers.add(watcher);
        watcher();
      }),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function choose(
  scripted: Route | readonly Route[] | RouteFunction,
  recorded: Recorded,
  count: number,
): Promise<Route> {
  if (typeof scripted === 'function') return scripted(recorded, count);
  if (!Array.isArray(scripted)) return scripted as Route;
  const list = scripted as readonly Route[];
  return list[Math.min(count, list.length - 1)] ?? notFound;
}

async function readBody(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of message) {
    length += (chunk as Buffer).length;
    if (length > bodyLimit) throw new RangeError('Body too large');
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks);
}

function endOf(response: ServerResponse): Recorded['ended'] {
  return new Promise((resolve) => {
    response.once('close', () => resolve(response.writableFinished ? 'answered' : 'abandoned'));
  });
}

function record(message: IncomingMessage, body: Buffer, ended: Recorded['ended']): Recorded {
  return {
    method: message.method ?? '',
    path: message.url ?? '',
    headers: message.headers,
    body,
    json: () => JSON.parse(body.toString('utf8')),
    ended,
  };
}
