import { describe, expect, it } from 'vitest';
import type { GatewayEvent } from './events.ts';
import { toHandler } from './handler.ts';
import { addReplyStage, createReply } from './reply.ts';
import type { ByteSink, ByteSource, ReplyStage } from './stage-types.ts';

const encoder = new TextEncoder();
const ask = () => new Request('http://gateway.test/');

/** Sends what it is told to, when it is told to. */
function drivenSource() {
  const log: string[] = [];
  const state = { sink: undefined as ByteSink | undefined, log };
  const source: ByteSource = {
    start: (sink) => {
      state.sink = sink;
      log.push('start');
    },
    pause: () => log.push('pause'),
    resume: () => log.push('resume'),
    cancel: () => log.push('cancel'),
  };
  return Object.assign(state, { source });
}

/** What a handler makes of this body with one stage over it, and what it told meanwhile. */
async function answered(
  body: string | ByteSource | null,
  stage: Partial<ReplyStage> = {},
  headers: Record<string, string> = { 'content-type': 'application/json' },
) {
  const events: GatewayEvent[] = [];
  const handler = toHandler(
    (request, next, context) => {
      context?.subscribe((event) => events.push(event));
      return next(request, context);
    },
    (_request, context) =>
      addReplyStage(createReply({ headers, body }), { name: 'test', ...stage }, context!),
  );
  const response = await handler(ask());
  return { response, ended: () => events.find(({ type }) => type === 'response-end'), events };
}

describe('the body of a native Response', () => {
  it('is all there when all of it was at hand, stages and all', async () => {
    const { response, ended } = await answered('{"a":1}', {
      transform: true,
      body: ({ bytes }) => encoder.encode(new TextDecoder().decode(bytes).replace('1', '22')),
    });
    expect(ended()).toMatchObject({ outcome: { ended: 'completed' }, outputBytes: 8 });
    expect(await response.text()).toBe('{"a":22}');
  });

  it('is all there when a source pushes all of it within its start', async () => {
    const { response, ended } = await answered({
      start(sink) {
        for (const text of ['one ', 'two ', 'three']) sink.write(encoder.encode(text));
        sink.end();
      },
      pause() {},
      resume() {},
      cancel() {},
    });
    expect(ended()).toMatchObject({ outputBytes: 13 });
    expect(await response.text()).toBe('one two three');
  });

  it('may be events that are at hand', async () => {
    const text = 'data: 1\n\ndata: 2\n\n';
    const { response, ended } = await answered(text, {}, { 'content-type': 'text/event-stream' });
    expect(ended()).toBeDefined();
    expect(await response.text()).toBe(text);
  });

  it('goes on where what was there at once ended', async () => {
    const driven = drivenSource();
    const { start } = driven.source;
    driven.source.start = (sink) => {
      start(sink);
      sink.write(encoder.encode('begin'));
    };
    const { response, ended } = await answered(driven.source);
    expect([ended(), driven.log]).toEqual([undefined, ['start', 'pause']]);
    const text = response.text();
    await new Promise((resolve) => setImmediate(resolve));
    driven.sink!.write(encoder.encode(', go on'));
    await new Promise((resolve) => setImmediate(resolve));
    driven.sink!.write(encoder.encode(', end'));
    driven.sink!.end();
    expect(await text).toBe('begin, go on, end');
    expect(ended()).toMatchObject({ outcome: { ended: 'completed' }, outputBytes: 17 });
    expect(driven.log).toContain('resume');
  });

  it('waits for what a stage makes of it later', async () => {
    const { response, ended } = await answered('{"a":1}', {
      transform: true,
      body: async ({ bytes }) => {
        await new Promise((resolve) => setImmediate(resolve));
        return bytes.slice(0, 3);
      },
    });
    expect(ended()).toBeUndefined();
    expect(await response.text()).toBe('{"a');
    expect(ended()).toBeDefined();
  });

  it('is an error while there is time for one', async () => {
    const { response, ended, events } = await answered('{"a":1}', {
      transform: true,
      body() {
        throw new Error('no');
      },
    });
    expect(response.status).toBe(502);
    expect(await response.json()).toMatchObject({ error: { code: 'reply_failed' } });
    expect(ended()).toMatchObject({ outcome: { ended: 'failed' } });
    expect(events.filter(({ type }) => type === 'response-end')).toHaveLength(1);
  });

  it('breaks where its source breaks', async () => {
    const { response, ended } = await answered({
      start(sink) {
        sink.write(encoder.encode('half'));
        sink.fail(new Error('cut'));
      },
      pause() {},
      resume() {},
      cancel() {},
    });
    expect(response.status).toBe(200);
    await expect(response.text()).rejects.toThrow();
    expect(ended()).toMatchObject({ outcome: { ended: 'failed' } });
  });

  it('gives its source up when nobody wants the rest', async () => {
    const driven = drivenSource();
    const { response, ended } = await answered(driven.source);
    driven.sink!.write(encoder.encode('begin'));
    await response.body!.cancel('enough');
    expect(driven.log.at(-1)).toBe('cancel');
    expect(ended()).toMatchObject({ outcome: { ended: 'cancelled' } });
  });

  it('does not ask for events before somebody reads', async () => {
    const driven = drivenSource();
    const { response } = await answered(driven.source, {}, { 'content-type': 'text/event-stream' });
    expect(driven.log).toEqual([]);
    const text = response.text();
    await new Promise((resolve) => setImmediate(resolve));
    driven.sink!.write(encoder.encode('data: 1\n\n'));
    driven.sink!.end();
    expect(await text).toBe('data: 1\n\n');
  });
});
