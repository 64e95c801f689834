import { openaiCompatible } from '@wintergate/providers';
import {
  type Recorded,
  type Route,
  type ScriptedUpstream,
  startUpstream,
} from '@wintergate/test-helpers';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { answerWith } from './lib/digest-upstream.ts';
import { type Six, type SixOptions, startSix, targetKey } from './lib/six.ts';
import { type Watch, watchProcess } from './lib/watch-process.ts';
import { type Answer, ask, rawPost, sayRaw, send } from './lib/wire-client.ts';

/** Everything by which a caller may say who they are, with values that are easy to find. */
const credentials: Readonly<Record<string, string>> = {
  authorization: 'Bearer caller-bearer-m4rk-1',
  'x-api-key': 'caller-x-api-m4rk-2',
  'api-key': 'caller-api-m4rk-3',
  'x-goog-api-key': 'caller-goog-m4rk-4',
  'proxy-authorization': 'Basic caller-proxy-m4rk-5',
  cookie: 'session=caller-cookie-m4rk-6',
  'openai-organization': 'caller-org-m4rk-7',
  'openai-project': 'caller-project-m4rk-8',
  'x-goog-user-project': 'caller-goog-project-m4rk-9',
};
const queryKey = 'caller-query-m4rk-b';
const mark = 'm4rk-';

let watch: Watch;
let first: ScriptedUpstream;
let second: ScriptedUpstream;
let six: Six;
/** What the first upstream answers next, once each; then it answers well. */
let failures: Route[] = [];
let count = 0;

function answer(request: Recorded): Route {
  if (!/json/.test(request.headers['content-type'] ?? '')) return { json: { ok: true } };
  if (/embeddings/.test(request.path)) return { json: { data: [{ embedding: [1] }] } };
  return /completions/.test(request.path) ? answerWith('fine', request) : { json: { ok: true } };
}

beforeAll(() => {
  watch = watchProcess();
});
beforeEach(async () => {
  failures = [];
  first = await startUpstream({
    routes: { '*': (request) => failures.shift() ?? answer(request) },
  });
  second = await startUpstream({ routes: { '*': answer } });
});
afterEach(async () => {
  await six.close();
  await first.close();
  await second.close();
});
afterAll(() => {
  watch.stop();
  expect(watch.problems).toEqual([]);
});

const withKey = (upstream: ScriptedUpstream, apiKey: string = targetKey) =>
  openaiCompatible({ name: `own-${upstream.port}`, baseUrl: `${upstream.url}/v1`, apiKey });
const withoutKey = (upstream: ScriptedUpstream) =>
  openaiCompatible({ name: `open-${upstream.port}`, baseUrl: `${upstream.url}/v1` });

async function start(options: SixOptions): Promise<void> {
  six = await startSix({ cache: { tenant: 'shared' }, ...options });
}

interface Kind {
  readonly name: string;
  readonly method?: string;
  readonly path: string;
  readonly type?: string;
  body?(): string;
}

const boundary = 'x-boundary';
const kinds: readonly Kind[] = [
  {
    name: 'a chat',
    path: '/v1/chat/completions',
    body: () => JSON.stringify(ask(`one ${count++}`)),
  },
  {
    name: 'a stream',
    path: '/v1/chat/completions',
    body: () => JSON.stringify(ask(`one ${count++}`, { stream: true })),
  },
  {
    name: 'embeddings',
    path: '/v1/embeddings',
    body: () => JSON.stringify({ model: 'e', input: `one ${count++}` }),
  },
  { name: 'an unknown path', method: 'GET', path: '/v1/files' },
  { name: 'no path', method: 'GET', path: '/' },
  { name: 'an unknown method', method: 'DELETE', path: '/v1/files/1' },
  { name: 'unknown JSON', path: '/v1/responses', body: () => '{"input":"x"}' },
  {
    name: 'an upload',
    path: '/v1/files',
    type: `multipart/form-data; boundary=${boundary}`,
    body: () =>
      `--${boundary}\r\ncontent-disposition: form-data; name="file"; filename="a"\r\n\r\nx\r\n--${boundary}--\r\n`,
  },
];

function call(
  { method = 'POST', path, type = 'application/json', body }: Kind,
  query = `?key=${queryKey}&limit=2`,
): Promise<Answer> {
  const headers = { ...credentials, ...(body !== undefined && { 'content-type': type }) };
  return send(six.port, { method, path: path + query, headers, body: body?.() ?? '' });
}

/** Nothing of the caller's credentials in what arrived, and the target's own in it. */
function expectClean(requests: readonly Recorded[], key: string = targetKey): void {
  expect(requests.length).toBeGreaterThan(0);
  for (const { method, path, headers, body } of requests) {
    expect(`${method} ${path} ${JSON.stringify(headers)}`).not.toContain(mark);
    expect(body.toString()).not.toContain(mark);
    expect(headers.authorization).toBe(`Bearer ${key}`);
  }
}

describe('a target with a credential of its own', () => {
  it.each(kinds)('sees nothing of the caller’s: $name', async (kind) => {
    await start({ provider: withKey(first) });
    expect((await call(kind)).status).toBeLessThan(300);
    expectClean(first.requests);
    expect(first.requests[0]?.path).toContain('limit=2');
  });

  it.each([
    '?key=X',
    '?a=b&key=X',
    '?key=X&key=X',
    '?%6bey=X',
    '?k%65y=X',
    '?key=%58&key=X',
    '?a=b;c&key=X',
    '?key=X#y',
    '?+key=1&key=X',
    '?key[]=1&key=X',
  ])('nor a key in the query, however it is written: %s', async (query) => {
    await start({ provider: withKey(first) });
    for (const kind of kinds) await call(kind, query.replaceAll('X', queryKey));
    expectClean(first.requests);
  });

  it('nor credentials that are sent twice, in capitals, or named by Connection', async () => {
    await start({ provider: withKey(first) });
    const lines = Object.entries(credentials).flatMap(([name, value]) => [
      `${name.toUpperCase()}: ${value}`,
      `${name}: ${value} again`,
    ]);
    for (const extra of [lines, [...lines, 'connection: authorization, x-api-key']]) {
      const { received } = await sayRaw(
        first.port === 0 ? 0 : six.port,
        rawPost(JSON.stringify(ask(`raw ${count++}`)), extra),
      );
      expect(received).toMatch(/^HTTP\/1\.1 200 /);
    }
    expectClean(first.requests);
  });

  it.each(kinds.slice(0, 3))('nor on a retry: $name', async (kind) => {
    await start({ provider: withKey(first) });
    failures = [{ status: 500, json: { error: { message: 'no' } } }];
    expect((await call(kind)).status).toBe(200);
    expect(first.requests).toHaveLength(2);
    expectClean(first.requests);
  });

  it.each(kinds.slice(0, 3))(
    'nor as a fallback, with the key of the other: $name',
    async (kind) => {
      await start({
        router: { default: [withKey(first), withKey(second, 'sk-the-second-9876543210')] },
      });
      failures = Array(4).fill({ status: 500, json: { error: { message: 'no' } } });
      expect((await call(kind)).status).toBe(200);
      expectClean(first.requests);
      expectClean(second.requests, 'sk-the-second-9876543210');
    },
  );

  it('nor as the fallback of a target that takes the caller’s', async () => {
    await start({ router: { default: [withoutKey(first), withKey(second)] } });
    failures = Array(4).fill({ status: 500, json: { error: { message: 'no' } } });
    expect((await call(kinds[0] as Kind)).status).toBe(200);
    expect(first.requests[0]?.headers.authorization).toBe(credentials['authorization']);
    expectClean(second.requests);
  });

  it('nor when its own can not be had', async () => {
    const failing = openaiCompatible({
      baseUrl: `${first.url}/v1`,
      apiKey: () => Promise.reject(new Error('vault sealed at 10.0.0.1')),
    });
    await start({ provider: failing });
    for (const kind of kinds) {
      const { status, text } = await call(kind);
      expect(status).toBe(401);
      expect(text).not.toMatch(/vault|10\.0/);
    }
    expect(first.requests).toEqual([]);
  });
});

describe('a target without one', () => {
  it('gets the caller’s, but no cookie and nothing of the hop', async () => {
    await start({ provider: withoutKey(first) });
    await call(kinds[0] as Kind);
    const { headers, path } = first.requests[0] as Recorded;
    expect(headers.authorization).toBe(credentials['authorization']);
    expect([headers.cookie, headers['proxy-authorization']]).toEqual([undefined, undefined]);
    expect(path).toContain(queryKey);
  });

  it('on another host than the first of the plan gets nothing', async () => {
    await start({ router: { default: [withoutKey(first), withoutKey(second)] } });
    failures = Array(4).fill({ status: 500, json: { error: { message: 'no' } } });
    await call(kinds[0] as Kind);
    expect(first.requests[0]?.headers.authorization).toBe(credentials['authorization']);
    const [fallback] = second.requests;
    expect(JSON.stringify([fallback?.headers, fallback?.path])).not.toContain(mark);
  });

  it.each(['authorization', 'x-api-key', 'api-key', 'x-goog-api-key'])(
    'never gets the key of the gateway, in %s',
    async (name) => {
      await start({ provider: withoutKey(first), keys: { blue: 'gateway-key-m4rk-c' } });
      const value = name === 'authorization' ? 'Bearer gateway-key-m4rk-c' : 'gateway-key-m4rk-c';
      for (const { method = 'POST', path, type = 'application/json', body } of kinds) {
        const headers = { [name]: value, ...(body !== undefined && { 'content-type': type }) };
        const { status } = await send(six.port, { method, path, headers, body: body?.() ?? '' });
        expect(status).toBeLessThan(300);
      }
      for (const { path, headers } of first.requests)
        expect(JSON.stringify([path, headers])).not.toContain('gateway-key');
    },
  );
});

describe('what is told of an exchange', () => {
  it('holds no credential: events, log, answers', async () => {
    await start({ provider: withKey(first) });
    failures = [
      { status: 500, json: { error: { message: `with ${targetKey}` } } },
      { head: 'reset' },
    ];
    const answers: Answer[] = [];
    for (const kind of kinds) answers.push(await call(kind));
    // The log comes in batches of JSON lines, and a line for people for each.
    const records = (): string[] =>
      six.lines.flatMap((lines) => lines.split('\n')).filter((line) => line.startsWith('{'));
    await expect.poll(() => records().length).toBe(kinds.length);
    const told =
      JSON.stringify(six.events) +
      six.lines.join('') +
      answers.map(({ headers, text }) => JSON.stringify(headers) + text).join('');
    expect(told).not.toContain(mark);
    expect(told).not.toContain(targetKey);
  });
});
