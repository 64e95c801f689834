/** What all stand-ins of providers say, and how their events look. */
import type { Transport } from '@wintergate/core';
import type { Provider } from '@wintergate/providers';

/** `text` says {@link said}; `tools` says it and calls {@link called} twice; `limit` is a 429. */
export type AnswerKind = 'text' | 'tools' | 'limit';

export const said = 'It rains in Oslo.';
export const called = [
  { name: 'get_weather', input: { city: 'Bergen' } },
  { name: 'get_weather', input: { city: 'Tromsø', days: [1, 2] } },
];
export const counted = { input: 21, output: 8 };

/** One provider: how it is made, and what it answers. */
export interface AnsweringTarget {
  readonly name: string;
  provider(transport: Transport): Provider;
  /** Whether a call, as its body or its URL says, asks for a stream. */
  isStream(body: string, url: string): boolean;
  json(kind: 'text' | 'tools'): Response;
  stream(kind: 'text' | 'tools'): Response;
  limit(): Response;
}

/** Most say so in a field. */
export const byField = (body: string): boolean => JSON.parse(body).stream === true;
export const sse = { headers: { 'content-type': 'text/event-stream' } };
export const pieces = ['It rains ', 'in Oslo.'];

/** Unnamed events. */
export function unnamed(values: readonly object[], end = ''): Response {
  return new Response(values.map((one) => `data: ${JSON.stringify(one)}\n\n`).join('') + end, sse);
}

/** Events named by their type. */
export function named(values: readonly { readonly type: string }[]): Response {
  const text = values.map((one) => `event: ${one.type}\ndata: ${JSON.stringify(one)}\n\n`);
  return new Response(text.join(''), sse);
}

export function limited(body: object): Response {
  return Response.json(body, { status: 429, headers: { 'retry-after': '1' } });
}

/** A text as a stream gives it. */
export function halves(text: string): string[] {
  const middle = Math.ceil(text.length / 2);
  return [text.slice(0, middle), text.slice(middle)];
}
