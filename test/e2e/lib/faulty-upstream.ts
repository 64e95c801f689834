/** An OpenAI-like upstream that fails in every way there is, as a transport. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Transport, TransportRequest } from '@wintergate/core';

/** A number from 0 to 1, the same in each run of a seed (mulberry32). */
export type Random = () => number;

export function seeded(seed: number): Random {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export function pick<T>(list: readonly T[], random: Random): T {
  return list[Math.floor(random() * list.length)] as T;
}

export const faults = [
  ...['status', 'limit', 'reset', 'cut', 'early-end', 'garbage', 'empty'],
  ...['error-event', 'html', 'slow', 'stall', 'no-content'],
] as const;
type Fault = (typeof faults)[number] | 'none';

interface ChatBody {
  readonly model: string;
  readonly stream?: boolean;
  readonly max_tokens?: number;
  readonly max_completion_tokens?: number;
  readonly messages: readonly { readonly content: string | readonly { readonly text: string }[] }[];
}

const encoder = new TextEncoder();
const refused = (status: number, code: string, headers = {}): Response =>
  Response.json(
    { error: { message: code, type: 'server_error', code, param: null } },
    { status, headers },
  );

/** Answers say what was asked, and where they end. @param share of the calls that fail in some way */
export function faultyUpstream(random: Random, share: number): Transport {
  let served = 0;
  return async (request) => {
    const body = JSON.parse(new TextDecoder().decode(request.body as Uint8Array)) as ChatBody;
    const fault: Fault = random() < share ? pick(faults, random) : 'none';
    await sleep(Math.floor(random() * 4));
    request.signal.throwIfAborted();
    if (fault === 'status') return refused(pick([500, 502, 503, 529], random), 'overloaded');
    if (fault === 'limit') return refused(429, 'rate_limit_exceeded', { 'retry-after': '0' });
    if (fault === 'reset') throw new TypeError('fetch failed');
    if (fault === 'no-content') return new Response(null, { status: 204 });
    if (fault === 'html') return answer('<html>', 'text/html');
    const type = body.stream === true ? 'text/event-stream' : 'application/json';
    if (fault === 'empty') return answer('', type);
    const text = textFor(body, served++, random);
    const bytes = encoder.encode(
      body.stream === true ? streamOf(body, text, fault, random) : jsonOf(body, text, fault),
    );
    return answer(piecesOf(bytes, fault, request, random), type);
  };
}

function answer(body: BodyInit, type: string): Response {
  return new Response(body, { headers: { 'content-type': type } });
}

function textFor(body: ChatBody, serial: number, random: Random): string {
  const { content } = body.messages.at(-1)!;
  const asked = typeof content === 'string' ? content : content.map(({ text }) => text).join('');
  const most = body.max_tokens ?? body.max_completion_tokens;
  const filling = Array.from({ length: 20 + random() * 60 }, () => pick(['pine', 'oak'], random));
  return `<<${asked}|${most}|${serial}>> ${filling.join(' ')} <<end ${serial}>>`;
}

function jsonOf({ model }: ChatBody, content: string, fault: Fault): string {
  const json = JSON.stringify({
    ...{ id: 'c', object: 'chat.completion', created: 1, model },
    choices: [{ index: 0, message: { role: 'assistant', content }, finish_reason: 'stop' }],
    usage: { prompt_tokens: 5, completion_tokens: 7, total_tokens: 12 },
  });
  return fault === 'garbage' || fault === 'early-end' ? json.slice(0, json.length / 2) : json;
}

function streamOf({ model }: ChatBody, text: string, fault: Fault, random: Random): string {
  const base = { id: 'c', object: 'chat.completion.chunk', created: 1, model };
  const event = (delta: object, finish_reason: string | null = null): string =>
    `data: ${JSON.stringify({ ...base, choices: [{ index: 0, delta, finish_reason }] })}\n\n`;
  const events = [event({ role: 'assistant', content: '' })];
  for (let at = 0; at < text.length; ) {
    const length = 1 + Math.floor(random() * 12);
    events.push(event({ content: text.slice(at, at + length) }));
    at += length;
  }
  const whole = [...events, event({}, 'stop'), 'data: [DONE]\n\n'];
  const part = events.slice(0, 1 + Math.floor(random() * (events.length - 1)));
  if (fault === 'early-end' || fault === 'cut' || fault === 'stall') return part.join('');
  if (fault === 'error-event')
    return `${part.join('')}data: {"error":{"message":"overloaded","type":"server_error"}}\n\n`;
  if (fault === 'garbage')
    return `${part.join('')}data: {"id": nope\n\n${whole.slice(-2).join('')}`;
  return whole.join('');
}

/** Cut anywhere, and not always to the end. */
function piecesOf(
  bytes: Uint8Array,
  fault: Fault,
  { signal }: TransportRequest,
  random: Random,
): ReadableStream<Uint8Array> {
  let at = 0;
  const most = fault === 'slow' ? 200 : 2000;
  const end = fault === 'cut' ? bytes.length / 2 : bytes.length;
  return new ReadableStream({
    async pull(controller) {
      if (signal.aborted) return controller.error(signal.reason);
      if (at >= end) {
        if (fault === 'cut') return controller.error(new TypeError('terminated'));
        if (fault !== 'stall') return controller.close();
        await new Promise((resolve) => signal.addEventListener('abort', resolve));
        return controller.error(signal.reason);
      }
      if (fault === 'slow' || random() < 0.3) await sleep(Math.floor(random() * 3));
      const next = Math.min(end, at + 1 + Math.floor(random() * most));
      controller.enqueue(bytes.slice(at, next));
      at = next;
    },
  });
}
