/** A reply written to Node's server response: head and chunks, with backpressure, and no stream between. */
import type { ServerResponse } from 'node:http';
import type { Outcome } from './outcome.ts';
import type { Pump } from './pump.ts';
import { cancelReply, headerRecord, immediateBody, runReply } from './reply.ts';

/** How the writing ended, once. */
export type WriteEnd = (ended: NonNullable<Outcome['ended']>, bytes: number) => void;

/** Writes the reply. The caller's leaving cancels it, and with it the upstream. */
export function writeNodeReply(
  outgoing: ServerResponse,
  response: Response,
  extra: Record<string, string>,
  onEnd: WriteEnd,
): void {
  if (outgoing.destroyed) {
    cancelReply(response, 'The caller left');
    onEnd('cancelled', 0);
    return;
  }
  const headers = { ...headerRecord(response), ...extra };
  // Framing is Node's own.
  delete headers['transfer-encoding'];
  const noBody =
    response.status === 204 || response.status === 304 || outgoing.req.method === 'HEAD';
  const body = noBody ? null : immediateBody(response);
  if (body === undefined) {
    writePumped(outgoing, response, headers, onEnd);
    return;
  }
  if (noBody) cancelReply(response);
  const bytes = typeof body === 'string' ? Buffer.from(body) : (body ?? new Uint8Array(0));
  if (!noBody) headers['content-length'] = String(bytes.length);
  outgoing.writeHead(response.status, headers);
  outgoing.end(bytes);
  onEnd('completed', bytes.length);
}

function writePumped(
  outgoing: ServerResponse,
  response: Response,
  headers: Record<string, string | string[]>,
  onEnd: WriteEnd,
): void {
  outgoing.writeHead(response.status, headers);
  let wrote = false;
  let over = false;
  let pump: Pump | undefined;

  function onClose(): void {
    if (!over) pump?.cancel('The caller left');
  }
  function onDrain(): void {
    pump?.resume();
  }
  outgoing.on('close', onClose).on('drain', onDrain);
  pump = runReply(
    response,
    {
      write(chunk) {
        wrote = true;
        // `pump` is not there yet while a source pushes from within its start; Node buffers that much.
        if (!outgoing.write(chunk)) pump?.pause();
      },
      end() {
        outgoing.end();
      },
      fail() {
        // Chunked framing without its last chunk: the caller sees that it broke.
        outgoing.destroy();
      },
    },
    ({ ended, bytes }) => {
      over = true;
      onEnd(ended, bytes);
    },
    () => outgoing.destroyed && !outgoing.writableFinished,
  );
  // The head goes out at once even when the first token takes its time.
  if (!wrote)
    setImmediate(
      () => wrote || outgoing.destroyed || outgoing.writableEnded || outgoing.flushHeaders(),
    );
}
