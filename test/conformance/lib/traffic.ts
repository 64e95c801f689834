/** Calls and replies of one small conversation, and an end whose reply a test controls. */
import type { Context, End } from '@wintergate/core';

export const question = {
  model: 'gpt-4o-mini',
  temperature: 0,
  messages: [
    { role: 'system', content: 'Answer briefly.' },
    { role: 'user', content: 'Name a colour – any one.' },
  ],
  // Unknown to everybody; goes through.
  x_unknown: { deep: [1, 2.5, 'é'] },
};

/** As an upstream sends them: spacing and escapes that a parse and stringify would lose. */
export const jsonReply =
  '{ "id":"chatcmpl-1", "object":"chat.completion","created":1767225600,"model":"gpt-4o-mini",' +
  '"choices":[{"index":0,"message":{"role":"assistant","content":"Bl\\u0061u \\/ blue","refusal":null},' +
  '"logprobs":null,"finish_reason":"stop"}],"usage":{"prompt_tokens":21,"completion_tokens":3,"total_tokens":24}}\n';

const chunk = (delta: string, finish = 'null', rest = ''): string =>
  `data: {"id":"chatcmpl-1", "object":"chat.completion.chunk","created":1767225600,"model":"gpt-4o-mini",` +
  `"choices":[{"index":0,"delta":${delta},"logprobs":null,"finish_reason":${finish}}]${rest}}\n\n`;

export const streamReply = [
  ': a comment\n\n',
  chunk('{"role":"assistant","content":"","refusal":null}'),
  chunk('{"content":"Bl\\u0061u"}'),
  chunk('{"content":" / é 😀"}'),
  chunk('{}', '"stop"'),
  'data: [DONE]\n\n',
].join('');

/** A chat call. The body is a stream that can be read once. */
export function chatRequest(change: object = {}, init: RequestInit = {}): Request {
  const bytes = new TextEncoder().encode(JSON.stringify({ ...question, ...change }));
  let sent = false;
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      if (sent) return controller.close();
      sent = true;
      controller.enqueue(bytes);
    },
  });
  return new Request('http://gate.test/v1/chat/completions', {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: 'Bearer caller-key' },
    body,
    duplex: 'half',
    ...init,
  } as RequestInit);
}

export const jsonEnd: End = () =>
  new Response(jsonReply, { headers: { 'content-type': 'application/json' } });

export function streamResponse(body: BodyInit): Response {
  return new Response(body, { headers: { 'content-type': 'text/event-stream' } });
}

/** Sends the stream cut at every `size` bytes, whatever it cuts through. */
export function streamEnd(size: number, text: string = streamReply): End {
  const bytes = new TextEncoder().encode(text);
  return () => {
    let at = 0;
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        if (at >= bytes.length) return controller.close();
        // A copy: who keeps or changes a chunk must not reach the others.
        controller.enqueue(bytes.slice(at, at + size));
        at += size;
      },
    });
    return streamResponse(body);
  };
}

/** An end whose stream the test writes itself. */
export function openEnd(): {
  end: End;
  write(text: string): void;
  fail(error: unknown): void;
  /** Resolves when the end is called. */
  called: Promise<Context | undefined>;
  /** Resolves when the stream is cancelled. */
  cancelled: Promise<void>;
} {
  let controller: ReadableStreamDefaultController<Uint8Array>;
  let onCancel = (): void => {};
  let onCall = (_context: Context | undefined): void => {};
  const cancelled = new Promise<void>((resolve) => {
    onCancel = resolve;
  });
  const called = new Promise<Context | undefined>((resolve) => {
    onCall = resolve;
  });
  const body = new ReadableStream<Uint8Array>({
    start(given) {
      controller = given;
    },
    cancel() {
      onCancel();
    },
  });
  return {
    end: (_request, context) => {
      onCall(context);
      return streamResponse(body);
    },
    write: (text) => controller.enqueue(new TextEncoder().encode(text)),
    fail: (error) => controller.error(error),
    called,
    cancelled,
  };
}
