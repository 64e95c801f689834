/** Requests and fake upstreams for this package's tests. */
import {
  compose,
  type End,
  type GatewayEvent,
  type HandlerOptions,
  type Middleware,
  type Transport,
  type TransportRequest,
  toHandler,
} from '@wintergate/core';

/** A chat request; `fields` go into its body. */
export function chatRequest(
  fields: Record<string, unknown> = {},
  init: { headers?: Record<string, string>; url?: string; signal?: AbortSignal } = {},
): Request {
  return new Request(init.url ?? 'http://gateway.test/v1/chat/completions', {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...init.headers },
    body: JSON.stringify({ model: 'm', messages: [{ role: 'user', content: 'Hi' }], ...fields }),
    signal: init.signal ?? null,
  });
}

/** A handler around an end, with the events that it told. */
export function run(
  end: End,
  middleware: Middleware = compose(),
  options: HandlerOptions = {},
): { handler: ReturnType<typeof toHandler>; events: GatewayEvent[] } {
  const events: GatewayEvent[] = [];
  const handler = toHandler(middleware, end, {
    ...options,
    onEvent: (event) => events.push(event),
  });
  return { handler, events };
}

/** A transport that answers with this, and remembers what it was sent. */
export function fakeTransport(
  answer: (request: TransportRequest) => Response | Promise<Response>,
): Transport & { requests: TransportRequest[] } {
  const requests: TransportRequest[] = [];
  return Object.assign(
    async (request: TransportRequest) => {
      requests.push(request);
      return answer(request);
    },
    { requests },
  );
}

/** The text of a transport request's body. */
export async function sentText(request: TransportRequest | undefined): Promise<string> {
  return new Response((request?.body ?? null) as BodyInit | null).text();
}

export const completion = {
  id: 'chatcmpl-1',
  object: 'chat.completion',
  created: 1,
  model: 'm-1',
  choices: [
    {
      index: 0,
      message: { role: 'assistant', content: 'Hello.' },
      logprobs: null,
      finish_reason: 'stop',
    },
  ],
  usage: { prompt_tokens: 9, completion_tokens: 2, total_tokens: 11 },
};

/** One chunk of a chat stream, framed. */
export function chunk(delta: object, finish: string | null = null, more: object = {}): string {
  const choices = [{ index: 0, delta, finish_reason: finish }];
  return `data: ${JSON.stringify({ id: 'c1', object: 'chat.completion.chunk', created: 1, model: 'm-1', choices, ...more })}\n\n`;
}

export const usageChunk = `data: ${JSON.stringify({
  id: 'c1',
  object: 'chat.completion.chunk',
  created: 1,
  model: 'm-1',
  choices: [],
  usage: { prompt_tokens: 9, completion_tokens: 2, total_tokens: 11 },
})}\n\n`;

export const done = 'data: [DONE]\n\n';

/** A stream of these pieces, which then ends, breaks, or stays open. */
export function streamOf(
  pieces: readonly string[],
  ending: 'end' | 'break' | 'open' = 'end',
  onCancel: (reason: unknown) => void = () => {},
): Response {
  let at = 0;
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      const piece = pieces[at++];
      if (piece !== undefined) controller.enqueue(new TextEncoder().encode(piece));
      else if (ending === 'end') controller.close();
      else if (ending === 'break') controller.error(new TypeError('terminated'));
    },
    cancel: onCancel,
  });
  return new Response(body, { headers: { 'content-type': 'text/event-stream' } });
}
