import { once } from 'node:events';
import { Agent } from 'node:http';
import type { ScriptedUpstream } from '@wintergate/test-helpers';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { startDigestUpstream } from './lib/digest-upstream.ts';
import { type Six, startSix } from './lib/six.ts';
import { type Watch, watchProcess } from './lib/watch-process.ts';
import { type Answer, ask, chat, chatPath, openRaw, send, textOf } from './lib/wire-client.ts';

vi.setConfig({ testTimeout: 30_000 });

const MiB = 1024 * 1024;
const maxBodyBytes = 12 * MiB;
const json = { 'content-type': 'application/json' };

let upstream: ScriptedUpstream;
let six: Six;
/** Without the guard's limits on sizes. */
let open: Six;
let watch: Watch;
let count = 0;

beforeAll(async () => {
  watch = watchProcess();
  upstream = await startDigestUpstream();
  const baseUrl = `${upstream.url}/v1`;
  six = await startSix({ baseUrl, serve: { maxBodyBytes } });
  const off = Number.POSITIVE_INFINITY;
  const limits = { maxBytes: off, maxMessages: off, maxDepth: off, maxTextCharacters: off };
  open = await startSix({ baseUrl, guard: { limits }, serve: { maxBodyBytes } });
});

afterEach(async () => {
  for (const { port } of [six, open]) {
    const answer = await chat(port, ask(`is everything well, number ${count++}`));
    expect([answer.status, textOf(answer)]).toEqual([200, expect.stringMatching(/^d-/)]);
  }
  expect(watch.problems).toEqual([]);
});

afterAll(async () => {
  await six.close();
  await open.close();
  await upstream.close();
  watch.stop();
});

const post = (port: number, body: string | Uint8Array, path = chatPath): Promise<Answer> =>
  send(port, { path, body, headers: json });

/** Milliseconds that a call took. */
async function timed(call: () => Promise<Answer>): Promise<{ answer: Answer; ms: number }> {
  const started = performance.now();
  const answer = await call();
  return { answer, ms: performance.now() - started };
}

const words = 'the quick brown fox jumps over the lazy dog and comes home late ';

describe('10 MB', () => {
  const turns = Array.from({ length: 1500 }, (_, at) => ({
    role: at % 2 === 0 ? 'user' : 'assistant',
    content: `${at} ${words.repeat(100)}`,
  }));
  turns.push({ role: 'user', content: 'so?' });
  const body = JSON.stringify({ model: 'chat-model', messages: turns });

  it.each([false, true])('of messages are answered, stream: %s', async (stream) => {
    expect(body.length).toBeGreaterThan(9.5e6);
    const { answer, ms } = await timed(() =>
      post(six.port, body.replace('{', `{"stream":${stream},`)),
    );
    expect([answer.status, textOf(answer)]).toEqual([200, expect.stringMatching(/^d-/)]);
    expect(ms).toBeLessThan(10_000);
  });

  it('of one text are refused', async () => {
    const answer = await post(six.port, JSON.stringify(ask('x'.repeat(10e6))));
    expect([answer.status, answer.json().error.param]).toEqual([413, 'messages[0].content']);
  });

  it('of input are embedded', async () => {
    const input = Array.from({ length: 1000 }, (_, at) => `${at} ${words.repeat(150)}`);
    const text = JSON.stringify({ model: 'embedding-model', input });
    expect(text.length).toBeGreaterThan(9e6);
    expect((await post(six.port, text, '/v1/embeddings')).status).toBe(200);
  });

  it.each([
    ['opening brackets', '['.repeat(10e6)],
    ['brackets', '['.repeat(5e6) + ']'.repeat(5e6)],
    ['objects', `${'{"a":'.repeat(1.6e6)}1${'}'.repeat(1.6e6)}`],
    ['an unfinished text', `{"messages":"${'x'.repeat(10e6)}`],
    ['zeros', '0'.repeat(10e6)],
    ['a number', '9'.repeat(10e6)],
    ['white space', ' '.repeat(10e6)],
    ['quotes', '"'.repeat(10e6)],
    ['members', `{${Array.from({ length: 600_000 }, (_, at) => `"k${at}":${at}`).join()}}`],
  ])('of %s are refused', async (_, text) => {
    for (const { port } of [six, open]) {
      const { answer, ms } = await timed(() => post(port, text));
      expect([answer.status, answer.json().error.type]).toEqual([400, 'invalid_request_error']);
      expect(ms).toBeLessThan(10_000);
    }
  });
});

describe('a body over the limit', () => {
  const tooLong = Buffer.alloc(maxBodyBytes + 20 * MiB, 'x');

  function expectTooLarge(answer: Answer): void {
    expect([answer.status, answer.text]).toEqual([413, expect.stringContaining('at most')]);
    expect(answer.json().error).toMatchObject({ code: 'request_too_large' });
  }

  it('is refused by its length', async () => {
    expectTooLarge(await post(six.port, tooLong));
  });

  it('is refused by what has come of it, chunked', async () => {
    const headers = { ...json, 'transfer-encoding': 'chunked' };
    expectTooLarge(await send(six.port, { body: tooLong, headers }));
  });

  it('is refused by length alone, before it comes', async () => {
    const connection = await openRaw(six.port);
    connection.socket.write(
      `POST ${chatPath} HTTP/1.1\r\nhost: g\r\ncontent-type: application/json\r\ncontent-length: ${tooLong.length}\r\n\r\n`,
    );
    expect(await connection.until(/request_too_large/)).toMatch(/^HTTP\/1\.1 413 /);
    const { error } = await connection.ended();
    expect(error).toBeUndefined();
  });

  it('is read to its end and thrown away, so that no reset takes the answer', async () => {
    for (let round = 0; round < 5; round++) {
      const connection = await openRaw(six.port);
      const { socket } = connection;
      socket.write(
        `POST ${chatPath} HTTP/1.1\r\nhost: g\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n`,
      );
      for (let sent = 0; sent < 14 * MiB && !socket.destroyed; sent += 64 * 1024) {
        if (!socket.write(`10000\r\n${'x'.repeat(65_536)}\r\n`))
          await Promise.race([once(socket, 'drain').catch(() => {}), once(socket, 'close')]);
      }
      socket.end('0\r\n\r\n');
      const { received, error } = await connection.ended();
      expect([received.slice(0, 12), error]).toEqual(['HTTP/1.1 413', undefined]);
      expect(received).toContain('request_too_large');
    }
  });

  it('does not poison the connection for the next call', async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    try {
      for (let round = 0; round < 3; round++) {
        expectTooLarge(await send(six.port, { body: tooLong, headers: json, agent }));
        const body = JSON.stringify(ask(`after ${round}`));
        expect((await send(six.port, { body, headers: json, agent })).status).toBe(200);
      }
    } finally {
      agent.destroy();
    }
  });
});

describe('10,000 messages', () => {
  const messages = Array.from({ length: 10_000 }, (_, at) => ({
    role: at % 2 === 0 ? 'user' : 'assistant',
    content: `message ${at}`,
  }));
  const body = { model: 'chat-model', messages };

  it('are refused by the guard', async () => {
    const answer = await chat(six.port, body);
    expect([answer.status, answer.json().error.param]).toEqual([400, 'messages']);
  });

  it.each([false, true])('are answered where the guard lets them, stream: %s', async (stream) => {
    const { answer, ms } = await timed(() => chat(open.port, { ...body, stream }));
    expect(answer.status).toBe(200);
    expect(ms).toBeLessThan(10_000);
  });
});

describe('nesting', () => {
  const deep = 100_000;
  const arrays = (levels: number): string => '['.repeat(levels) + ']'.repeat(levels);
  const objects = (levels: number): string => `${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`;
  const schemas = (levels: number): string =>
    `${'{"type":"object","properties":{"a":'.repeat(levels)}{}${'}}'.repeat(levels)}`;
  const good = JSON.stringify(ask('hello'));
  const tool = (parameters: string): string =>
    `{"type":"function","function":{"name":"f","parameters":${parameters}}}`;

  const places: [string, (levels: number) => string][] = [
    ['arrays in an unknown field', (levels) => good.replace('{', `{"x":${arrays(levels)},`)],
    ['objects in an unknown field', (levels) => good.replace('{', `{"x":${objects(levels)},`)],
    ['objects in metadata', (levels) => good.replace('{', `{"metadata":${objects(levels)},`)],
    [
      'a tool schema',
      (levels) => good.replace('{', `{"tools":[${tool(schemas(Math.ceil(levels / 2)))}],`),
    ],
    [
      'a response schema',
      (levels) =>
        good.replace(
          '{',
          `{"response_format":{"type":"json_schema","json_schema":{"name":"s","schema":${schemas(Math.ceil(levels / 2))}}},`,
        ),
    ],
    ['content', (levels) => good.replace('"hello"', arrays(levels))],
    ['messages', (levels) => `{"model":"m","messages":${arrays(levels)}}`],
    ['a message', (levels) => good.replace('{"role"', `{"x":${objects(levels)},"role"`)],
  ];

  it.each(places)('%s, 100,000 levels deep, is refused', async (_, make) => {
    for (const { port } of [six, open]) {
      for (const stream of [false, true]) {
        const { answer, ms } = await timed(() =>
          post(port, make(deep).replace('{', `{"stream":${stream},`)),
        );
        expect([answer.status, answer.json().error.type]).toEqual([400, 'invalid_request_error']);
        expect(ms).toBeLessThan(5_000);
      }
    }
  });

  it.each(places.slice(0, 5))('%s, 40 levels deep, is answered', async (_, make) => {
    expect((await post(six.port, make(40))).status).toBe(200);
  });

  it.each([
    ['arguments', 'tool_calls'],
    ['a tool result', 'tool'],
    ['a question', 'user'],
  ])('as text in %s is answered', async (_, kind) => {
    const text = arrays(deep) + objects(deep);
    const made = { id: 'c', type: 'function', function: { name: 'f', arguments: text } };
    const messages =
      kind === 'user'
        ? [{ role: 'user', content: text }]
        : kind === 'tool'
          ? [
              { role: 'user', content: 'hello' },
              { role: 'tool', tool_call_id: 'c', content: text },
            ]
          : [
              { role: 'user', content: 'hello' },
              { role: 'assistant', tool_calls: [made] },
            ];
    const { answer, ms } = await timed(() => chat(six.port, { model: 'chat-model', messages }));
    expect(answer.status).toBe(200);
    expect(ms).toBeLessThan(10_000);
  });

  it('as embedding input is refused', async () => {
    const body = `{"model":"e","input":${arrays(deep)}}`;
    expect((await post(six.port, body, '/v1/embeddings')).status).toBe(400);
  });
});

describe('texts that patterns stumble over', () => {
  it.each([
    ['@', 'a@'],
    ['addresses that never end', 'a.b-c@d-e.'],
    ['digits', '4 1 1 1-'],
    ['keys that never end', 'sk-'],
    ['assignments', 'password = '],
    ['private keys that never end', '-----BEGIN PRIVATE KEY-----\n'],
    ['orders', 'ignore all previous '],
    ['brackets', '[EMAIL_'],
    ['URLs', 'https://a:'],
    ['invisible characters', '\u200b\u2060'],
    ['combining marks', 'a\u0301\u0323'],
    ['base64', 'aGVsbG8g'],
    ['a long word', 'x'],
    ['the empty quote', '""\n'],
  ])('2,000,000 characters of %s', async (_, piece) => {
    const text = piece.repeat(Math.floor(1_999_000 / piece.length));
    const { answer, ms } = await timed(() => chat(six.port, ask(text)));
    expect([200, 400]).toContain(answer.status);
    if (answer.status === 400) expect(answer.json().error.code).toBe('prompt_blocked');
    expect(ms).toBeLessThan(15_000);
  });
});
