/** Two Workers of workerd, each an isolate of its own, that share the Durable Objects of one of them. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort, requireOrSkip } from '@wintergate/test-helpers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundle } from './lib/bundle.ts';
import { type Launched, launch } from './lib/launch.ts';
import { findRuntime } from './lib/runtimes.ts';
import { startUpstream, type TestUpstream } from './lib/upstream.ts';

const workerd = findRuntime('workerd');
const available = requireOrSkip({
  suite: 'hosts',
  what: 'Durable Objects on workerd',
  available: workerd !== undefined,
  why: `its npm package is not installed for ${process.platform} ${process.arch}`,
});

function configOf(ports: readonly [number, number]): string {
  const worker = (name: string, more: string): string => `const ${name} :Workerd.Worker = (
  modules = [ ( name = "app.mjs", esModule = embed "app.mjs" ) ],
  compatibilityDate = "2026-11-01",
  ${more}
);
`;
  const socket = (name: string, port: number): string =>
    `( name = "${name}", address = "127.0.0.1:${port}", http = (), service = "${name}" ),`;
  return `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    ( name = "one", worker = .one ),
    ( name = "other", worker = .other ),
    ( name = "internet", network = ( allow = ["public", "private"] ) ),
  ],
  sockets = [ ${socket('one', ports[0])} ${socket('other', ports[1])} ],
);
${worker(
  'one',
  `durableObjectNamespaces = [ ( className = "CacheObject", uniqueKey = "cache", enableSql = true ) ],
  durableObjectStorage = ( inMemory = void ),
  bindings = [ ( name = "CACHE", durableObjectNamespace = "CacheObject" ) ],`,
)}
${worker(
  'other',
  `bindings = [ ( name = "CACHE", durableObjectNamespace = ( className = "CacheObject", serviceName = "one" ) ) ],`,
)}`;
}

describe.runIf(available)('durableStore() on workerd', () => {
  let upstream: TestUpstream;
  let server: Launched;
  let folder: string;
  let urls: readonly string[];

  beforeAll(async () => {
    upstream = await startUpstream();
    const stage = join(import.meta.dirname, '.stage');
    await mkdir(stage, { recursive: true });
    folder = await mkdtemp(join(stage, 'durable-'));
    const ports = [await freePort(), await freePort()] as const;
    urls = ports.map((port) => `http://127.0.0.1:${port}/v1/chat/completions`);
    const entry = join(import.meta.dirname, 'fixture/durable.ts');
    const define = { UPSTREAM: upstream.url };
    await bundle({ entry, outfile: join(folder, 'app.mjs'), define });
    const config = join(folder, 'config.capnp');
    await writeFile(config, configOf(ports));
    const args = ['serve', '--experimental', config];
    server = await launch({ command: workerd!, args, port: ports[0] });
  });
  afterAll(async () => {
    await server?.stop();
    await upstream?.close();
    await rm(folder, { recursive: true, force: true });
  });

  async function ask(url: string, model: string, content: string) {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ model, messages: [{ role: 'user', content }] }),
    });
    const status = response.headers.get('cache-status') ?? '';
    return { status: response.status, cache: status, text: await response.text() };
  }

  it('sends identical calls of both upstream once, and both get its answer', async () => {
    const before = upstream.chatCalls();
    const calls = [0, 1, 0, 1, 1].map((at) => ask(urls[at]!, 'held-across', 'the same of both'));
    const held = await upstream.take('across');
    // Whoever waits has asked for the right and looked for the answer by then.
    await Promise.all(urls.map((url) => ask(url, 'm', 'another question')));
    expect(upstream.chatCalls() - before).toBe(2);
    const answer = JSON.stringify({
      id: 'c',
      object: 'chat.completion',
      created: 1,
      model: 'held-across',
      choices: [
        { index: 0, message: { role: 'assistant', content: 'once' }, finish_reason: 'stop' },
      ],
    });
    held.response.writeHead(200, { 'content-type': 'application/json' }).end(answer);
    const got = await Promise.all(calls);
    expect(got.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
    expect(got.map(({ text }) => JSON.parse(text).choices[0].message.content)).toEqual(
      Array.from({ length: 5 }, () => 'once'),
    );
    expect(got.filter(({ cache }) => cache.includes('fwd'))).toHaveLength(1);
    expect(upstream.chatCalls() - before).toBe(2);
  });

  it('finds at once in one what the other has stored', async () => {
    const first = await ask(urls[1]!, 'm', 'stored by the other');
    const second = await ask(urls[0]!, 'm', 'stored by the other');
    expect([first.status, second.status]).toEqual([200, 200]);
    expect(first.cache).toContain('fwd=miss');
    expect(second.cache).toMatch(/; hit/);
    expect(JSON.parse(second.text)).toEqual(JSON.parse(first.text));
  });
});
