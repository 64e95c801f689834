import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { Agent } from 'node:http';
import { join } from 'node:path';
import { requireOrSkip, type ScriptedUpstream } from '@wintergate/test-helpers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { digestOf, digestOfCall, startDigestUpstream } from './lib/digest-upstream.ts';
import { type Six, startSix } from './lib/six.ts';
import { type Watch, watchProcess } from './lib/watch-process.ts';
import { type Answer, ask, chat, chatPath, send, textOf } from './lib/wire-client.ts';

const suite = join(
  import.meta.dirname,
  '../../../shared/data/conformance/JSONTestSuite/test_parsing',
);
const hasSuite = requireOrSkip({
  suite: 'e2e',
  what: 'JSONTestSuite through the gateway',
  available: existsSync(suite),
  why: 'its files are not beside the checkout (../shared/data/conformance/JSONTestSuite)',
});

const embeddingsPath = '/v1/embeddings';
const json = { 'content-type': 'application/json' };

let upstream: ScriptedUpstream;
let six: Six;
let agent: Agent;
let watch: Watch;

beforeAll(async () => {
  watch = watchProcess();
  upstream = await startDigestUpstream();
  six = await startSix({ baseUrl: `${upstream.url}/v1` });
  agent = new Agent({ keepAlive: true, maxSockets: 1 });
});

afterAll(async () => {
  agent.destroy();
  await six.close();
  await upstream.close();
  watch.stop();
  expect(watch.problems).toEqual([]);
});

function post(body: Uint8Array, path = chatPath): Promise<Answer> {
  return send(six.port, { path, body, headers: json, agent });
}

/** The case as the value of an unknown field of a call that is good otherwise. */
function within(value: Uint8Array, stream: boolean): Buffer {
  const rest = JSON.stringify(ask('hello', { stream }));
  return Buffer.concat([Buffer.from('{"extra":'), value, Buffer.from(`,${rest.slice(1)}`)]);
}

/** A 400 in OpenAI's form, which says what to do and shows nothing of our inside. */
function expectRefusal(answer: Answer, message: RegExp): void {
  expect([answer.status, answer.text]).toEqual([400, answer.text]);
  expect(answer.headers['content-type']).toMatch(/^application\/json/);
  expect(answer.headers['x-should-retry']).toBe('false');
  const { error } = answer.json();
  expect(error).toMatchObject({ type: 'invalid_request_error' });
  expect(error.message).toMatch(message);
  expect(answer.text).not.toMatch(/SyntaxError|node:|\.ts:|at JSON/);
}

describe.runIf(hasSuite)('JSONTestSuite', () => {
  const files = hasSuite ? readdirSync(suite).filter((name) => name.endsWith('.json')) : [];
  const read = (name: string): Buffer => readFileSync(join(suite, name));
  const invalid = /^Send a body that is valid (?:JSON|UTF-8)/;
  /** Valid, but what the upstream makes of it is anybody's guess. */
  const ambiguous = new Set([
    'y_object_duplicated_key.json',
    'y_object_duplicated_key_and_value.json',
  ]);

  it('is here whole', () => {
    expect(files.length).toBeGreaterThanOrEqual(318);
  });

  it.each(files.filter((name) => name.startsWith('n_')))('%s is refused', async (name) => {
    const before = upstream.requests.length;
    for (const path of [chatPath, embeddingsPath])
      expectRefusal(await post(read(name), path), invalid);
    for (const stream of [false, true])
      expectRefusal(await post(within(read(name), stream)), invalid);
    expect(upstream.requests.length).toBe(before);
  });

  it.each(files.filter((name) => name.startsWith('y_')))('%s is taken', async (name) => {
    // Alone it is valid, and no call.
    for (const path of [chatPath, embeddingsPath])
      expectRefusal(await post(read(name), path), /^Expected /);
    for (const stream of [false, true]) {
      const body = within(read(name), stream);
      const answer = await post(body);
      if (ambiguous.has(name)) {
        expectRefusal(answer, /once|twice/);
        continue;
      }
      expect([answer.status, answer.text]).toEqual([200, answer.text]);
      if (stream) expect(answer.text).toMatch(/data: \[DONE\]\n\n$/);
      expect(textOf(answer)).toBe(`d-${digestOfCall(JSON.parse(body.toString()))}`);
      // Other spellings of the same value are answered from the cache.
      if (/; hit/.test(String(answer.headers['cache-status']))) continue;
      const sent = upstream.requests.at(-1)!;
      if (stream) expect(sent.json()).toMatchObject(JSON.parse(body.toString()));
      else expect(digestOf(sent.body)).toBe(digestOf(body));
    }
  });

  it.each(files.filter((name) => name.startsWith('i_')))('%s is one of both', async (name) => {
    expectRefusal(await post(read(name)), /./);
    for (const stream of [false, true]) {
      const answer = await post(within(read(name), stream));
      if (answer.status !== 200) expectRefusal(answer, /^(?:Send|Nest|Expected) /);
    }
  });

  it('leaves the gateway as it was', async () => {
    expect((await chat(six.port, ask('and a good call'))).status).toBe(200);
    expect(watch.problems).toEqual([]);
  });
});

describe('bodies that are no JSON', () => {
  const good = JSON.stringify(ask('hello'));
  it.each([
    ['nothing', ''],
    ['white space', ' \r\n\t'],
    ['a byte order mark first', `\ufeff${good}`],
    ['UTF-16', Buffer.from(good, 'utf16le')],
    ['half a call', good.slice(0, -5)],
    ['two calls', good + good],
    ['a call and a NUL', `${good}\0`],
    ['a form', 'model=chat-model&messages=hello'],
    ['single quotes', good.replaceAll('"', "'")],
    ['NaN', good.replace('{', '{"temperature":NaN,')],
    ['a comment', `/* hi */${good}`],
    ['a line break in a text', good.replace('hello', 'hel\nlo')],
  ])('%s', async (_, body) => {
    const answer = await post(Buffer.from(body as string));
    expectRefusal(answer, /^Send /);
  });

  it.each([
    ['a lone continuation byte', [0x80]],
    ['half a character', [0xe2, 0x82]],
    ['an overlong slash', [0xc0, 0xaf]],
    ['a surrogate', [0xed, 0xa0, 0x80]],
    ['beyond Unicode', [0xf4, 0x90, 0x80, 0x80]],
    ['0xff', [0xff]],
  ])('invalid UTF-8 in a text: %s', async (_, bytes) => {
    const [before = '', after = ''] = good.split('hello');
    const body = Buffer.concat([Buffer.from(before), Buffer.from(bytes), Buffer.from(after)]);
    expectRefusal(await post(body), /UTF-8/);
  });
});
