import { openaiCompatible } from '@wintergate/providers';
import { type ScriptedUpstream, startUpstream } from '@wintergate/test-helpers';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { answerWith, chunksOf, digestOf } from './lib/digest-upstream.ts';
import { type RawUpstream, reply, startRawUpstream, stream } from './lib/raw-upstream.ts';
import { impatient, type Six, type SixOptions, startSix, targetKey } from './lib/six.ts';
import { type Watch, watchProcess } from './lib/watch-process.ts';
import { type Answer, ask, chat, openRaw, rawPost, send, textOf } from './lib/wire-client.ts';

vi.setConfig({ testTimeout: 30_000 });

/** Fields that say how to deliver an answer, whose it is or what it costs, and not which it is. */
const neutral = new Set([
  'stream',
  'stream_options',
  'user',
  'safety_identifier',
  'metadata',
  'store',
  'service_tier',
  'prompt_cache_key',
]);

/** A digest of all that can change an answer, whatever its order. */
function digestOfAnswer(body: object): string {
  return `d-${digestOf(sorted(Object.fromEntries(Object.entries(body).filter(([name]) => !neutral.has(name)))))}`;
}

function sorted(value: unknown): string {
  return JSON.stringify(value, (_, item) =>
    typeof item === 'object' && item !== null && !Array.isArray(item)
      ? Object.fromEntries(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1)))
      : item,
  );
}

let upstream: ScriptedUpstream;
let watch: Watch;
let six: Six;
/** Every answer is another, so that a shared one shows even between identical calls. */
let served = 0;
let asked = 0;

beforeAll(async () => {
  watch = watchProcess();
  upstream = await startUpstream({
    routes: {
      '*': (request) =>
        answerWith(`${digestOfAnswer(request.json() as object)} #${served++}`, request),
    },
  });
});

afterAll(async () => {
  await upstream.close();
  watch.stop();
  expect(watch.problems).toEqual([]);
});

afterEach(() => six.close());

async function start(options: SixOptions = {}): Promise<void> {
  six = await startSix({ baseUrl: `${upstream.url}/v1`, ...options });
}

const isHit = (answer: Answer): boolean => /; hit/.test(String(answer.headers['cache-status']));

describe('two tenants', () => {
  const blue = { authorization: 'Bearer blue-key' };
  const green = { authorization: 'Bearer green-key' };

  /** Each asks twice: their own second answer is their first, and nobody gets the other's. */
  async function expectApart(
    first: Readonly<Record<string, string>>,
    second: Readonly<Record<string, string>>,
    fields: [object, object] = [{}, {}],
  ): Promise<void> {
    for (const asStream of [false, true]) {
      const body = ask(`whose is it, ${asked++}`, { stream: asStream });
      const a = await chat(six.port, { ...body, ...fields[0] }, first);
      const b = await chat(six.port, { ...body, ...fields[1] }, second);
      const again = await chat(six.port, { ...body, ...fields[0] }, first);
      expect([a.status, b.status, again.status]).toEqual([200, 200, 200]);
      expect([isHit(a), isHit(b), isHit(again)]).toEqual([false, false, true]);
      expect(textOf(again)).toBe(textOf(a));
      expect(textOf(b)).not.toBe(textOf(a));
    }
  }

  it('with keys of the gateway', async () => {
    await start({ keys: { blue: 'blue-key', green: 'green-key' }, cache: {} });
    await expectApart(blue, green);
    await expectApart({ 'x-api-key': 'blue-key' }, { 'api-key': 'green-key' });
  });

  it('with keys of the gateway, one tenant by any of its headers', async () => {
    await start({ keys: { blue: 'blue-key', green: 'green-key' }, cache: {} });
    const a = await chat(six.port, ask('one of us'), blue);
    const b = await chat(six.port, ask('one of us'), { 'x-api-key': 'blue-key' });
    expect([textOf(b), isHit(b)]).toEqual([textOf(a), true]);
  });

  it('are refused without a key, before anything is looked up', async () => {
    await start({ keys: { blue: 'blue-key' }, cache: {} });
    await chat(six.port, ask('secret of blue'), blue);
    for (const headers of [
      {},
      green,
      { authorization: 'Bearer ' },
      { authorization: 'blue-key' },
    ]) {
      const answer = await chat(six.port, ask('secret of blue'), headers as Record<string, string>);
      expect([answer.status, answer.headers['cache-status']]).toEqual([401, undefined]);
    }
  });

  it.each([
    ['authorization', blue, green],
    ['x-api-key', { 'x-api-key': 'a' }, { 'x-api-key': 'b' }],
    ['api-key', { 'api-key': 'a' }, { 'api-key': 'b' }],
    ['x-goog-api-key', { 'x-goog-api-key': 'a' }, { 'x-goog-api-key': 'b' }],
    ['the same key in another header', { 'x-api-key': 'a' }, { 'api-key': 'a' }],
    ['one key and two', blue, { ...blue, 'x-api-key': 'x' }],
    ['a cookie beside a key', { ...blue, cookie: 'user=1' }, { ...blue, cookie: 'user=2' }],
    ['keys that join alike', { 'x-api-key': 'a,b' }, { 'x-api-key': 'a', 'api-key': 'b' }],
  ])('with credentials of their own: %s', async (_, first, second) => {
    await start({ cache: {} });
    await expectApart(first as Record<string, string>, second as Record<string, string>);
  });

  it('with a key in the query', async () => {
    await start({ cache: {} });
    const body = JSON.stringify(ask('by query'));
    const headers = { 'content-type': 'application/json' };
    const by = (key: string): Promise<Answer> =>
      send(six.port, { path: `/v1/chat/completions?key=${key}`, body, headers });
    const [a, b, again] = [await by('one'), await by('two'), await by('one')];
    expect([isHit(a), isHit(b), isHit(again)]).toEqual([false, false, true]);
    expect(textOf(b)).not.toBe(textOf(a));
  });

  it('without any credential nothing is kept', async () => {
    await start({ cache: {} });
    for (const headers of [{}, { cookie: 'a=b' }, { authorization: '' }]) {
      const a = await chat(six.port, ask('nobody asks'), headers as Record<string, string>);
      const b = await chat(six.port, ask('nobody asks'), headers as Record<string, string>);
      expect(String(b.headers['cache-status'])).toMatch(/detail=no-tenant/);
      expect(textOf(a)).not.toBe(textOf(b));
    }
  });

  it.each([
    ['user', { user: 'u1' }, { user: 'u2' }],
    ['safety_identifier', { safety_identifier: 'u1' }, { safety_identifier: 'u2' }],
    ['one and none', { user: 'u1' }, {}],
    ['both fields', { user: 'u1', safety_identifier: 'u2' }, { user: 'u1' }],
    [
      'both fields, swapped',
      { user: 'u1', safety_identifier: 'u2' },
      { user: 'u2', safety_identifier: 'u1' },
    ],
    ['fields that join alike', { user: 'a b' }, { user: 'a', safety_identifier: 'b' }],
  ])('of one key, as end users: %s', async (_, first, second) => {
    await start({ keys: { blue: 'blue-key' }, cache: {} });
    await expectApart(blue, blue, [first, second]);
  });

  it('never share by similarity either', async () => {
    await start({ keys: { blue: 'blue-key', green: 'green-key' }, cache: {} });
    const a = await chat(six.port, ask('What is the capital of France?'), blue);
    const near = ask("what's the capital of france");
    expect(textOf(await chat(six.port, near, green))).not.toBe(textOf(a));
    // The same rewording by the same tenant is what the semantic tier is for.
    expect(textOf(await chat(six.port, near, blue))).toBe(textOf(a));
  });
});

describe('single-flight', () => {
  it.each([false, true])('never joins callers of two tenants, stream: %s', async (asStream) => {
    let arrived = 0;
    let open = (): void => {};
    const gate = new Promise<void>((resolve) => (open = resolve));
    const slow = await startUpstream({
      routes: {
        '*': async (request) => {
          const number = arrived++;
          await gate;
          return answerWith(`answer ${number}`, request);
        },
      },
    });
    await start({
      baseUrl: `${slow.url}/v1`,
      keys: { blue: 'blue-key', green: 'green-key' },
      cache: {},
    });
    const by = (key: string): Promise<Answer[]> =>
      Promise.all(
        Array.from({ length: 8 }, () =>
          chat(six.port, ask('at the same time', { stream: asStream }), {
            authorization: `Bearer ${key}`,
          }),
        ),
      );
    try {
      const both = Promise.all([by('blue-key'), by('green-key')]);
      await slow.arrived(2);
      open();
      const [blue, green] = await both;
      const texts = (answers: Answer[]): Set<string> => new Set(answers.map(textOf));
      expect([texts(blue).size, texts(green).size, arrived]).toEqual([1, 1, 2]);
      expect([...texts(blue)]).not.toEqual([...texts(green)]);
    } finally {
      await slow.close();
    }
  });
});

describe('calls that differ in anything but what can not change the answer', () => {
  const tool = (name: string, parameters: object = {}): object => ({
    type: 'function',
    function: { name, parameters },
  });
  const schema = (name: string): object => ({
    type: 'json_schema',
    json_schema: { name, schema: { type: 'object' } },
  });
  /** Values that mean different things, for each field; `undefined` leaves it out. */
  const values: Readonly<Record<string, readonly unknown[]>> = {
    model: ['chat-model', 'other-model', 'Chat-Model'],
    temperature: [undefined, 0, 0.5, 1],
    top_p: [undefined, 0.1, 0.9],
    max_tokens: [undefined, 10, 100],
    max_completion_tokens: [undefined, 10],
    frequency_penalty: [undefined, 0.5],
    presence_penalty: [undefined, 0.5],
    seed: [undefined, 0, 1, 2],
    stop: [undefined, 'a', ['a', 'b'], ['ab'], []],
    logit_bias: [undefined, { '5': 1 }, { '5': 2 }],
    logprobs: [undefined, true, false],
    tools: [undefined, [tool('a')], [tool('b')], [tool('a', { x: 1 })], [tool('a'), tool('b')]],
    tool_choice: [undefined, 'none', 'auto', 'required'],
    parallel_tool_calls: [undefined, true, false],
    response_format: [undefined, { type: 'json_object' }, schema('a'), schema('b')],
    reasoning_effort: [undefined, 'low', 'high'],
    verbosity: [undefined, 'low'],
    prediction: [undefined, { type: 'content', content: 'x' }],
    web_search_options: [undefined, {}],
    modalities: [undefined, ['text']],
    // What nobody has heard of yet counts as well.
    future_field: [undefined, 1, 'one', [1], { one: 1 }, false],
    __system: ['', 'Be brief', 'Be brief.', 'be brief', 'Be brief\n'],
    __history: ['', 'one', 'two'],
    __role: ['user', 'developer'],
    __name: [undefined, 'ann', 'bob'],
    __image: [undefined, 'https://a.example/1.png', 'https://a.example/2.png'],
    __text: ['What is 12 and 12', 'What is 12 and 13', 'what is 12 and 12', 'What is 12 and 12 '],
    __path: ['/v1/chat/completions', '/openai/v1/chat/completions'],
    __beta: [undefined, 'one', 'two'],
  };
  const fields = Object.keys(values);
  const choice = fc.record(
    Object.fromEntries(
      fields.map((name) => [name, fc.nat({ max: (values[name]?.length ?? 1) - 1 })]),
    ),
  ) as fc.Arbitrary<Record<string, number>>;

  function valueAt(name: string, at: number | undefined): unknown {
    return values[name]?.[at ?? 0];
  }

  function bodyOf(chosen: Readonly<Record<string, number>>): Record<string, unknown> {
    const pick = (name: string): unknown => valueAt(name, chosen[name]);
    const messages: object[] = [];
    if (pick('__system')) messages.push({ role: 'system', content: pick('__system') });
    if (pick('__history')) {
      messages.push({ role: 'user', content: pick('__history') });
      messages.push({ role: 'assistant', content: 'I see' });
    }
    const image = pick('__image');
    const text = pick('__text');
    const content =
      image === undefined
        ? text
        : [
            { type: 'text', text },
            { type: 'image_url', image_url: { url: image } },
          ];
    const name = pick('__name');
    messages.push({ role: pick('__role'), content, ...(name !== undefined && { name }) });
    const body: Record<string, unknown> = { messages };
    for (const field of fields) {
      const value = pick(field);
      if (!field.startsWith('__') && value !== undefined) body[field] = value;
    }
    return body;
  }

  function call(chosen: Readonly<Record<string, number>>, asStream: boolean): Promise<Answer> {
    const beta = valueAt('__beta', chosen['__beta']);
    return send(six.port, {
      path: String(valueAt('__path', chosen['__path'])),
      body: JSON.stringify({ ...bodyOf(chosen), stream: asStream }),
      headers: {
        'content-type': 'application/json',
        ...(beta !== undefined && { 'openai-beta': String(beta) }),
      },
    });
  }

  /** What of the answer depends on the call, and not on when it was asked. */
  const digest = (answer: Answer): string => textOf(answer).split(' ')[0] ?? '';

  beforeEach(() => start({ cache: { tenant: 'shared', semantic: { guards: [] } } }));

  it('one field apart, they never share', async () => {
    let hits = 0;
    await fc.assert(
      fc.asyncProperty(
        choice,
        fc.constantFrom(...fields.filter((name) => name !== '__text')),
        fc.nat({ max: 5 }),
        fc.boolean(),
        fc.boolean(),
        async (chosen, field, shift, firstStreams, secondStreams) => {
          const count = values[field]?.length ?? 1;
          const other = {
            ...chosen,
            [field]: ((chosen[field] ?? 0) + 1 + (shift % (count - 1))) % count,
          };
          const first = await call(chosen, firstStreams);
          const second = await call(other, secondStreams);
          const again = await call(chosen, secondStreams);
          expect([first.status, second.status]).toEqual([200, 200]);
          expect(textOf(second)).not.toBe(textOf(first));
          if (!field.startsWith('__path') && field !== '__beta')
            expect(digest(second)).not.toBe(digest(first));
          expect(digest(again)).toBe(digest(first));
          if (isHit(again)) hits++;
        },
      ),
      { numRuns: 250 },
    );
    // A cache that kept nothing would prove nothing.
    expect(hits).toBeGreaterThan(200);
  });

  it('any two calls: each gets an answer to its own digest', async () => {
    await six.close();
    await start({ cache: { tenant: 'shared', semantic: false } });
    const seen = new Map<string, string>();
    await fc.assert(
      fc.asyncProperty(choice, fc.boolean(), async (chosen, asStream) => {
        const answer = await call(chosen, asStream);
        expect(answer.status).toBe(200);
        expect(digest(answer)).toBe(digestOfAnswer(bodyOf(chosen)));
        seen.set(digest(answer), textOf(answer));
      }),
      { numRuns: 300 },
    );
    expect(seen.size).toBeGreaterThan(100);
  });

  it('numbers, negation and names of the last message never share, similar as they are', async () => {
    await six.close();
    await start();
    const pairs = [
      ['Translate the letter into Spanish please', 'Translate the letter into Polish please'],
      ['Is it safe to take 200 mg twice a day', 'Is it safe to take 800 mg twice a day'],
      ['Should I open the valve before the test', 'Should I not open the valve before the test'],
      ['Write to Anna about the meeting on Monday', 'Write to Maria about the meeting on Monday'],
      ['List all users that are active today', 'List all users that are inactive today'],
    ];
    for (const [a = '', b = ''] of pairs) {
      const first = await chat(six.port, ask(a));
      expect([a, digest(await chat(six.port, ask(b)))]).not.toEqual([a, digest(first)]);
      expect(textOf(await chat(six.port, ask(a)))).toBe(textOf(first));
    }
  });
});

describe('replies that were not whole leave nothing', () => {
  const event = (value: object): string => `data: ${JSON.stringify(value)}\n\n`;
  const begun = chunksOf(['half of ', 'it']).slice(0, 3).map(event);
  const done = 'data: [DONE]\n\n';
  const json = ['content-type: application/json'];
  const completion = (fields: object): string =>
    JSON.stringify({
      id: 'c1',
      object: 'chat.completion',
      choices: [
        {
          index: 0,
          message: { role: 'assistant', content: 'x' },
          finish_reason: 'stop',
          ...fields,
        },
      ],
    });
  let bad: RawUpstream;

  beforeEach(async () => {
    bad = await startRawUpstream();
    await start({
      provider: openaiCompatible({ baseUrl: bad.baseUrl, apiKey: targetKey }),
      failover: impatient,
    });
  });
  afterEach(() => bad.close());

  /** The same call again goes upstream, and once that has answered well a third one does not. */
  async function expectNothingKept(body: object): Promise<void> {
    const before = bad.heads.length;
    const whole = [...chunksOf(['all of it']).map(event), done];
    bad.play = (socket) => stream(whole)(socket);
    const second = await chat(six.port, { ...body, stream: true });
    expect([textOf(second), bad.heads.length - before]).toEqual(['all of it', 1]);
    const third = await chat(six.port, body);
    expect([textOf(third), bad.heads.length - before]).toEqual(['all of it', 1]);
  }

  it.each([
    ['a cut', stream(begun), true],
    ['a cut after the finish', stream(chunksOf(['x']).map(event)), true],
    ['a reset', stream(begun, (socket) => void socket.resetAndDestroy()), true],
    ['silence', stream(begun, () => {}), true],
    ['an error within', stream([...begun, event({ error: { message: 'no' } }), done]), true],
    ['no finish reason', stream([...begun, done]), true],
    [
      'a content filter',
      stream([
        ...begun,
        event({ choices: [{ index: 0, delta: {}, finish_reason: 'content_filter' }] }),
        done,
      ]),
      true,
    ],
    ['an error status', reply('{"error":{"message":"no"}}', json, '500 Down'), false],
    ['a bad request', reply('{"error":{"message":"no"}}', json, '400 Bad'), false],
    ['a limit', reply('{"error":{"message":"no"}}', json, '429 Slow'), false],
    ['another success', reply(completion({}), json, '203 Other'), false],
    ['half a body', reply(completion({}).slice(0, 50), [...json, 'content-length: 500']), false],
    ['an error in a 200', reply('{"error":{"message":"no"}}'), false],
    ['no choices', reply('{"choices":[]}'), false],
    ['no finish', reply(completion({ finish_reason: null })), false],
    ['an empty message', reply(completion({ message: { role: 'assistant', content: '' } })), false],
    ['a filtered message', reply(completion({ finish_reason: 'content_filter' })), false],
  ] as const)('%s', async (name, play, asStream) => {
    bad.play = play;
    const body = ask(`what of ${name}`);
    const first = await chat(six.port, { ...body, stream: asStream });
    expect(first.text).not.toContain('all of it');
    await expectNothingKept(body);
  });

  it('a caller who left', async () => {
    const body = ask('I will not wait');
    bad.play = stream(begun, () => {});
    const connection = await openRaw(six.port);
    connection.socket.write(rawPost(JSON.stringify({ ...body, stream: true })));
    await connection.until(/half of/);
    connection.socket.resetAndDestroy();
    await expect.poll(() => bad.open()).toBe(0);
    await expectNothingKept(body);
  });

  it('a call that must not be stored', async () => {
    const body = ask('for my eyes only');
    const whole = [...chunksOf(['private']).map(event), done];
    bad.play = stream(whole);
    const first = await chat(six.port, { ...body, stream: true }, { 'cache-control': 'no-store' });
    expect(textOf(first)).toBe('private');
    await expectNothingKept(body);
  });
});
