/** An upstream that answers each call with a digest of what it received, so that no two calls look alike. */
import { createHash } from 'node:crypto';
import {
  type Recorded,
  type Route,
  type ScriptedUpstream,
  startUpstream,
} from '@wintergate/test-helpers';

/** How an upstream answers this text, as JSON or as a stream, whichever the call asks for. */
export function answerWith(text: string, request: Recorded): Route {
  const body = request.json() as { stream?: boolean; model?: string };
  const base = { id: 'c1', created: 1, model: body.model ?? 'chat-model' };
  const usage = { prompt_tokens: 5, completion_tokens: 3, total_tokens: 8 };
  if (body.stream !== true) {
    const message = { role: 'assistant', content: text };
    const choices = [{ index: 0, message, finish_reason: 'stop' }];
    return { json: { ...base, object: 'chat.completion', choices, usage } };
  }
  return { sse: [...chunksOf([text], base), { ...base, choices: [], usage }, 'data: [DONE]\n\n'] };
}

/** The chunks of a streamed answer, up to and with its finish. */
export function chunksOf(texts: readonly string[], base: object = { id: 'c1' }): object[] {
  const chunk = (delta: object, finish_reason: string | null = null): object => ({
    ...base,
    object: 'chat.completion.chunk',
    choices: [{ index: 0, delta, finish_reason }],
  });
  return [
    chunk({ role: 'assistant', content: '' }),
    ...texts.map((content) => chunk({ content })),
    chunk({}, 'stop'),
  ];
}

/** In letters alone: one in some thousand digests with digits has the form of a card or an IBAN. */
export function digestOf(bytes: Uint8Array | string): string {
  const hex = createHash('sha256').update(bytes).digest('hex').slice(0, 24);
  return hex.replace(/[0-9]/g, (digit) => 'ghijklmnop'[Number(digit)] ?? digit);
}

/** Fields that say how to deliver an answer, and not which. */
const delivery = ['stream', 'stream_options'];

/** The digest of a call as this upstream makes it. */
export function digestOfCall(body: object): string {
  return digestOf(
    JSON.stringify(Object.entries(body).filter(([name]) => !delivery.includes(name))),
  );
}

export function startDigestUpstream(): Promise<ScriptedUpstream> {
  return startUpstream({
    routes: {
      'POST /v1/chat/completions': (request) =>
        answerWith(`d-${digestOfCall(request.json() as object)}`, request),
      'POST /v1/embeddings': (request) => ({
        json: {
          object: 'list',
          model: 'embedding-model',
          data: [{ object: 'embedding', index: 0, embedding: vectorOf(request.body) }],
          usage: { prompt_tokens: 1, total_tokens: 1 },
        },
      }),
    },
  });
}

function vectorOf(bytes: Uint8Array): number[] {
  return [...createHash('sha256').update(bytes).digest().subarray(0, 8)];
}
