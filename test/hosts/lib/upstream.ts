/** An upstream on loopback whose answers a test writes itself, chunk by chunk. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { chatAnswer } from './chat-answer.ts';

/** One call that arrived under `/held/<id>`, or for the model `held-<id>`, and waits for the test. */
export interface HeldCall {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** The request's body, once whole. */
  readonly body: Promise<Buffer>;
  /** Resolves when the connection goes away before the answer was ended. */
  readonly abandoned: Promise<void>;
}

export interface TestUpstream {
  readonly url: string;
  /** The next call that is held under this id. */
  take(id: string): Promise<HeldCall>;
  /** How many chat calls have arrived. */
  chatCalls(): number;
  /** How often `/mark/<id>` was called. */
  marks(id: string): number;
  /** Resolves when `/mark/<id>` has been called `count` times. */
  marked(id: string, count?: number): Promise<void>;
  close(): Promise<void>;
}

/** Bytes with everything that a parse and stringify would change. */
export const oddJson = '{ "b":1.0,"a" : "\\u00e9\\/é 😀" ,\n\t"n":1e2,"a2":[ ]}\n';

/** @param pages type and text of what a browser asks for, by path. */
export async function startUpstream(
  pages: Readonly<Record<string, readonly [type: string, text: string]>> = {},
): Promise<TestUpstream> {
  const held = new Map<string, HeldCall[]>();
  const takers = new Map<string, ((call: HeldCall) => void)[]>();
  const marks = new Map<string, number>();
  const watchers = new Set<() => void>();
  let calls = 0;

  function hand(id: string, call: HeldCall): void {
    const taker = takers.get(id)?.shift();
    if (taker === undefined) held.set(id, [...(held.get(id) ?? []), call]);
    else taker(call);
  }

  const server = createServer((request, response) => {
    const [, route = '', id = ''] = (request.url ?? '').split('?')[0]?.split('/') ?? [];
    const page = pages[request.url ?? ''];
    if (page !== undefined) {
      response.writeHead(200, { 'content-type': page[0] }).end(page[1]);
    } else if (route === 'held') {
      hand(id, holdCall(request, response, readAll(request)));
    } else if (route === 'mark') {
      marks.set(id, (marks.get(id) ?? 0) + 1);
      response.writeHead(204).end();
      for (const watch of watchers) watch();
    } else if (route === 'broken') {
      response.destroy();
    } else if (route === 'json') {
      response
        .writeHead(200, { 'content-type': 'application/json', 'x-upstream': 'yes' })
        .end(oddJson);
    } else if (route === 'gzip') {
      const body = gzipSync(oddJson);
      const headers = { 'content-type': 'application/json', 'content-encoding': 'gzip' };
      response.writeHead(200, { ...headers, 'content-length': body.length }).end(body);
    } else if (route === 'echo') {
      void echo(request, response);
    } else if (route === 'v1' || route === 'chat') {
      calls++;
      void chatAnswer(request, response, (model, body) => {
        hand(model, holdCall(request, response, Promise.resolve(body)));
      });
    } else {
      response.writeHead(404, { 'content-type': 'application/json' }).end('{"error":"no route"}');
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;

  return {
    url: `http://127.0.0.1:${port}`,
    take(id) {
      const waiting = held.get(id)?.shift();
      if (waiting !== undefined) return Promise.resolve(waiting);
      return new Promise((resolve) => takers.set(id, [...(takers.get(id) ?? []), resolve]));
    },
    chatCalls: () => calls,
    marks: (id) => marks.get(id) ?? 0,
    marked(id, count = 1) {
      return new Promise((resolve) => {
        const watch = (): void => {
          if ((marks.get(id) ?? 0) < count) return;
          watchers.delete(watch);
          resolve();
        };
        watchers.add(watch);
        watch();
      });
    },
    close() {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

function holdCall(
  request: IncomingMessage,
  response: ServerResponse,
  body: Promise<Buffer>,
): HeldCall {
  const abandoned = new Promise<void>((resolve) => {
    response.once('close', () => {
      if (!response.writableFinished) resolve();
    });
  });
  return { request, response, body, abandoned };
}

async function echo(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = await readAll(request);
  const answer = { method: request.method, url: request.url, headers: request.headers };
  response.writeHead(200, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ ...answer, body: body.toString('latin1') }));
}

export async function readAll(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of request) chunks.push(chunk);
  } catch {
    // The caller left: what came is what there is.
  }
  return Buffer.concat(chunks);
}
