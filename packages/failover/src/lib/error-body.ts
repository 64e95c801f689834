import { type Context, createReply, errorResponse } from '@wintergate/core';
import { readAtMost } from '@wintergate/providers';

/** Error bodies are read up to here; a longer one is not an API's. */
const maxErrorBytes = 64 * 1024;

/**
 * Reads the body of an error answer, and answers the same reply with its bytes at hand, so that
 * the connection is free. A body that is longer or breaks off is replaced by an error in the
 * caller's dialect.
 *
 * @throws the signal's reason.
 */
export async function readErrorBody(
  response: Response,
  signal: AbortSignal,
  context: Context,
): Promise<{ body: unknown; reply: Response }> {
  const { status } = response;
  const bytes = await readAtMost(response, maxErrorBytes, signal);
  if (bytes === undefined) {
    const message = `The upstream answered with status ${status}`;
    return {
      body: undefined,
      reply: errorResponse({ status, type: 'server_error', message }, context),
    };
  }
  const reply = createReply({ status, headers: new Headers(response.headers), body: bytes });
  reply.headers.delete('content-length');
  return { body: parse(bytes), reply };
}

function parse(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return undefined;
  }
}
