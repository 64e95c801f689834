/** What the tests of the logger share: a gateway around one end, and the records it wrote. */
import {
  type Context,
  compose,
  createReply,
  type End,
  type GatewayEvent,
  type Middleware,
  type Platform,
  toHandler,
  type Usage,
  updateOutcome,
} from '@wintergate/core';
import { logger } from './logger.ts';
import type { LoggerOptions } from './options.ts';
import type { LogRecord } from './types.ts';

export const target = { provider: 'openai', model: 'gpt-4o-mini', host: 'api.openai.com' };
export const usage = { inputTokens: 1000, outputTokens: 500, cachedInputTokens: 200 };
export const start = Date.UTC(2026, 10, 22, 12);

/** The context as an end gets it from our chain. */
export type ContextEnd = (request: Request, context: Context) => Response | Promise<Response>;

/** A chat body. */
export function chat(fields: object = {}): string {
  const messages = [
    { role: 'system', content: 'Be brief' },
    { role: 'user', content: 'My key is sk-prompt-secret' },
  ];
  return JSON.stringify({ model: 'gpt-4o-mini', messages, ...fields });
}

export function jsonReply(fields: object = {}): Response {
  const message = { role: 'assistant', content: 'Completion secret' };
  const body = {
    id: 'chatcmpl-1',
    object: 'chat.completion',
    model: 'gpt-4o-mini-2024-07-18',
    choices: [{ index: 0, message, finish_reason: 'stop' }],
    ...fields,
  };
  return createReply({
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
}

/** The events of a chat stream, without their end. */
export function chunks(...texts: string[]): string[] {
  const head =
    '"id":"chatcmpl-1","object":"chat.completion.chunk","model":"gpt-4o-mini-2024-07-18"';
  const chunk = (delta: object, finish: string | null = null) =>
    `data: {${head},"choices":[{"index":0,"delta":${JSON.stringify(delta)},"finish_reason":${JSON.stringify(finish)}}]}\n\n`;
  return [
    chunk({ role: 'assistant', content: '' }),
    ...texts.map((content) => chunk({ content })),
    chunk({}, 'stop'),
  ];
}

export const done = 'data: [DONE]\n\n';

/** What an upstream tells of itself: an attempt, and an outcome with its usage. */
export function tellUpstream(context: Context, told: Usage | null = usage): void {
  context.emit({ type: 'attempt-start', attempt: 1, target });
  updateOutcome(context, { source: 'upstream', target, complete: true });
  if (told !== null) {
    updateOutcome(context, { usage: told });
    context.emit({ type: 'usage-report', usage: told, target });
  }
  context.emit({ type: 'attempt-end', attempt: 1, target, ok: true, status: 200, durationMs: 12 });
}

export interface TestGateway {
  readonly records: LogRecord[];
  readonly events: GatewayEvent[];
  readonly clock: { time: number };
  post(body?: string, init?: RequestInit & { path?: string }): Promise<Response>;
  /** Waits until every record that is due has been written. */
  written(): Promise<void>;
}

/** On a host where requests share nothing, so that every record is written at once and alone. */
export function gateway(
  options: Omit<LoggerOptions, 'now'>,
  end: ContextEnd,
  inner: readonly Middleware[] = [],
): TestGateway {
  const records: LogRecord[] = [];
  const events: GatewayEvent[] = [];
  const clock = { time: start };
  const waiting: Promise<unknown>[] = [];
  const platform: Partial<Platform> = {
    sharesIo: false,
    waitUntil: (work) => void waiting.push(work),
  };
  const sink = options.sink ?? { write: (batch) => void records.push(...batch) };
  const middleware = compose(logger({ ...options, sink, now: () => clock.time }), ...inner);
  const onEvent = (event: GatewayEvent): void => void events.push(event);
  const handler = toHandler(middleware, end as End, { platform, onEvent });
  return {
    records,
    events,
    clock,
    post(body = chat(), { path = '/v1/chat/completions?key=sk-query', ...init } = {}) {
      const headers = { 'content-type': 'application/json', ...init.headers };
      const request = { method: 'POST', body, ...init, headers };
      return handler(new Request(`http://localhost${path}`, request));
    },
    async written() {
      while (waiting.length > 0) await waiting.shift();
    },
  };
}
