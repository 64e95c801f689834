/** Fills a cache with answers that are known already. */
import { createReply, type Middleware, type Platform, toHandler } from '@wintergate/core';
import type { JsonObject } from '@wintergate/wire';

/** A prompt and its answer. */
export interface WarmRow {
  readonly prompt: string;
  readonly answer: string;
  /** @default that of {@link WarmOptions} */
  readonly model?: string | undefined;
  /** The system text before the prompt. @default that of {@link WarmOptions} */
  readonly system?: string | undefined;
}

export interface WarmOptions {
  /** The model that callers ask. Needed where a row names none. */
  readonly model?: string | undefined;
  readonly system?: string | undefined;
  /** Further fields of the calls: they must be those that callers send. @default {} */
  readonly fields?: JsonObject | undefined;
  /** Of the calls, such as the `authorization` of the tenant whose cache is filled. @default {} */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** As callers address the gateway. @default 'http://gateway/v1/chat/completions' */
  readonly url?: string | undefined;
  /** Of the host, for its digests. */
  readonly platform?: Partial<Platform> | undefined;
  /** Called after each row. */
  readonly onRow?: ((result: WarmResult, row: WarmRow, index: number) => void) | undefined;
}

/** `known`: an answer was there, and stays. `refused`: with the reason. */
export type WarmResult =
  | { readonly state: 'stored' | 'known' }
  | { readonly state: 'refused'; readonly why: string };

export interface WarmSummary {
  readonly stored: number;
  readonly known: number;
  readonly refused: number;
}

/**
 * Sends each prompt through a chain as a call of OpenAI's chat format whose upstream gives the known
 * answer, so that it is stored exactly as if the provider had given it: same keys, tenant, rules and
 * limits. The chain must make of these calls what the gateway's makes of its callers': auth and router
 * before the cache, but no limiter and no logger.
 *
 * @throws {TypeError} for a row without prompt, answer or model, naming its number; nothing after it is stored.
 * @example
 * await warmCache(compose(router, cache), [{ prompt: 'Opening hours?', answer: 'From 9 to 5.' }], { model: 'gpt-5-mini' });
 */
export async function warmCache(
  chain: Middleware,
  rows: Iterable<WarmRow> | AsyncIterable<WarmRow>,
  options: WarmOptions = {},
): Promise<WarmSummary> {
  const counts = { stored: 0, known: 0, refused: 0 };
  let index = 0;
  for await (const row of rows) {
    const result = await warm(chain, row, index, options);
    counts[result.state]++;
    options.onRow?.(result, row, index);
    index++;
  }
  return counts;
}

async function warm(
  chain: Middleware,
  row: WarmRow,
  index: number,
  options: WarmOptions,
): Promise<WarmResult> {
  const { prompt, answer, model = options.model, system = options.system } = row;
  for (const [name, value] of Object.entries({ prompt, answer, model })) {
    if (typeof value !== 'string' || value === '')
      throw new TypeError(`Give row ${index + 1} a "${name}" that is a text and not empty`);
  }
  const body = {
    ...options.fields,
    model,
    messages: [
      ...(system === undefined || system === '' ? [] : [{ role: 'system', content: system }]),
      { role: 'user', content: prompt },
    ],
  };
  const sent = JSON.stringify(body);
  const reply = chatReply(answer, model as string);
  let told = await send(chain, sent, reply, options);
  // What answers a similar prompt is no answer to this one, which has its own.
  if (!told.asked && told.cache.includes('detail=semantic'))
    told = await send(chain, sent, reply, options, { 'cache-control': 'no-cache' });
  if (told.refused !== undefined) return { state: 'refused', why: told.refused };
  return { state: told.asked ? 'stored' : 'known' };
}

interface Told {
  /** Whether the upstream was, so that nothing stored answered. */
  readonly asked: boolean;
  /** The reply's `Cache-Status`. */
  readonly cache: string;
  /** Why there is no answer, or it was not stored. */
  readonly refused: string | undefined;
}

async function send(
  chain: Middleware,
  body: string,
  reply: JsonObject,
  { url = 'http://gateway/v1/chat/completions', headers = {}, platform }: WarmOptions,
  directives: Readonly<Record<string, string>> = {},
): Promise<Told> {
  let stored: string | undefined = 'bypass';
  let asked = false;
  let settled = (): void => {};
  const end = new Promise<void>((resolve) => (settled = resolve));
  const handler = toHandler(
    chain,
    () => {
      asked = true;
      return createReply({
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(reply),
      });
    },
    {
      ...(platform !== undefined && { platform }),
      onEvent(event) {
        if (event.type === 'cache-store')
          stored = event.stored === true ? undefined : (event.detail ?? 'not stored');
        if (event.type === 'exchange-end') settled();
      },
    },
  );
  const response = await handler(
    new Request(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers, ...directives },
      body,
    }),
  );
  const text = await response.text();
  await end;
  const cache = response.headers.get('cache-status') ?? '';
  const failed =
    response.status === 200 ? undefined : `status ${response.status}: ${text.slice(0, 200)}`;
  return { asked, cache, refused: failed ?? (asked ? stored : undefined) };
}

function chatReply(answer: string, model: string): JsonObject {
  return {
    id: `chatcmpl-${crypto.randomUUID()}`,
    object: 'chat.completion',
    created: Math.floor(Date.now() / 1000),
    model,
    choices: [
      {
        index: 0,
        message: { role: 'assistant', content: answer, refusal: null },
        finish_reason: 'stop',
      },
    ],
    usage: { prompt_tokens: 0, completion_tokens: 0, total_tokens: 0 },
  };
}
