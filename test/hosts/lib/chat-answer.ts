/** A minimal OpenAI chat upstream: the answer says what was asked, as JSON or as a stream. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { readAll } from './upstream.ts';

interface ChatBody {
  readonly model: string;
  readonly stream?: boolean;
  readonly messages: readonly { readonly content: unknown }[];
}

const usage = { prompt_tokens: 5, completion_tokens: 3, total_tokens: 8 };

export async function chatAnswer(
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const body: ChatBody = JSON.parse((await readAll(request)).toString());
  const words = `You said: ${String(body.messages.at(-1)?.content)}`.split(/(?<= )/);
  const shared = { id: 'chatcmpl-1', created: 1_767_225_600, model: body.model };
  // Long enough that identical calls meet, short enough for a suite.
  await sleep(20);
  if (body.stream !== true) {
    const message = { role: 'assistant', content: words.join(''), refusal: null };
    const choices = [{ index: 0, message, logprobs: null, finish_reason: 'stop' }];
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ ...shared, object: 'chat.completion', choices, usage }));
    return;
  }
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  const send = (delta: object, finish: string | null): void => {
    const choices = [{ index: 0, delta, logprobs: null, finish_reason: finish }];
    const chunk = { ...shared, object: 'chat.completion.chunk', choices };
    response.write(`data: ${JSON.stringify(chunk)}\n\n`);
  };
  send({ role: 'assistant', content: '' }, null);
  for (const word of words) send({ content: word }, null);
  send({}, 'stop');
  response.end('data: [DONE]\n\n');
}
