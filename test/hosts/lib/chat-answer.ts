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

/** @param hold takes over a call whose model is `held-<id>`. */
export async function chatAnswer(
  request: IncomingMessage,
  response: ServerResponse,
  hold: (id: string, body: Buffer) => void,
): Promise<void> {
  const bytes = await readAll(request);
  const body: ChatBody = JSON.parse(bytes.toString());
  if (body.model.startsWith('held-')) {
    hold(body.model.slice('held-'.length), bytes);
    return;
  }
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
  response.write(chatChunk({ role: 'assistant', content: '' }));
  for (const word of words) response.write(chatChunk({ content: word }));
  response.write(chatChunk({}, 'stop'));
  response.end('data: [DONE]\n\n');
}

/** One event of a chat stream. */
export function chatChunk(delta: object, finish: string | null = null): string {
  const choices = [{ index: 0, delta, logprobs: null, finish_reason: finish }];
  const shared = { id: 'chatcmpl-1', created: 1_767_225_600, model: 'gpt-4o-mini' };
  return `data: ${JSON.stringify({ ...shared, object: 'chat.completion.chunk', choices })}\n\n`;
}
