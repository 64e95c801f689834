import { setTimeout as sleep } from 'node:timers/promises';
import { compose, type GatewayEvent, toHandler } from '@wintergate/core';
import { failover } from '@wintergate/failover';
import { logger, memorySink } from '@wintergate/logger';
import { promptGuard } from '@wintergate/prompt-guard';
import { openaiCompatible, upstream } from '@wintergate/providers';
import { rateLimit } from '@wintergate/ratelimit';
import { modelRouter } from '@wintergate/router';
import { semanticCache } from '@wintergate/semantic-cache';
import { dialects, openaiChat } from '@wintergate/wire';
import { anthropicMessages } from '@wintergate/wire/anthropic';
import { googleGenerate } from '@wintergate/wire/google';
import { openaiResponses } from '@wintergate/wire/openai-responses';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { type Asked, callers, readEvents } from './lib/dialect-callers.ts';
import { faultyUpstream, pick, type Random, seeded } from './lib/faulty-upstream.ts';
import { type Watch, watchProcess } from './lib/watch-process.ts';

vi.setConfig({ testTimeout: 60_000 });

let watch: Watch;
beforeAll(() => {
  watch = watchProcess();
});
afterAll(() => {
  watch.stop();
  expect(watch.problems).toEqual([]);
});

function startSix(random: Random) {
  const transport = faultyUpstream(random, 0.35);
  const provider = openaiCompatible({ baseUrl: 'http://up.test/v1', apiKey: 'k', transport });
  const sink = memorySink({ maxRecords: 10_000 });
  const events: GatewayEvent[] = [];
  const chain = compose(
    dialects(openaiChat, openaiResponses, anthropicMessages, googleGenerate),
    logger({ sink }),
    rateLimit({ limits: [{ name: 'rpm', quota: 1e6, window: '1 m' }] }),
    promptGuard({ email: 'redact' }),
    modelRouter({ default: provider }),
    semanticCache({ ttl: '1 s' }),
    failover({
      ...{ backoff: { base: 1, cap: 4 }, cooldown: 1, maxCooldown: 2, attempts: 3 },
      ...{ headersTimeout: 400, firstTokenTimeout: 500, idleTimeout: 200, contentTimeout: 500 },
      totalTimeout: 4000,
    }),
  );
  const onEvent = (event: GatewayEvent): void => void events.push(event);
  return { handler: toHandler(chain, upstream({ provider }), { onEvent }), sink, events };
}

/** What a caller does before its reply is over. */
const behaviours = ['read', 'read', 'read', 'read', 'slow', 'cancel', 'abort'] as const;

/** Reads a body as a caller would; `undefined` when it left. */
async function readBody(
  response: Response,
  how: (typeof behaviours)[number],
  random: Random,
): Promise<string | undefined> {
  const reader = response.body!.getReader();
  const decoder = new TextDecoder();
  let text = '';
  for (let reads = 0; ; reads++) {
    if (how === 'slow') await sleep(Math.floor(random() * 3));
    if (how === 'cancel' && reads === 2) {
      await reader.cancel();
      return undefined;
    }
    const { done, value } = await reader.read();
    if (done) return text;
    text += decoder.decode(value, { stream: true });
  }
}

it.each([1, 2, 3])(
  'whatever breaks, an answer is whole, its own, or an error: seed %i',
  async (seed) => {
    const random = seeded(seed);
    const { handler, sink, events } = startSix(random);
    const counts = { whole: 0, broken: 0, refused: 0, left: 0, hits: 0 };

    async function call(): Promise<void> {
      const caller = pick(Object.values(callers), random);
      const asked: Asked = {
        text: `What is a ${pick(['pine', 'oak', 'elm', 'ash'], random)}, ${Math.floor(random() * 6)}?`,
        most: pick([100, 200], random),
        stream: random() < 0.6,
      };
      const how = pick(behaviours, random);
      const aborter = new AbortController();
      if (how === 'abort') setTimeout(() => aborter.abort(), random() * 12);
      const tenant = pick(['red', 'blue'], random);
      const headers = { 'content-type': 'application/json', authorization: `Bearer ${tenant}` };
      const request = new Request(`http://gateway${caller.path(asked)}`, {
        ...{ method: 'POST', headers, signal: aborter.signal },
        body: JSON.stringify(caller.body(asked)),
      });
      let read: string | undefined;
      let status = 0;
      try {
        const response = await handler(request);
        status = response.status;
        if (/; hit/.test(response.headers.get('cache-status') ?? '')) counts.hits++;
        read = await readBody(response, how, random);
      } catch (error) {
        if (how !== 'abort') throw error;
      }
      if (read === undefined || how === 'abort') counts.left++;
      else if (status !== 200) {
        expect(JSON.parse(read)).toHaveProperty('error');
        counts.refused++;
      } else {
        const said = asked.stream
          ? readEvents(caller, read)
          : { text: caller.json(JSON.parse(read) as never) ?? '', done: true, failed: false };
        // Never neither: a stream that ends silently; never both.
        expect([said.done, said.failed, read.slice(-300)]).toEqual([
          !said.failed,
          !said.done,
          expect.any(String),
        ]);
        const begin = `<<${asked.text}|${asked.most}|`;
        expect(said.text.slice(0, begin.length)).toBe(begin.slice(0, said.text.length));
        const serial = /\|(\d+)>>/.exec(said.text)?.[1];
        if (said.done) expect(said.text.endsWith(`<<end ${serial}>>`)).toBe(true);
        counts[said.done ? 'whole' : 'broken']++;
      }
    }

    let left = 400;
    const workers = Array.from({ length: 24 }, async () => {
      while (left-- > 0) await call();
    });
    await Promise.all(workers);
    // Everything happened, each exchange ended once, and each has its record.
    for (const count of Object.values(counts)) expect(count).toBeGreaterThan(0);
    await expect.poll(() => sink.records.length, { timeout: 8000 }).toBe(400);
    for (const type of ['response-end', 'exchange-end'])
      expect(events.filter((event) => event.type === type)).toHaveLength(400);
  },
);
