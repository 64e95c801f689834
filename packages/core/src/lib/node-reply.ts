/** A reply written to Node's server response: head and chunks, with backpressure, and no stream between. */
import type { ServerResponse } from 'node:http';
import type { HeaderRecord } from './light-headers.ts';
import { discardBody } from './node-request.ts';
import type { Outcome } from './outcome.ts';
import type { Pump } from './pump.ts';
import { headerRecord, isEventStream } from './reply.ts';
import { cancelReply, immediateBody, runReply } from './reply-run.ts';

/** How the writing ended, once. */
export type WriteEnd = (ended: NonNullable<Outcome['ended']>, bytes: number) => void;

/**
 * Writes the reply. The caller's leaving cancels it, and with it the upstream.
 *
 * @param toError what to answer when the reply fails before its first byte.
 */
export function writeNodeReply(
  outgoing: ServerResponse,
  response: Response,
  extra: Record<string, string>,
  onEnd: WriteEnd,
  toError: () => Response,
): void {
  if (outgoing.destroyed) {
    cancelReply(response, 'The caller left');
    onEnd('cancelled', 0);
    return;
  }
  const noBody =
    response.status === 204 || response.status === 304 || outgoing.req.method === 'HEAD';
  const body = noBody ? null : immediateBody(response);
  const headers = nodeHeaders(headerRecord(response), extra, body === undefined || noBody);
  if (body === undefined) {
    writePumped(outgoing, response, headers, onEnd, () =>
      writeNodeReply(outgoing, toError(), extra, () => {}, toError),
    );
    return;
  }
  if (noBody) cancelReply(response);
  const bytes = typeof body === 'string' ? Buffer.from(body) : (body ?? new Uint8Array(0));
  if (!noBody) headers.push('content-length', String(bytes.length));
  outgoing.writeHead(response.status, headers);
  if (extra['connection'] === 'close' && !outgoing.req.complete) endLate(outgoing, bytes);
  else outgoing.end(bytes);
  onEnd('completed', bytes.length);
}

/**
 * Names and values in turn, which Node writes without looking names up. Framing is Node's own.
 *
 * @param keepsLength absent where the length is written by who knows the body.
 */
function nodeHeaders(
  record: HeaderRecord,
  extra: Record<string, string>,
  keepsLength: boolean,
): (string | string[])[] {
  const headers: (string | string[])[] = [];
  for (const name in record) {
    const value = record[name];
    if (value === undefined || Object.hasOwn(extra, name)) continue;
    if (name === 'transfer-encoding' || (name === 'content-length' && !keepsLength)) continue;
    headers.push(name, value);
  }
  for (const name in extra) headers.push(name, extra[name] as string);
  return headers;
}

/** How long the rest of a refused body is read and thrown away, in milliseconds. */
const lingerTime = 2000;

/**
 * Sends all of a reply, but closes only when the caller has stopped sending: closing a connection
 * with unread bytes resets it, and the caller may lose the reply (RFC 9112 section 9.6).
 */
function endLate(outgoing: ServerResponse, bytes: Uint8Array): void {
  const incoming = outgoing.req;

  function end(): void {
    clearTimeout(timer);
    incoming.off('end', end).off('close', end);
    outgoing.end();
  }

  if (bytes.length > 0) outgoing.write(bytes);
  else outgoing.flushHeaders();
  const timer = setTimeout(end, lingerTime);
  incoming.on('end', end).on('close', end);
  discardBody(incoming);
}

function writePumped(
  outgoing: ServerResponse,
  response: Response,
  headers: (string | string[])[],
  onEnd: WriteEnd,
  writeError: () => void,
): void {
  let over = false;
  let pump: Pump | undefined;
  // A body that arrives in one piece goes out in one, with its length. A stream never waits.
  let first: Uint8Array | undefined;
  let mayWait = !isEventStream(response);

  function onClose(): void {
    if (!over) pump?.cancel('The caller left');
  }
  function writeHead(): void {
    if (!outgoing.headersSent && !outgoing.destroyed) outgoing.writeHead(response.status, headers);
  }
  function write(chunk: Uint8Array): void {
    writeHead();
    // `pump` is not there yet while a source pushes from within its start; Node buffers that much.
    if (!outgoing.write(chunk)) pump?.pause();
  }
  function release(): void {
    mayWait = false;
    const chunk = first;
    first = undefined;
    if (chunk !== undefined) write(chunk);
  }
  function onDrain(): void {
    pump?.resume();
  }
  outgoing.on('close', onClose).on('drain', onDrain);
  pump = runReply(
    response,
    {
      write(chunk) {
        if (mayWait && first === undefined) {
          first = chunk;
          return;
        }
        release();
        write(chunk);
      },
      end() {
        if (mayWait && !outgoing.headersSent && !headers.includes('content-length')) {
          headers.push('content-length', String(first?.length ?? 0));
        }
        writeHead();
        outgoing.end(first);
      },
      fail() {
        // Without the last chunk of its framing the caller sees that the reply broke.
        if (outgoing.headersSent) outgoing.destroy();
        else if (!outgoing.destroyed) writeError();
      },
    },
    ({ ended, bytes }) => {
      over = true;
      onEnd(ended, bytes);
    },
    () => outgoing.destroyed && !outgoing.writableFinished,
  );
  // The head goes out at once even when the first token takes its time.
  setImmediate(() => {
    if (over) return;
    release();
    if (outgoing.headersSent) return;
    writeHead();
    outgoing.flushHeaders();
  });
}
