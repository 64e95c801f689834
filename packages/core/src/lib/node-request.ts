/** Node's incoming message as a Request that is built only on demand. */
import type { IncomingMessage } from 'node:http';
import { RequestError } from './errors.ts';
import { join } from './join.ts';
import { type HeaderRecord, LightHeaders } from './light-headers.ts';
import {
  brokenBody,
  createLazyRequest,
  type LazyBody,
  type LazyRequestInit,
  tooLarge,
} from './request.ts';

const validHost = /^[\w.:[\]-]{1,255}$/;
/** Hosts repeat: the last one that passed is not looked at again. */
let knownHost: string | undefined;
const validPath = /^[\x21-\x7e]*$/;

/**
 * @param signal made on first use.
 * @throws {RequestError} 400 when the host or the path can not be part of a URL.
 */
export function createNodeRequest(incoming: IncomingMessage, signal: () => AbortSignal): Request {
  const method = incoming.method ?? 'GET';
  const init: LazyRequestInit = {
    url: urlOf(incoming),
    method,
    headers: new LightHeaders(incoming.headers as HeaderRecord) as unknown as Headers,
    signal,
  };
  if (hasBody(incoming, method)) init.body = nodeBody(incoming);
  return createLazyRequest(init);
}

function urlOf(incoming: IncomingMessage): string {
  const host = incoming.headers.host ?? 'localhost';
  const path = incoming.url ?? '/';
  if ((host !== knownHost && !isHost(host)) || !validPath.test(path)) {
    throw new RequestError({
      status: 400,
      type: 'invalid_request_error',
      message: 'Send a valid host and path',
      where: 'url',
    });
  }
  knownHost = host;
  const scheme = 'encrypted' in incoming.socket ? 'https' : 'http';
  if (path.startsWith('/')) return `${scheme}://${host}${path}`;
  // Absolute form (RFC 9112 section 3.2.2): the authority says nothing about where we go.
  const at = /^https?:\/\/[^/?#]*(\/.*)?$/i.exec(path);
  return `${scheme}://${host}${at?.[1] ?? '/'}`;
}

/** Some that look like one can not be in a URL: `1.2.3.999`, `localhost:99999`. */
function isHost(host: string): boolean {
  if (!validHost.test(host)) return false;
  try {
    return new URL(`http://${host}`).pathname === '/';
  } catch {
    return false;
  }
}

function hasBody(incoming: IncomingMessage, method: string): boolean {
  if (method === 'GET' || method === 'HEAD') return false;
  const { headers } = incoming;
  return headers['transfer-encoding'] !== undefined || (headers['content-length'] ?? '0') !== '0';
}

function nodeBody(incoming: IncomingMessage): LazyBody {
  return {
    stream: () => incomingStream(incoming),
    read(maxBytes) {
      return new Promise((resolve, reject) => {
        const parts: Uint8Array[] = [];
        let size = 0;

        function done(error: Error | undefined): void {
          incoming
            .off('data', onData)
            .off('end', onEnd)
            .off('error', onBreak)
            .off('close', onBreak);
          if (error === undefined) resolve(join(parts, size));
          else reject(error);
        }
        function onData(chunk: Buffer): void {
          parts.push(chunk);
          size += chunk.length;
          if (size <= maxBytes) return;
          incoming.pause();
          done(tooLarge(maxBytes));
        }
        function onEnd(): void {
          done(undefined);
        }
        function onBreak(error?: Error): void {
          done(brokenBody(error));
        }
        if (incoming.destroyed || incoming.readableEnded) onBreak();
        else incoming.on('data', onData).on('end', onEnd).on('error', onBreak).on('close', onBreak);
      });
    },
  };
}

/** How to take a body away from who reads it as a stream. */
const takers = new WeakMap<IncomingMessage, () => void>();

/** Reads the rest of a body and throws it away; who still reads it sees it break off. */
export function discardBody(incoming: IncomingMessage): void {
  takers.get(incoming)?.();
  incoming.resume();
}

/**
 * The body as a standard stream that pulls. Who cancels it leaves the rest to be drained: destroying
 * the message, as `Readable.toWeb` does, would close the caller's connection before it has our reply.
 */
function incomingStream(incoming: IncomingMessage): ReadableStream<Uint8Array> {
  let over = false;
  return new ReadableStream<Uint8Array>(
    {
      start(controller) {
        incoming.pause();
        incoming.on('data', (chunk: Buffer) => {
          if (over) return;
          controller.enqueue(chunk);
          incoming.pause();
        });
        incoming.on('end', () => {
          if (!over) controller.close();
          over = true;
        });
        function fail(error?: Error): void {
          if (!over) controller.error(brokenBody(error));
          over = true;
        }
        // Who has left already says so no more.
        if (incoming.destroyed) fail();
        else incoming.on('error', fail).on('close', fail);
        takers.set(incoming, fail);
      },
      pull() {
        incoming.resume();
      },
      cancel() {
        over = true;
        incoming.resume();
      },
    },
    { highWaterMark: 0 },
  );
}
