/** An OpenAI-like service on loopback: the simulated provider behind a real server, with a record of what came. */
import { compose, defineMiddleware, errorResponse, type Middleware } from '@wintergate/core';
import { serveNode } from '@wintergate/core/node';
import { simulated, upstream } from '@wintergate/providers';

export interface Received {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly bytes: Uint8Array;
}

export interface FakeOpenAI {
  /** With its `/v1`. */
  readonly baseUrl: string;
  readonly received: Received[];
  /** What goes wrong with the next calls, one each, as `x-simulate` values. */
  readonly failures: string[];
  /** Resolves when a caller has left a running reply. */
  left(): Promise<void>;
  close(): Promise<void>;
}

export const upstreamKey = 'upstream-key-for-tests';

export async function startFakeOpenAI(): Promise<FakeOpenAI> {
  const received: Received[] = [];
  const failures: string[] = [];
  let cancelled = 0;
  let heard = (): void => {};
  const provider = simulated({
    failures: () => failures.shift(),
    models: ['chat-model', 'embedding-model'],
    tokensPerSecond: 400,
  });
  const server = await serveNode(
    compose(record(received), authenticate(), files()),
    upstream({ provider }),
    {
      port: 0,
      onEvent(event) {
        if (event.type !== 'response-end' || event.outcome.ended !== 'cancelled') return;
        cancelled++;
        heard();
      },
    },
  );
  return {
    baseUrl: `${server.url}/v1`,
    received,
    failures,
    async left() {
      while (cancelled === 0) await new Promise<void>((resolve) => (heard = resolve));
      cancelled--;
    },
    close: () => server.close({ timeout: 100 }),
  };
}

function record(received: Received[]): Middleware {
  return defineMiddleware(undefined, async function record(request, next, context) {
    received.push({
      method: request.method,
      path: new URL(request.url).pathname,
      headers: Object.fromEntries(request.headers),
      bytes: await context.bytes(request),
    });
    return next();
  });
}

function authenticate(): Middleware {
  return defineMiddleware(undefined, function authenticate(request, next, context) {
    if (request.headers.get('authorization') === `Bearer ${upstreamKey}`) return next();
    return errorResponse(
      {
        status: 401,
        type: 'invalid_request_error',
        code: 'invalid_api_key',
        message: 'Incorrect API key provided',
      },
      context,
    );
  });
}

/** `POST /v1/files`: reads the form for real and answers what it found. */
function files(): Middleware {
  return defineMiddleware(undefined, async function files(request, next) {
    if (!request.url.endsWith('/v1/files')) return next();
    const form = await request.formData();
    const file = form.get('file') as File;
    return Response.json({
      id: 'file-1',
      object: 'file',
      bytes: file.size,
      created_at: 1,
      filename: file.name,
      purpose: form.get('purpose'),
      status: 'processed',
    });
  });
}
