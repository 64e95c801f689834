import { compose } from '@wintergate/core';
import { type NodeServer, serveNode } from '@wintergate/core/node';
import { failover } from '@wintergate/failover';
import { logger } from '@wintergate/logger';
import { promptGuard } from '@wintergate/prompt-guard';
import { upstream } from '@wintergate/providers';
import { rateLimit } from '@wintergate/ratelimit';
import { modelRouter } from '@wintergate/router';
import { semanticCache } from '@wintergate/semantic-cache';
import { dialects, openaiChat } from '@wintergate/wire';
import { anthropicMessages } from '@wintergate/wire/anthropic';
import { googleGenerate } from '@wintergate/wire/google';
import { openaiCompletions } from '@wintergate/wire/openai-completions';
import { openaiResponses } from '@wintergate/wire/openai-responses';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type AnswerKind, called, counted, said } from './lib/answer-kinds.ts';
import { answeringTargets } from './lib/answers.ts';
import { sdks, statusOf } from './lib/sdks.ts';

let url = '';
let server: NodeServer;
let kind: AnswerKind = 'text';
let sent = 0;

/** One gateway for all targets: the model's name says which of them answers. */
beforeAll(async () => {
  const routes = Object.fromEntries(
    answeringTargets.map((target) => [
      target.name,
      target.provider(async ({ body, url: to }) => {
        sent++;
        if (kind === 'limit') return target.limit();
        const text = new TextDecoder().decode(body as Uint8Array);
        return target.isStream(text, to) ? target.stream(kind) : target.json(kind);
      }),
    ]),
  );
  const chain = compose(
    dialects(openaiChat, openaiResponses, openaiCompletions, anthropicMessages, googleGenerate),
    logger({ sink: { write: () => {} } }),
    rateLimit({ limits: [{ name: 'rpm', quota: 100_000, window: '1 m' }] }),
    promptGuard({ email: 'redact' }),
    modelRouter({ routes }),
    semanticCache({ tenant: 'shared' }),
    failover({ attempts: 1 }),
  );
  server = await serveNode(chain, upstream(), { port: 0, host: '127.0.0.1' });
  url = server.url;
});
afterAll(() => server?.close());
beforeEach(() => {
  sent = 0;
});

let count = 0;
const asked = (model: string, tools: boolean) => ({
  model,
  // Nothing is answered from the cache unless it is asked twice.
  prompt: `How is the weather in the city number ${++count}?`,
  tools,
});

for (const target of answeringTargets) {
  describe(`answers of ${target.name}`, () => {
    for (const sdk of sdks) {
      describe(`for ${sdk.name}`, () => {
        it.each(['ask', 'stream'] as const)(
          '%s: text, and the second time from the cache',
          async (how) => {
            kind = 'text';
            const about = asked(target.name, false);
            for (let time = 0; time < 2; time++)
              expect(await sdk[how](url, about)).toEqual({ text: said, calls: [], ...counted });
            expect(sent).toBe(1);
          },
        );

        if (!sdk.textOnly) {
          it.each(['ask', 'stream'] as const)('%s: parallel tool calls', async (how) => {
            kind = 'tools';
            const heard = await sdk[how](url, asked(target.name, true));
            expect(heard).toEqual({ text: said, calls: called, ...counted });
          });
        }

        it.each(['ask', 'stream'] as const)('%s: an error of the provider', async (how) => {
          kind = 'limit';
          const failure = await sdk[how](url, asked(target.name, false)).then(
            () => undefined,
            (error: unknown) => error,
          );
          expect(statusOf(failure)).toBe(429);
        });
      });
    }
  });
}
