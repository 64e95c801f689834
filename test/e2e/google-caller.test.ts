import { compose, type Transport, toHandler } from '@wintergate/core';
import { failover } from '@wintergate/failover';
import { logger } from '@wintergate/logger';
import { type PromptGuardOptions, promptGuard } from '@wintergate/prompt-guard';
import { upstream } from '@wintergate/providers';
import { google } from '@wintergate/providers/google';
import { rateLimit } from '@wintergate/ratelimit';
import { modelRouter } from '@wintergate/router';
import { semanticCache } from '@wintergate/semantic-cache';
import { dialects, openaiChat } from '@wintergate/wire';
import { googleGenerate } from '@wintergate/wire/google';
import { beforeEach, describe, expect, it } from 'vitest';

interface Chunk {
  readonly candidates: readonly {
    readonly content: { readonly parts: readonly Record<string, unknown>[] };
    readonly finishReason?: string;
  }[];
  readonly usageMetadata?: object;
}

const usageMetadata = { promptTokenCount: 9, candidatesTokenCount: 5, totalTokenCount: 14 };
const about = { modelVersion: 'gemini-3-flash', responseId: 'r1' };
const chunk = (parts: object[], more: object = {}): object => ({
  candidates: [{ content: { parts, role: 'model' }, index: 0, ...more }],
  ...about,
});
const whole = {
  ...chunk([{ text: 'Mail ann@example.org.' }], { finishReason: 'STOP' }),
  usageMetadata,
};
const pieces = [
  chunk([{ text: 'Mail ann@' }]),
  { ...chunk([{ text: 'example.org.' }], { finishReason: 'STOP' }), usageMetadata },
];

let sent: { url: string; body: string }[] = [];
beforeEach(() => {
  sent = [];
});

function startSix(answer: () => Response, guard: PromptGuardOptions = {}) {
  const transport: Transport = async ({ url, body }) => {
    sent.push({ url, body: new TextDecoder().decode(body as Uint8Array) });
    return answer();
  };
  const lines: unknown[] = [];
  const provider = google({ apiKey: 'key-of-the-gateway', transport });
  const chain = compose(
    dialects(openaiChat, googleGenerate),
    logger({ sink: { write: (records) => void lines.push(...records) }, batchSize: 1 }),
    rateLimit({ limits: [{ name: 'rpm', quota: 1000, window: '1 m' }] }),
    promptGuard(guard),
    modelRouter({ routes: { 'gemini-*': provider } }),
    semanticCache({ tenant: 'shared' }),
    failover({ attempts: 1 }),
  );
  const handler = toHandler(chain, upstream());
  const ask = (text: string, method: string, model = 'gemini-3-flash'): Promise<Response> =>
    Promise.resolve(
      handler(
        new Request(`http://gateway.test/v1beta/models/${model}:${method}`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ contents: [{ role: 'user', parts: [{ text }] }] }),
        }),
      ),
    );
  return { ask, lines };
}

const json = (): Response => Response.json(whole);
const array = (): Response =>
  new Response(JSON.stringify(pieces, null, 2), {
    headers: { 'content-type': 'application/json' },
  });
const events = (): Response =>
  new Response(pieces.map((one) => `data: ${JSON.stringify(one)}\r\n\r\n`).join(''), {
    headers: { 'content-type': 'text/event-stream' },
  });
const textOf = (chunks: readonly Chunk[]): string =>
  chunks
    .flatMap(({ candidates }) => candidates.flatMap(({ content }) => content.parts))
    .map(({ text }) => text)
    .join('');

describe('a caller of Google’s format, through all six', () => {
  it('is answered whole, and the second time by the cache', async () => {
    const { ask } = startSix(json);
    for (const status of ['fwd=', 'hit']) {
      const reply = await ask('Whom do I mail?', 'generateContent');
      expect(reply.headers.get('cache-status')).toContain(status);
      expect(await reply.json()).toMatchObject({
        candidates: [{ finishReason: 'STOP' }],
        usageMetadata,
      });
    }
    expect(sent).toHaveLength(1);
  });

  it.each([
    ['an array', array, 'streamGenerateContent'],
    ['events', events, 'streamGenerateContent'],
  ])(
    'streams from %s as an array, and the second time from the cache',
    async (_, answer, method) => {
      const { ask } = startSix(answer);
      for (const status of ['fwd=', 'hit']) {
        const reply = await ask('Whom do I mail?', method);
        expect(reply.headers.get('cache-status')).toContain(status);
        expect(reply.headers.get('content-type')).toContain('application/json');
        const chunks = (await reply.json()) as Chunk[];
        expect(textOf(chunks)).toBe('Mail ann@example.org.');
        expect(chunks.at(-1)).toMatchObject({
          candidates: [{ finishReason: 'STOP' }],
          usageMetadata,
        });
      }
      expect(sent).toHaveLength(1);
      const other = await ask('Whom do I mail?', `${method}?alt=sse`);
      expect(other.headers.get('content-type')).toContain('text/event-stream');
      expect(await other.text()).toMatch(/^data: \{.*"finishReason": ?"STOP"/s);
    },
  );

  it('keeps an address from the model and from the caller, in pieces too', async () => {
    for (const [answer, method] of [
      [json, 'generateContent'],
      [array, 'streamGenerateContent'],
    ] as const) {
      const { ask } = startSix(answer, { email: 'redact' });
      const reply = await ask('I am bob@example.org. Whom do I mail?', method);
      const told = await reply.text();
      expect(told).toContain('Mail ');
      expect(told).toContain('STOP');
      expect(told).not.toMatch(/ann@|example\.org/);
      expect(sent.at(-1)?.body).not.toContain('bob@');
      expect(sent.at(-1)?.body).toContain('Whom do I mail?');
    }
  });

  it('tells the logger what was asked of whom, and how much it took', async () => {
    const { ask, lines } = startSix(array);
    await (await ask('Whom do I mail?', 'streamGenerateContent')).text();
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(JSON.stringify(lines)).toMatch(/gemini-3-flash/);
  });

  it('is told in Google’s form that there is no such model', async () => {
    const { ask } = startSix(json);
    const reply = await ask('Hi', 'generateContent', 'other');
    expect(reply.status).toBe(404);
    expect(await reply.json()).toMatchObject({ error: { code: 404, status: 'NOT_FOUND' } });
    expect(sent).toHaveLength(0);
  });
});
