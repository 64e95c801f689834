/** A reply written to Node's server response: head and chunks, with backpressure, and no stream between. */
import type { ServerResponse } from 'node:http';
import type { HeaderRecord } from './light-headers.ts';
import { discardBody } from './node-request.ts';
import type { Outcome } from './outcome.ts';
import type { Pump } from './pump.ts';
import { headerRecord, isEventStream } from './reply.ts';
import { cancelReply, immediateBody, runReply } from './reply-run.ts';
import type { ByteSink } from './stage-types.ts';

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
  else endTogether(outgoing, bytes);
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
  const sink = new NodeSink(outgoing, response, headers, onEnd, writeError);
  sink.run(response);
  // The head goes out at once even when the first token takes its time.
  setImmediate(flushHead, sink);
}

/** Writes what a pump sends. A class instead of closures: an open stream holds it for as long as it lasts. */
class NodeSink implements ByteSink {
  readonly #outgoing: ServerResponse;
  readonly #status: number;
  readonly #onEnd: WriteEnd;
  /** Until they are written. */
  #headers: (string | string[])[] | undefined;
  /** Until they can no longer be needed. */
  #writeError: (() => void) | undefined;
  #over = false;
  #pump: Pump | undefined;
  // A body that arrives in one piece goes out in one, with its length. A stream never waits for its source.
  #first: Uint8Array | undefined;
  #mayWait = true;
  readonly #isStream: boolean;

  constructor(
    outgoing: ServerResponse,
    response: Response,
    headers: (string | string[])[],
    onEnd: WriteEnd,
    writeError: () => void,
  ) {
    this.#outgoing = outgoing;
    this.#status = response.status;
    this.#onEnd = onEnd;
    this.#headers = headers;
    this.#writeError = writeError;
    this.#isStream = isEventStream(response);
  }

  run(response: Response): void {
    const outgoing = this.#outgoing;
    outgoing
      .on('close', () => {
        if (!this.#over) this.#pump?.cancel('The caller left');
      })
      .on('drain', () => this.#pump?.resume());
    this.#pump = runReply(
      response,
      this,
      ({ ended, bytes }) => {
        this.#over = true;
        this.#onEnd(ended, bytes);
      },
      () => outgoing.destroyed && !outgoing.writableFinished,
    );
    if (this.#isStream) this.#release();
  }

  write(chunk: Uint8Array): void {
    if (this.#mayWait && this.#first === undefined) {
      this.#first = chunk;
      return;
    }
    this.#release();
    this.#send(chunk);
  }

  end(): void {
    const outgoing = this.#outgoing;
    const first = this.#first;
    const headers = this.#headers;
    this.#first = undefined;
    if (this.#mayWait && headers !== undefined && !headers.includes('content-length'))
      headers.push('content-length', String(first?.length ?? 0));
    this.#writeHead();
    if (this.#mayWait) endTogether(outgoing, first);
    // Together with what of a stream was written in this turn.
    else outgoing.end();
  }

  fail(): void {
    if (this.#isStream) this.#release();
    // Without the last chunk of its framing the caller sees that the reply broke.
    if (this.#outgoing.headersSent) this.#outgoing.destroy();
    else if (!this.#outgoing.destroyed) this.#writeError?.();
  }

  flushHead(): void {
    if (this.#over) return;
    this.#release();
    if (this.#outgoing.headersSent) return;
    this.#writeHead();
    this.#outgoing.flushHeaders();
  }

  #release(): void {
    this.#mayWait = false;
    const chunk = this.#first;
    this.#first = undefined;
    if (chunk !== undefined) this.#send(chunk);
  }

  #send(chunk: Uint8Array): void {
    this.#writeHead();
    // The pump is not there yet while a source pushes from within its start; Node buffers that much.
    if (!this.#outgoing.write(chunk)) this.#pump?.pause();
  }

  #writeHead(): void {
    const headers = this.#headers;
    const outgoing = this.#outgoing;
    if (headers === undefined || outgoing.headersSent || outgoing.destroyed) return;
    this.#headers = this.#writeError = undefined;
    outgoing.writeHead(this.#status, headers);
  }
}

let endings: Ending[] = [];

/** A reply that is over but for its last bytes. */
interface Ending {
  readonly outgoing: ServerResponse;
  readonly last: Uint8Array | undefined;
}

/**
 * Writes the end of a reply as soon as all that can run now has run, in a row with those of other calls. A write wakes
 * whoever reads, and between the writes of one by one he falls asleep again: that made each of them cost twice as much.
 */
function endTogether(outgoing: ServerResponse, last: Uint8Array | undefined): void {
  if (endings.length === 0) process.nextTick(writeEndings);
  endings.push({ outgoing, last });
}

function writeEndings(): void {
  const all = endings;
  endings = [];
  for (const { outgoing, last } of all) outgoing.end(last);
}

function flushHead(sink: NodeSink): void {
  sink.flushHead();
}
