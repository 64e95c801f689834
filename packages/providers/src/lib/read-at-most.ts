import { replySource } from '@wintergate/core';

/**
 * Reads a reply's body whole, or answers `undefined` when it is longer than `limit` bytes or breaks
 * off; then the rest is given up.
 *
 * @throws the signal's reason, after giving up the reply.
 */
export function readAtMost(
  response: Response,
  limit: number,
  signal: AbortSignal,
): Promise<Uint8Array | undefined> {
  return new Promise((resolve, reject) => {
    const source = replySource(response);
    const parts: Uint8Array[] = [];
    let size = 0;

    function settle(bytes: Uint8Array | undefined): void {
      signal.removeEventListener('abort', giveUp);
      resolve(bytes);
    }

    function giveUp(): void {
      source.cancel(signal.reason);
      reject(signal.reason);
    }

    if (signal.aborted) {
      giveUp();
      return;
    }
    signal.addEventListener('abort', giveUp, { once: true });
    source.start({
      write(chunk) {
        size += chunk.length;
        if (size <= limit) {
          parts.push(chunk);
          return;
        }
        source.cancel();
        settle(undefined);
      },
      end: () => settle(join(parts, size)),
      fail: () => settle(undefined),
    });
  });
}

function join(parts: readonly Uint8Array[], size: number): Uint8Array {
  const bytes = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
