/** What the tests of this package share: an upstream that counts, and calls to send. Not exported. */
import {
  compose,
  createReply,
  type GatewayEvent,
  type Handler,
  type Middleware,
  type Platform,
  toHandler,
} from '@wintergate/core';
import { nodeDigest } from '@wintergate/core/node';
import type { JsonObject } from '@wintergate/wire';
import type { SemanticCacheOptions } from './options.ts';
import { semanticCache } from './semantic-cache.ts';

/** A body that a chat upstream answers. */
export function chatBody(content: string, change: JsonObject = {}): JsonObject {
  return {
    id: 'chatcmpl-1',
    object: 'chat.completion',
    created: 1,
    model: 'gpt-test',
    choices: [{ index: 0, message: { role: 'assistant', content }, finish_reason: 'stop' }],
    usage: { prompt_tokens: 5, completion_tokens: 7, total_tokens: 12 },
    ...change,
  };
}

/** The chunks of a chat stream, framed. */
export function chatChunks(
  content: string,
  { finish = 'stop' }: { finish?: string | null } = {},
): string[] {
  const chunk = (delta: JsonObject, reason: string | null = null) =>
    `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', created: 1, model: 'gpt-test', choices: [{ index: 0, delta, finish_reason: reason }] })}\n\n`;
  return [
    chunk({ role: 'assistant', content: '' }),
    ...content.split(/(?<= )/).map((piece) => chunk({ content: piece })),
    ...(finish === null ? [] : [chunk({}, finish), 'data: [DONE]\n\n']),
  ];
}

export interface CallOptions {
  stream?: boolean;
  headers?: Record<string, string>;
  body?: JsonObject;
  signal?: AbortSignal;
  url?: string;
}

/** A chat call of somebody with a key. */
export function chatRequest(text: string, options: CallOptions = {}): Request {
  const { stream, headers, body, signal, url = 'http://gateway/v1/chat/completions' } = options;
  return new Request(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: 'Bearer one', ...headers },
    body: JSON.stringify({
      model: 'gpt-test',
      messages: [{ role: 'user', content: text }],
      ...(stream === undefined ? {} : { stream }),
      ...body,
    }),
    ...(signal === undefined ? {} : { signal }),
  });
}

export interface Bench {
  readonly handler: Handler;
  readonly events: GatewayEvent[];
  /** Moves the clock on, in milliseconds. */
  pass(milliseconds: number): void;
  /** How often the upstream was called. */
  readonly calls: () => number;
  /** Sends a chat call and reads its answer. */
  ask(
    text: string,
    options?: CallOptions,
  ): Promise<{ status: number; cache: string; text: string; headers: Headers }>;
  /** Waits until background work is through. */
  settled(): Promise<void>;
}

export interface BenchOptions {
  cache?: SemanticCacheOptions;
  /** Middlewares outside of the cache. */
  outer?: readonly Middleware[];
  inner?: readonly Middleware[];
  platform?: Partial<Platform>;
  /** @default answers `Answer N`, streamed when asked for */
  end?: (request: Request, count: number) => Response | Promise<Response>;
}

/** A cache in front of an upstream that counts. */
export function createBench(options: BenchOptions = {}): Bench {
  const events: GatewayEvent[] = [];
  let count = 0;
  let time = 1_700_000_000_000;
  const now = () => time;
  const end = options.end ?? answerEnd;
  const chain = compose(
    ...(options.outer ?? []),
    semanticCache({ now, ...options.cache }),
    ...(options.inner ?? []),
  );
  const handler = toHandler(
    chain,
    (request) => {
      count += 1;
      return end(request, count);
    },
    {
      onEvent: (event) => events.push(event),
      // Synchronous, so that tests need not wait for a pool of threads.
      platform: { digest: nodeDigest, ...options.platform },
    },
  );
  return {
    handler,
    events,
    calls: () => count,
    pass(milliseconds) {
      time += milliseconds;
    },
    async ask(text, call) {
      const response = await handler(chatRequest(text, call));
      const { status, headers } = response;
      return {
        status,
        headers,
        cache: headers.get('cache-status') ?? '',
        text: await response.text(),
      };
    },
    settled: () => new Promise((resolve) => setTimeout(resolve, 0)),
  };
}

/** Answers with its own number, as JSON or as a stream. */
export async function answerEnd(request: Request, count: number): Promise<Response> {
  const { stream } = (await request.json()) as { stream?: boolean };
  return stream === true
    ? streamReply(chatChunks(`Answer ${count}`))
    : jsonReply(chatBody(`Answer ${count}`));
}

export function jsonReply(body: unknown, status = 200): Response {
  return createReply({
    status,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
}

export function streamReply(chunks: readonly string[]): Response {
  const encoder = new TextEncoder();
  const stream = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(encoder.encode(chunk));
      controller.close();
    },
  });
  return new Response(stream, { headers: { 'content-type': 'text/event-stream' } });
}
