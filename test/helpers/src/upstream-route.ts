/** What the scripted upstream answers, and how it goes wrong. */
import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';

export interface Route {
  /** @default 200 */
  readonly status?: number;
  /** Added to, or in place of, those that the body's form sets. */
  readonly headers?: Readonly<Record<string, string>>;
  /** A JSON body. */
  readonly json?: unknown;
  /** Server-sent events: an object is sent as `data: {…}`, a string as it is, blank line included. */
  readonly sse?: readonly (object | string)[];
  /** A body of any other form; of a list every item is a chunk of its own. */
  readonly body?: string | Uint8Array | readonly (string | Uint8Array)[];
  /** Instead of an HTTP answer: these bytes, then the end of the connection. */
  readonly raw?: string | Uint8Array;
  /** Compresses the body and says so. @default false */
  readonly gzip?: boolean;
  /** Milliseconds before the head. @default 0 */
  readonly delay?: number;
  /** Milliseconds before each chunk but the first. @default 0 */
  readonly gap?: number;
  /**
   * What comes after the last chunk. `clean`: the end. `stall`: nothing, the connection stays open.
   * `reset`: the connection breaks. `half`: it breaks in the middle of the last chunk.
   * @default 'clean'
   */
  readonly ending?: 'clean' | 'stall' | 'reset' | 'half';
  /** Does not even send a head: `stall` stays silent, `reset` breaks the connection. */
  readonly head?: 'stall' | 'reset';
}

/** The event that ends an OpenAI stream. */
export const doneEvent = 'data: [DONE]\n\n';

export async function playRoute(route: Route, response: ServerResponse): Promise<void> {
  const socket = response.socket;
  if (route.delay !== undefined && route.delay > 0) await sleep(route.delay);
  if (route.head === 'stall') return;
  if (route.head === 'reset') {
    socket?.resetAndDestroy();
    return;
  }
  if (route.raw !== undefined) {
    socket?.end(route.raw);
    return;
  }
  const { chunks, headers } = bodyOf(route);
  response.writeHead(route.status ?? 200, { ...headers, ...route.headers });
  response.flushHeaders();
  await sendChunks(route, chunks, response);
}

async function sendChunks(
  route: Route,
  chunks: readonly Buffer[],
  response: ServerResponse,
): Promise<void> {
  const { ending = 'clean', gap = 0 } = route;
  for (const [index, chunk] of chunks.entries()) {
    if (index > 0 && gap > 0) await sleep(gap);
    if (response.destroyed) return;
    const broken = ending === 'half' && index === chunks.length - 1;
    const sent = broken ? chunk.subarray(0, Math.ceil(chunk.length / 2)) : chunk;
    // Waiting for each write keeps chunks apart, and lets those before a reset arrive.
    await new Promise<void>((resolve) => response.write(sent, () => resolve()));
  }
  if (ending === 'clean') response.end();
  else if (ending !== 'stall') response.socket?.destroy();
}

function bodyOf(route: Route): { chunks: Buffer[]; headers: Record<string, string> } {
  const form = formOf(route);
  if (route.gzip !== true) return form;
  const compressed = gzipSync(Buffer.concat(form.chunks));
  const headers = {
    ...form.headers,
    'content-encoding': 'gzip',
    'content-length': String(compressed.length),
  };
  return { chunks: [compressed], headers };
}

function formOf(route: Route): { chunks: Buffer[]; headers: Record<string, string> } {
  if (route.sse !== undefined) {
    const chunks = route.sse.map((event) =>
      Buffer.from(typeof event === 'string' ? event : encode(event)),
    );
    return {
      chunks,
      headers: { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' },
    };
  }
  if (route.json !== undefined) {
    const chunk = Buffer.from(JSON.stringify(route.json));
    return {
      chunks: [chunk],
      headers: { 'content-type': 'application/json', 'content-length': String(chunk.length) },
    };
  }
  const list = Array.isArray(route.body) ? route.body : [route.body ?? ''];
  const chunks = list.map((part: string | Uint8Array) => Buffer.from(part as Uint8Array));
  return { chunks: chunks.filter((chunk) => chunk.length > 0), headers: {} };
}

const encode = (event: object): string => `data: ${JSON.stringify(event)}\n\n`;
