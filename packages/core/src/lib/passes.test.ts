/** Replies that are there in one piece and that stages let pass unseen. */
import { describe, expect, it } from 'vitest';
import { compose, defineMiddleware } from './compose.ts';
import type { GatewayEvent } from './events.ts';
import { toHandler } from './handler.ts';
import { addReplyStage, createReply } from './reply.ts';
import type { ReplyStage } from './stage-types.ts';
import { wrapFetch } from './wrap-fetch.ts';

const whole = new TextEncoder().encode('data: é\n\n');

function stage(passes: boolean | undefined, log: string[], own: Partial<ReplyStage> = {}) {
  return {
    name: 'test',
    ...(passes === undefined ? {} : { passes: (bytes: Uint8Array) => bytes === whole && passes }),
    start: () => void log.push('start'),
    event: () => void log.push('event'),
    end: () => void log.push('end'),
    close: ({ ended }: { ended: string }) => void log.push(`close ${ended}`),
    ...own,
  } satisfies ReplyStage;
}

async function send(stages: readonly ReplyStage[]) {
  const events: GatewayEvent[] = [];
  const chain = defineMiddleware(undefined, (_request, _next, context) => {
    const headers = { 'content-type': 'text/event-stream' };
    const reply = createReply({ headers, body: whole });
    return stages.reduce((made, one) => addReplyStage(made, one, context), reply);
  });
  const handler = toHandler(chain, () => createReply(), { onEvent: (event) => events.push(event) });
  const response = await handler(new Request('http://localhost/'));
  const ended = events.find(({ type }) => type === 'response-end');
  return { text: await response.text(), ended, events };
}

const seen = ['start', 'event', 'end', 'close completed'];

describe('stages that let a reply pass', () => {
  it('only hear that it ended', async () => {
    const log: string[] = [];
    const { text, ended } = await send([stage(true, log), stage(true, log, { transform: true })]);
    expect(text).toBe('data: é\n\n');
    expect(log).toEqual(['close completed', 'close completed']);
    expect(ended).toMatchObject({ outputBytes: whole.length, outcome: { ended: 'completed' } });
  });

  it('do so beside one that wants to see it, whichever is the outer one', async () => {
    for (const outer of [true, false]) {
      const [passing, looking]: [string[], string[]] = [[], []];
      const both = [stage(true, passing), stage(undefined, looking)];
      expect((await send(outer ? both : both.reverse())).text).toBe('data: é\n\n');
      expect(passing).toEqual(['close completed']);
      expect(looking).toEqual(seen);
    }
  });

  it('are not asked outside of one that may change the reply', async () => {
    const log: string[] = [];
    const pass: Partial<ReplyStage> = {
      transform: true,
      event: (event, out) => out.event(event),
    };
    await send([stage(undefined, [], pass), stage(true, log)]);
    expect(log).toEqual(seen);
  });

  it('see what they refuse to let pass', async () => {
    const log: string[] = [];
    await send([stage(false, log)]);
    expect(log).toEqual(seen);
  });

  it('harm nobody when they throw at its end', async () => {
    const log: string[] = [];
    const throws = stage(true, [], {
      close: () => {
        throw new Error('close');
      },
    });
    const { text, events } = await send([throws, stage(true, log)]);
    expect(text).toBe('data: é\n\n');
    expect(log).toEqual(['close completed']);
    const message = 'Stage "test" failed: Error: close';
    expect(events).toContainEqual(expect.objectContaining({ type: 'background-error', message }));
  });
});

it('counts the bytes, not the letters, of a reply that fetch gets in one piece', async () => {
  const events: GatewayEvent[] = [];
  const short = defineMiddleware(undefined, (_request, _next, context) => {
    context.subscribe((event) => events.push(event));
    return createReply({ body: 'é€' });
  });
  expect(await (await wrapFetch(compose(short))('http://localhost/')).text()).toBe('é€');
  expect(events.find(({ type }) => type === 'response-end')).toMatchObject({ outputBytes: 5 });
});
