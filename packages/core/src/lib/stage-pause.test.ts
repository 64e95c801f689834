import { expect, it } from 'vitest';
import { createContext } from './context.ts';
import { addReplyStage, createReply } from './reply.ts';
import type { ByteSink, ByteSource } from './stage-types.ts';

/** Pushes its numbers from within start and resume, as long as nobody tells it to rest. */
function eagerSource(count: number, log: string[]): ByteSource {
  let sink: ByteSink | undefined;
  let next = 0;
  let resting = false;
  function push(): void {
    while (!resting && next < count) sink?.write(new Uint8Array([next++]));
    if (next === count && !resting) sink?.end();
  }
  return {
    start(given) {
      sink = given;
      push();
    },
    pause() {
      resting = true;
      log.push(`source rests after ${next}`);
    },
    resume() {
      resting = false;
      log.push('source goes on');
      push();
    },
    cancel() {},
  };
}

it('an eager source rests after its first chunk, and stages hear of it', async () => {
  const log: string[] = [];
  const context = createContext(new Request('http://a.test/'));
  const stage = {
    name: 'watch',
    pause: () => void log.push('stage hears rest'),
    resume: () => void log.push('stage hears going on'),
  };
  const reply = addReplyStage(createReply({ body: eagerSource(2, log) }), stage, context);
  const reader = reply.body?.getReader();
  expect((await reader?.read())?.value).toEqual(new Uint8Array([0]));
  expect(log).toEqual(['source rests after 1', 'stage hears rest']);
  expect((await reader?.read())?.value).toEqual(new Uint8Array([1]));
  expect((await reader?.read())?.done).toBe(true);
  expect(log.slice(2)).toEqual([
    'stage hears going on',
    'source goes on',
    'source rests after 2',
    'stage hears rest',
    'stage hears going on',
    'source goes on',
  ]);
});
