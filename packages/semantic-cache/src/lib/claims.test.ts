import { compose, toHandler } from '@wintergate/core';
import { nodeDigest } from '@wintergate/core/node';
import { describe, expect, it, vi } from 'vitest';
import { chatBody, chatChunks, chatRequest, jsonReply, streamReply } from './fixture.ts';
import { semanticCache } from './semantic-cache.ts';
import { type TextStorage, textStore } from './stores/text-store.ts';

const secret = 'a secret of the tests';

/** A storage that several instances share. */
function sharedStorage(): TextStorage & { kept: Map<string, string> } {
  const kept = new Map<string, string>();
  return {
    kept,
    get: async (name) => kept.get(name),
    set: async (name, text) => kept.set(name, text),
    delete: async (name) => kept.delete(name),
    async claim(name) {
      if (kept.has(name)) return false;
      kept.set(name, '1');
      return true;
    },
  };
}

function instances(storage: TextStorage, answer: (count: number) => Promise<Response>) {
  let calls = 0;
  const make = () =>
    toHandler(
      compose(
        semanticCache({
          tenant: 'shared',
          secret,
          store: textStore(storage),
          singleFlight: { across: '5 s' },
          now: () => Date.now(),
        }),
      ),
      () => answer(++calls),
      { platform: { digest: nodeDigest } },
    );
  return { first: make(), second: make(), calls: () => calls };
}

/** Answers after 250 milliseconds of the clock. */
const slowly = (make: (count: number) => Response) => (count: number) =>
  new Promise<Response>((resolve) => setTimeout(() => resolve(make(count)), 250));

async function withClock<T>(work: () => Promise<T>): Promise<T> {
  vi.useFakeTimers();
  try {
    const running = work();
    running.catch(() => {});
    for (let step = 0; step < 80; step++) await vi.advanceTimersByTimeAsync(100);
    return await running;
  } finally {
    vi.useRealTimers();
  }
}

const read = async (reply: Promise<Response>) => {
  const response = await reply;
  return `${response.headers.get('cache-status')} ${await response.text()}`;
};

describe('singleFlight.across', () => {
  it.each([
    ['JSON', false, (count: number) => jsonReply(chatBody(`Answer ${count}`))],
    ['a stream', true, (count: number) => streamReply(chatChunks(`Answer ${count}`))],
  ])('sends identical calls of two instances upstream once, %s', async (_form, stream, make) => {
    const storage = sharedStorage();
    const { first, second, calls } = instances(storage, slowly(make));
    const [one, two] = await withClock(() =>
      Promise.all([
        read(first(chatRequest('What is new?', { stream }))),
        read(second(chatRequest('What is new?', { stream }))),
      ]),
    );
    expect(calls()).toBe(1);
    const replies = [one, two].sort();
    expect(replies[0]).toContain('fwd=miss');
    expect(replies[1]).toContain('hit; ttl=');
    expect(replies[1]).toContain('detail=exact');
    expect([...storage.kept.keys()].filter((name) => name.includes('claim:'))).toEqual([]);
  });

  it('goes itself when the other fails', async () => {
    const { first, second, calls } = instances(
      sharedStorage(),
      slowly((count) =>
        count === 1
          ? Response.json({ error: { message: 'no' } }, { status: 500 })
          : jsonReply(chatBody(`Answer ${count}`)),
      ),
    );
    const both = await withClock(() =>
      Promise.all([read(first(chatRequest('New?'))), read(second(chatRequest('New?')))]),
    );
    expect(calls()).toBe(2);
    expect(both.filter((text) => text.includes('Answer 2'))).toHaveLength(1);
  });

  it('does not wait for itself when its first caller fails', async () => {
    const { first, calls } = instances(
      sharedStorage(),
      slowly((count) =>
        count === 1
          ? Response.json({ error: { message: 'no' } }, { status: 500 })
          : jsonReply(chatBody(`Answer ${count}`)),
      ),
    );
    let passed = 0;
    await withClock(async () => {
      const started = Date.now();
      await Promise.all([read(first(chatRequest('New?'))), read(first(chatRequest('New?')))]);
      passed = Date.now() - started;
    });
    expect([calls(), passed]).toEqual([2, 500]);
  });

  it('goes itself when the time is over, or the store fails', async () => {
    const stuck = sharedStorage();
    stuck.claim = async () => false;
    const one = instances(stuck, async (count) => jsonReply(chatBody(`Answer ${count}`)));
    expect(await withClock(() => read(one.first(chatRequest('New?'))))).toContain('Answer 1');
    const broken = sharedStorage();
    broken.claim = () => Promise.reject(new Error('no'));
    const two = instances(broken, async (count) => jsonReply(chatBody(`Answer ${count}`)));
    expect(await read(two.first(chatRequest('New?')))).toContain('Answer 1');
  });

  it('waits no longer for a caller who leaves', async () => {
    const stuck = sharedStorage();
    stuck.claim = async () => false;
    const { first, calls } = instances(stuck, async () => jsonReply(chatBody('Answer')));
    const controller = new AbortController();
    const reply = first(chatRequest('New?', { signal: controller.signal }));
    await new Promise((resolve) => setTimeout(resolve, 0));
    controller.abort();
    expect((await reply).status).toBe(499);
    expect(calls()).toBe(0);
  });

  it('is refused with a store that can not claim', () => {
    expect(() => semanticCache({ singleFlight: { across: '1 s' } })).toThrow('can not claim');
  });
});
