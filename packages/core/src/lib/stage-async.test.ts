import { describe, expect, it } from 'vitest';
import {
  addReplyStage,
  compose,
  createReply,
  defineMiddleware,
  type GatewayEvent,
  type ReplyStage,
  toHandler,
} from '../index.ts';

/** What comes of a reply with this stage, and what is told of it. */
async function send(stage: Omit<ReplyStage, 'name'>, type = 'text/event-stream') {
  const failures: string[] = [];
  const unheard: unknown[] = [];
  const listen = (error: unknown): void => void unheard.push(error);
  process.on('unhandledRejection', listen);
  const chain = compose(
    defineMiddleware(undefined, async (_request, next, context) =>
      addReplyStage(await next(), { name: 'mine', ...stage }, context),
    ),
  );
  const end = () => createReply({ headers: { 'content-type': type }, body: 'data: 1\n\n' });
  const onEvent = (event: GatewayEvent): void => {
    if (event.type === 'background-error') failures.push(event.message);
  };
  const handler = toHandler(chain, end, { onEvent });
  const response = await handler(new Request('http://a.test/'));
  const text = await response.text().catch(() => 'broken off');
  await new Promise((resolve) => setImmediate(resolve));
  process.off('unhandledRejection', listen);
  return { text, failures, unheard };
}

describe('a stage that answers a promise', () => {
  const late = async (): Promise<void> => Promise.reject(new Error('late'));

  it.each([
    ['event', { event: late }],
    ['event', { transform: true, event: async () => {} }],
    ['bytes', { bytes: late }],
    ['end', { end: late }],
  ] as const)('fails the reply and says why: %s', async (method, stage) => {
    const { text, failures, unheard } = await send(stage);
    expect(text).toMatch(/broken? off/);
    expect(failures).toEqual([
      expect.stringContaining(`Answer at once in "${method}": got a promise`),
    ]);
    expect(unheard).toEqual([]);
  });

  it('harms nobody where it closes', async () => {
    const { text, failures, unheard } = await send({ close: late });
    expect(text).toBe('data: 1\n\n');
    expect(failures).toEqual(['Stage "mine" failed: Error: late']);
    expect(unheard).toEqual([]);
  });

  it('is waited for where it answers the whole body, also a promise of another kind', async () => {
    const bytes = new TextEncoder().encode('changed');
    const thenable = {
      // biome-ignore lint/suspicious/noThenProperty: what is tested
      then: (go: (value: Uint8Array) => void) => queueMicrotask(() => go(bytes)),
    };
    const stage = { transform: true, body: () => thenable as Promise<Uint8Array> };
    expect((await send(stage, 'text/plain')).text).toBe('changed');
  });
});
