import { type CacheEntry, type CacheKey, memoryStore } from '@wintergate/semantic-cache';
import { type Recorded, type ScriptedUpstream, startUpstream } from '@wintergate/test-helpers';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { answerWith, chunksOf } from './lib/digest-upstream.ts';
import { type Six, type SixOptions, startSix } from './lib/six.ts';
import { type Watch, watchProcess } from './lib/watch-process.ts';
import { type Answer, ask, chat, send, textOf } from './lib/wire-client.ts';

const secret = 'AKIAIOSFODNN7ABCDEFG';
const decoder = new TextDecoder();

let watch: Watch;
let upstream: ScriptedUpstream;
let six: Six;
/** What the upstream says, piece by piece; of a function, what it says to this. */
let says: readonly string[] | ((text: string) => string) = [];

beforeAll(async () => {
  watch = watchProcess();
  upstream = await startUpstream({
    routes: {
      '*': (request) => {
        const pieces = typeof says === 'function' ? [says(lastText(request))] : says;
        if ((request.json() as { stream?: boolean }).stream !== true)
          return answerWith(pieces.join(''), request);
        return { sse: [...chunksOf(pieces), 'data: [DONE]\n\n'] };
      },
    },
  });
});
afterEach(() => six.close());
afterAll(async () => {
  await upstream.close();
  watch.stop();
  expect(watch.problems).toEqual([]);
});

function lastText(request: Recorded): string {
  const { messages } = request.json() as { messages: { content: string }[] };
  return messages.at(-1)?.content ?? '';
}

/** A store that shows what it was given. */
function openStore() {
  const inner = memoryStore();
  const entries: CacheEntry[] = [];
  const keys: CacheKey[] = [];
  return {
    ...inner,
    location: 'process' as const,
    get: (key: CacheKey) => inner.get(key),
    set(key: CacheKey, entry: CacheEntry) {
      keys.push(key);
      entries.push(entry);
      inner.set(key, entry);
    },
    delete: (key: CacheKey) => inner.delete(key),
    text: () =>
      JSON.stringify(keys) +
      entries.map((entry) => JSON.stringify(entry) + decoder.decode(entry.body)).join(''),
    count: () => entries.length,
  };
}

async function start(options: SixOptions): Promise<void> {
  six = await startSix({ baseUrl: `${upstream.url}/v1`, ...options });
}

const isHit = (answer: Answer): boolean => /; hit/.test(String(answer.headers['cache-status']));
const both = [false, true] as const;

describe('a reply that the guard blocks', () => {
  const cases: [string, readonly string[], object][] = [
    [
      'a secret in the last delta',
      ['All is well. ', 'The key is ', secret],
      { secrets: { reply: 'block' } },
    ],
    ['a secret in the first', [secret, ' is the key'], { secrets: { reply: 'block' } }],
    ['a secret in pieces', ['The key is ', ...secret], { secrets: { reply: 'block' } }],
    [
      'a denied term as the last word',
      ['I think of ', 'project fal', 'con'],
      { deny: ['project falcon'] },
    ],
    ['an address at the end', ['Write to ann', '@exam', 'ple.com'], { email: { reply: 'block' } }],
    ['a card at the end', ['It is 4111 1111 ', '1111 1111'], { card: { reply: 'block' } }],
  ];
  it.each(cases)('leaves nothing in the cache: %s', async (name, pieces, guard) => {
    const store = openStore();
    await start({ guard, cache: { tenant: 'shared', store } });
    for (const asStream of both) {
      const body = ask(`${name}, ${asStream}`, { stream: asStream });
      const before = upstream.requests.length;
      says = pieces;
      const first = await chat(six.port, body);
      expect([first.status, first.text]).toEqual([200, expect.stringContaining('content_filter')]);
      for (const shown of [secret, 'falcon', '@example', '1111 1111'])
        expect(textOf(first)).not.toContain(shown);
      // Identical, in the other form, and nearly so: all go upstream.
      says = ['nothing of the kind'];
      const again = await chat(six.port, body);
      expect([isHit(again), textOf(again)]).toEqual([false, 'nothing of the kind']);
      expect(upstream.requests.length - before).toBe(2);
      expect(await chat(six.port, { ...body, stream: !asStream }).then(textOf)).toBe(
        'nothing of the kind',
      );
      expect(upstream.requests.length - before).toBe(2);
    }
    expect(store.count()).toBe(2);
    // Not "4111" alone: times and hashes have it by chance.
    expect(store.text()).not.toMatch(new RegExp(`${secret}|falcon\\W*"|ann@|is 4111`));
  });

  it('is blocked for everybody who waits for the same flight, and not kept', async () => {
    const store = openStore();
    await start({ guard: { secrets: { reply: 'block' } }, cache: { tenant: 'shared', store } });
    says = ['All is well. ', 'The key is ', secret];
    const body = ask('all at once', { stream: true });
    const answers = await Promise.all(Array.from({ length: 20 }, () => chat(six.port, body)));
    for (const answer of answers) {
      expect(answer.text).toContain('content_filter');
      expect(answer.text).not.toContain(secret);
    }
    expect(store.count()).toBe(0);
  });

  it('when asked for without a stream by one and with by another', async () => {
    const store = openStore();
    await start({ guard: { secrets: { reply: 'block' } }, cache: { tenant: 'shared', store } });
    says = [`The key is ${secret}`];
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, at) => chat(six.port, ask('mixed', { stream: at % 2 === 0 }))),
    );
    for (const { text } of answers) expect(text).not.toContain(secret);
    expect(store.count()).toBe(0);
  });
});

describe('redacted input', () => {
  const guard = { email: 'redact', card: 'redact', secrets: 'redact' } as const;
  const repeat = (text: string): string => `You wrote: ${text}.`;

  it.each(both)('never reaches upstream or cache, and comes back, stream: %s', async (asStream) => {
    const store = openStore();
    await start({ guard, cache: { tenant: 'shared', store } });
    says = repeat;
    const values = ['ann@one.example', '4111 1111 1111 1111', secret];
    for (const value of values) {
      const before = upstream.requests.length;
      const answer = await chat(six.port, ask(`please file ${value} for me`, { stream: asStream }));
      expect([answer.status, textOf(answer)]).toEqual([
        200,
        `You wrote: please file ${value} for me.`,
      ]);
      for (const { body, headers, path } of upstream.requests.slice(before))
        expect(body.toString() + JSON.stringify(headers) + path).not.toContain(value);
      expect(upstream.requests.length - before).toBe(1);
    }
    await expect.poll(() => store.count()).toBe(values.length);
    const kept = store.text();
    for (const value of values) expect(kept).not.toContain(value);
    const told = JSON.stringify(six.events) + six.lines.join('');
    for (const value of values) expect(told).not.toContain(value);
  });

  it.each(both)(
    'of another caller is restored to their own, from a shared entry, stream: %s',
    async (asStream) => {
      await start({ guard });
      says = repeat;
      const before = upstream.requests.length;
      const people = ['ann@one.example', 'bob@two.example', 'eve@three.example'];
      for (const [at, person] of people.entries()) {
        for (const again of both) {
          const stream = again !== asStream;
          const answer = await chat(six.port, ask(`write to ${person} today`, { stream }));
          expect(textOf(answer)).toBe(`You wrote: write to ${person} today.`);
          expect(isHit(answer)).toBe(at > 0 || again);
          for (const other of people)
            if (other !== person) expect(answer.text).not.toContain(other);
        }
      }
      expect(upstream.requests.length - before).toBe(1);
    },
  );

  it('at the same time, from shared flights, is restored to each', async () => {
    await start({ guard });
    says = repeat;
    const before = upstream.requests.length;
    const answers = await Promise.all(
      Array.from({ length: 20 }, async (_, at) => {
        const person = `person${at}@example.com`;
        const answer = await chat(six.port, ask(`greet ${person}`, { stream: at % 2 === 0 }));
        return [textOf(answer), `You wrote: greet ${person}.`];
      }),
    );
    for (const [text, expected] of answers) expect(text).toBe(expected);
    // One flight for each form of the answer.
    expect(upstream.requests.length - before).toBeLessThanOrEqual(2);
  });

  it('keeps the order of several, and does not mix them', async () => {
    await start({ guard });
    says = repeat;
    const calls = [
      ['a@x.example', 'b@x.example'],
      ['b@x.example', 'a@x.example'],
      ['c@x.example', 'c@x.example'],
      ['a@x.example', 'a@x.example'],
    ];
    for (const [one, two] of calls) {
      const text = `from ${one} to ${two}`;
      expect(textOf(await chat(six.port, ask(text)))).toBe(`You wrote: ${text}.`);
    }
  });

  it('written as a placeholder by a caller brings them nobody’s value', async () => {
    await start({ guard });
    says = repeat;
    const own = 'ann@one.example';
    expect(textOf(await chat(six.port, ask(`write to ${own} now`)))).toContain(own);
    for (const text of [
      'write to [EMAIL_1] now',
      'write to EMAIL_1 now',
      'write to [email 1] now',
    ]) {
      const answer = await chat(six.port, ask(text));
      expect(textOf(answer)).toBe(`You wrote: ${text}.`);
      expect(answer.text).not.toContain(own);
    }
    // Both in one text: each comes back as what it was.
    const mixed = 'write to bob@two.example and [EMAIL_1] and [EMAIL_2] now';
    expect(textOf(await chat(six.port, ask(mixed)))).toBe(`You wrote: ${mixed}.`);
  });

  it('that a model makes up is left as it is', async () => {
    await start({ guard });
    says = () => 'Ask [EMAIL_1], [EMAIL_2] or [SECRET_7]';
    const answer = await chat(six.port, ask('whom do I ask, I am ann@one.example'));
    expect(textOf(answer)).toBe('Ask ann@one.example, [EMAIL_2] or [SECRET_7]');
  });

  it('in a system text is not shown to the caller', async () => {
    await start({ guard });
    says = () => 'The address is [EMAIL_1]';
    const messages = [
      { role: 'system', content: 'The boss is boss@corp.example' },
      { role: 'user', content: 'Who is the boss?' },
    ];
    for (const stream of both) {
      const answer = await chat(six.port, { model: 'm', messages, stream });
      expect(answer.text).not.toContain('boss@corp');
    }
    expect(upstream.requests.at(-1)?.body.toString()).not.toContain('boss@corp');
  });

  it('in every place of a call stays here', async () => {
    await start({ guard });
    says = () => 'fine';
    const value = 'ann@one.example';
    const call = {
      id: 'c',
      type: 'function',
      function: { name: 'f', arguments: JSON.stringify({ to: value }) },
    };
    const body = {
      model: 'm',
      messages: [
        { role: 'system', content: `sys ${value}` },
        { role: 'developer', content: [{ type: 'text', text: `dev ${value}` }] },
        {
          role: 'user',
          content: [
            { type: 'text', text: `part ${value}` },
            { type: 'text', text: value },
          ],
        },
        { role: 'assistant', content: `said ${value}`, tool_calls: [call] },
        { role: 'tool', tool_call_id: 'c', content: `result ${value}` },
        { role: 'user', content: `and ${value}` },
      ],
      tools: [{ type: 'function', function: { name: 'f', description: `like ${value}` } }],
    };
    for (const stream of both) expect((await chat(six.port, { ...body, stream })).status).toBe(200);
    expect(upstream.requests.at(-1)?.body.toString()).not.toContain(value);
    const embedded = { model: 'e', input: [`embed ${value}`, value] };
    const before = upstream.requests.length;
    await send(six.port, { path: '/v1/embeddings', body: JSON.stringify(embedded) });
    expect(
      upstream.requests
        .slice(before)
        .map(({ body }) => body.toString())
        .join(),
    ).not.toContain(value);
  });
});

describe('a hit', () => {
  it.each(both)('is guarded as a fresh reply is, stream: %s', async (asStream) => {
    const store = memoryStore();
    const cache = { tenant: 'shared', store } as const;
    const body = ask('what shall we call it', { stream: asStream });
    says = ['Call it ', 'project falcon', ', I say'];
    await start({ cache });
    expect(textOf(await chat(six.port, body))).toBe('Call it project falcon, I say');
    await six.close();
    const before = upstream.requests.length;
    await start({ cache, guard: { deny: ['project falcon'] } });
    for (const stream of both) {
      const answer = await chat(six.port, { ...body, stream });
      expect([isHit(answer), answer.text.includes('falcon')]).toEqual([true, false]);
      expect(answer.text).toContain('content_filter');
    }
    await six.close();
    await start({ cache, guard: { deny: ['project falcon'], denyAction: 'redact' } });
    for (const stream of both)
      expect(textOf(await chat(six.port, { ...body, stream }))).toBe('Call it [TERM], I say');
    expect(upstream.requests.length).toBe(before);
  });

  it('does not bring a blocked prompt an answer', async () => {
    const store = memoryStore();
    const cache = { tenant: 'shared', store } as const;
    const body = ask('tell me of project falcon');
    says = ['It flies'];
    await start({ cache });
    expect(textOf(await chat(six.port, body))).toBe('It flies');
    await six.close();
    await start({ cache, guard: { deny: ['project falcon'] } });
    const answer = await chat(six.port, body);
    expect([answer.status, answer.json().error.code]).toEqual([400, 'prompt_blocked']);
    expect(answer.headers['cache-status']).toBeUndefined();
  });
});
