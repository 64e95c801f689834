/** Scripted upstreams and clocks for this package's tests. */
import {
  type Context,
  compose,
  defineMiddleware,
  type End,
  type GatewayEvent,
  type HandlerOptions,
  type Transport,
  toHandler,
} from '@wintergate/core';
import { type Plan, planKey, type Target, upstream } from '@wintergate/providers';
import { failover } from './failover.ts';
import type { FailoverOptions } from './options.ts';

/** What one attempt meets. */
export type Act = (signal: AbortSignal) => Response | Promise<Response>;

export interface Script {
  readonly transport: Transport;
  /** Signals of the attempts made so far. */
  readonly signals: AbortSignal[];
}

/** A transport that meets each attempt with the next act; the last one stays. */
export function script(...acts: Act[]): Script {
  const signals: AbortSignal[] = [];
  return {
    signals,
    transport: async ({ signal }) => {
      signals.push(signal);
      const act = acts[Math.min(signals.length, acts.length) - 1] as Act;
      return act(signal);
    },
  };
}

/** A target with a credential of its own, whose attempts are met by these acts. */
export function targetOf(name: string, ...acts: Act[]): Target & Script {
  return {
    provider: name,
    baseUrl: `https://${name}.test/v1`,
    authorize: () => {},
    ...script(...acts),
  };
}

export interface Setup {
  handler(request: Request): Promise<Response>;
  events: GatewayEvent[];
  of<T extends GatewayEvent['type']>(type: T): Extract<GatewayEvent, { type: T }>[];
}

/** failover around upstream() with this plan; no jitter, so that waits are the upper bounds. */
export function setup(
  targets: readonly Target[],
  options: FailoverOptions = {},
  given: HandlerOptions = {},
): Setup {
  const plan: Plan = { candidates: targets, rule: 'test', reason: 'test', cacheScope: 'test' };
  const route = defineMiddleware('modelRouter', (_request, next, context) => {
    context.set(planKey, plan);
    return next();
  });
  return around(upstream(), compose(route, failover({ random: () => 1, ...options })), given);
}

/** Any chain around any end. */
export function around(
  end: End,
  middleware = compose(failover({ random: () => 1 })),
  given: HandlerOptions = {},
): Setup {
  const events: GatewayEvent[] = [];
  const handler = toHandler(middleware, end, { ...given, onEvent: (event) => events.push(event) });
  return {
    handler,
    events,
    of: (type) => events.filter((event): event is never => event.type === type),
  };
}

/** An end that is not ours: each attempt meets the next act. */
export function foreignEnd(...acts: Act[]): End & { calls: number } {
  const end = Object.assign(
    async (request: Request, context?: Context): Promise<Response> => {
      await request.text();
      end.calls++;
      return (acts[Math.min(end.calls, acts.length) - 1] as Act)(context?.signal ?? request.signal);
    },
    { calls: 0 },
  );
  return end;
}

export function chatRequest(
  fields: object = {},
  init: { headers?: Record<string, string>; signal?: AbortSignal } = {},
): Request {
  return new Request('http://gateway.test/v1/chat/completions', {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...init.headers },
    body: JSON.stringify({ model: 'm', messages: [{ role: 'user', content: 'Hi' }], ...fields }),
    signal: init.signal ?? null,
  });
}

export function ok(content = 'Hello.'): Act {
  const message = { role: 'assistant', content };
  const choices = [{ index: 0, message, logprobs: null, finish_reason: 'stop' }];
  return () =>
    Response.json({
      id: 'c',
      object: 'chat.completion',
      created: 1,
      model: 'm',
      choices,
      usage: { prompt_tokens: 1, completion_tokens: 2, total_tokens: 3 },
    });
}

export function fails(
  status: number,
  code?: string,
  headers: Record<string, string> = {},
  message = 'no',
): Act {
  return () =>
    Response.json(
      { error: { message, type: 'x', param: null, code: code ?? null } },
      { status, headers },
    );
}

export const refuses: Act = () => Promise.reject(new TypeError('fetch failed'));

export const hangs: Act = (signal) =>
  new Promise((_, reject) =>
    signal.addEventListener('abort', () => reject(signal.reason), { once: true }),
  );

export function chunk(delta: object, finish: string | null = null): string {
  return `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', created: 1, model: 'm', choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`;
}

export const role = chunk({ role: 'assistant', content: '' });
export const hello = chunk({ content: 'Hello.' });
export const stop = chunk({}, 'stop');
export const done = 'data: [DONE]\n\n';

/** A pause in milliseconds, or text to send; then the stream ends, breaks, or stays open. */
export function streams(
  pieces: readonly (string | number)[],
  ending: 'end' | 'break' | 'open' = 'end',
  onCancel?: () => void,
): Act {
  return (signal) => {
    let at = 0;
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        signal.addEventListener('abort', () => controller.error(signal.reason), { once: true });
      },
      async pull(controller) {
        let piece = pieces[at++];
        while (typeof piece === 'number') {
          const wait = piece;
          await new Promise((resolve) => setTimeout(resolve, wait));
          piece = pieces[at++];
        }
        if (signal.aborted) return;
        if (piece !== undefined) controller.enqueue(new TextEncoder().encode(piece));
        else if (ending === 'end') controller.close();
        else if (ending === 'break') controller.error(new TypeError('terminated'));
      },
      cancel: () => onCancel?.(),
    });
    return new Response(body, { headers: { 'content-type': 'text/event-stream' } });
  };
}
