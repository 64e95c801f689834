/** One exchange through the guard, for tests: what the upstream saw, and what came back. */
import { compose, createReply, type GatewayEvent, type Outcome, toHandler } from '@wintergate/core';
import type { PromptGuardOptions } from './options.ts';
import { promptGuard } from './prompt-guard.ts';

export type Verdict = Extract<GatewayEvent, { type: 'guard-verdict' }>;

export interface Exchange {
  response: Response;
  /** The reply's body as text. */
  body: string;
  /** What reached the upstream; `undefined` when nothing did. */
  sent:
    | {
        messages: { role: string; content: unknown; tool_calls?: unknown }[];
        [key: string]: unknown;
      }
    | undefined;
  verdicts: Verdict[];
  outcome: Outcome | undefined;
}

export const url = 'https://gateway.test/v1/chat/completions';

export function reply(content: string, more: object = {}): string {
  const message = { role: 'assistant', content, ...more };
  return JSON.stringify({
    id: 'c1',
    object: 'chat.completion',
    created: 1,
    model: 'm',
    choices: [{ index: 0, message, finish_reason: 'stop' }],
    usage: { prompt_tokens: 1, completion_tokens: 2, total_tokens: 3 },
  });
}

export function chunk(delta: object, finish: string | null = null): string {
  return `data: ${JSON.stringify({ id: 'c1', object: 'chat.completion.chunk', created: 1, model: 'm', choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`;
}

export function stream(pieces: readonly string[]): string {
  const deltas = pieces.map((content) => chunk({ content }));
  return [
    chunk({ role: 'assistant', content: '' }),
    ...deltas,
    chunk({}, 'stop'),
    'data: [DONE]\n\n',
  ].join('');
}

export async function exchange(
  options: PromptGuardOptions,
  body: object | string,
  answer: string | ReadableStream<Uint8Array> = reply('ok'),
): Promise<Exchange> {
  const verdicts: Verdict[] = [];
  let sent: Exchange['sent'];
  let outcome: Outcome | undefined;
  const isStream = typeof answer !== 'string' || answer.startsWith('data:');
  const handler = toHandler(
    compose(promptGuard(options)),
    async (request, context) => {
      sent = JSON.parse(await request.text());
      const headers = { 'content-type': isStream ? 'text/event-stream' : 'application/json' };
      if (typeof answer !== 'string') return new Response(answer, { headers });
      return context === undefined
        ? new Response(answer, { headers })
        : createReply({ headers, body: answer });
    },
    {
      onEvent: (event) => {
        if (event.type === 'guard-verdict') verdicts.push(event);
        if (event.type === 'response-end') outcome = event.outcome;
      },
    },
  );
  const text = typeof body === 'string' ? body : JSON.stringify({ model: 'm', ...body });
  const request = new Request(url, {
    method: 'POST',
    body: text,
    headers: { 'content-type': 'application/json' },
  });
  const response = await handler(request);
  return { response, body: await response.text(), sent, verdicts, outcome };
}

export const ask = (content: unknown, more: object = {}) => ({
  messages: [{ role: 'user', content }],
  ...more,
});

/** The text of a reply, stream or not. */
export function textOf({ body }: Exchange): string {
  if (!body.startsWith('data:')) return JSON.parse(body).choices[0].message.content;
  return events(body)
    .map((event) => event.choices?.[0]?.delta?.content ?? '')
    .join('');
}

export function events(body: string): {
  choices?: {
    delta?: { content?: string; tool_calls?: { function: { arguments: string } }[] };
    finish_reason?: string | null;
  }[];
}[] {
  return body
    .split('\n\n')
    .filter((block) => block.startsWith('data: {'))
    .map((block) => JSON.parse(block.slice(6)));
}
