/** What each adapter tells the chain about its host. That they serve is shown in test/hosts. */
import { createHash, createHmac } from 'node:crypto';
import { Hono } from 'hono';
import { afterEach, describe, expect, it, vi } from 'vitest';
import {
  createReply,
  defineMiddleware,
  type GatewayEvent,
  type Middleware,
  type Platform,
} from '../index.ts';
import { toBun } from './to-bun.ts';
import { toDeno } from './to-deno.ts';
import { toHono } from './to-hono.ts';
import { toVercel } from './to-vercel.ts';
import { toWorker } from './to-worker.ts';
import { wrapFetch } from './wrap-fetch.ts';

afterEach(() => vi.unstubAllGlobals());

/** A chain that keeps the platform it was given, and one background promise. */
function spy() {
  const seen: { platform?: Platform; signal?: AbortSignal } = {};
  const work = Promise.resolve();
  const chain = defineMiddleware(undefined, function spy(_request, _next, context) {
    seen.platform = context.platform;
    seen.signal = context.signal;
    context.waitUntil(work);
    return createReply({ body: 'ok' });
  });
  return { seen, chain };
}

const end = () => createReply();
const request = (headers: Record<string, string> = {}, signal?: AbortSignal) =>
  new Request('http://gate.test/', { headers, ...(signal && { signal }) });

describe('toWorker()', () => {
  it('hands over bindings, address and background work, and shares no promises', async () => {
    const { seen, chain } = spy();
    const waited: Promise<unknown>[] = [];
    // As on Workers, where a method taken off its object throws.
    const ctx = {
      waitUntil(work: Promise<unknown>) {
        if (this !== ctx) throw new TypeError('Illegal invocation');
        waited.push(work);
      },
    };
    const env = { KEY: 'x' };
    const worker = toWorker(chain, end);
    const reply = await worker.fetch(request({ 'cf-connecting-ip': '192.0.2.1' }), env, ctx);
    expect(await reply.text()).toBe('ok');
    expect(seen.platform).toMatchObject({
      name: 'workers',
      clientAddress: '192.0.2.1',
      env,
      native: ctx,
      sharesIo: false,
    });
    expect(waited).toHaveLength(1);
  });

  it('works without a context', async () => {
    const { seen, chain } = spy();
    expect((await toWorker(chain, end).fetch(request())).status).toBe(200);
    expect(seen.platform?.waitUntil).toBe(undefined);
  });
});

describe('toBun()', () => {
  it('asks the server for the address and takes no header for it', async () => {
    const { seen, chain } = spy();
    const server = { requestIP: () => ({ address: '192.0.2.2' }) };
    await toBun(chain, end).fetch(request({ 'x-forwarded-for': '203.0.113.9' }), server);
    expect(seen.platform).toMatchObject({
      name: 'bun',
      clientAddress: '192.0.2.2',
      sharesIo: true,
    });
  });

  it('digests synchronously where Bun can', async () => {
    const CryptoHasher = class {
      readonly #hash;
      constructor(algorithm: string, key?: string) {
        this.#hash = key === undefined ? createHash(algorithm) : createHmac(algorithm, key);
      }
      update(data: string | Uint8Array) {
        this.#hash.update(data);
        return this;
      }
      digest() {
        return this.#hash.digest('hex');
      }
    };
    vi.stubGlobal('Bun', { CryptoHasher });
    const { seen, chain } = spy();
    await toBun(chain, end).fetch(request());
    const plain = createHash('sha256').update('a').digest('hex');
    expect(seen.platform?.digest('a')).toBe(plain);
    expect(seen.platform?.digest('a', 'k')).toBe(
      createHmac('sha256', 'k').update('a').digest('hex'),
    );
  });

  it('begins calls that came in one turn together, each with its own address', async () => {
    const begun: unknown[] = [];
    const chain = defineMiddleware(undefined, function tell(_request, _next, context) {
      begun.push(context.platform.clientAddress);
      return createReply({ body: 'ok' });
    });
    const bun = toBun(chain, end);
    const replies: Promise<Response>[] = [];
    for (let at = 0; at < 20; at++) {
      // Bun forgets the address when the caller leaves.
      let address: string | undefined = `192.0.2.${at}`;
      replies.push(bun.fetch(request(), { requestIP: () => (address ? { address } : null) }));
      address = undefined;
    }
    await Promise.resolve();
    expect(begun.length).toBeLessThan(2);
    await new Promise((resolve) => setImmediate(resolve));
    expect(begun).toEqual(Array.from({ length: 20 }, (_, at) => `192.0.2.${at}`));
    expect((await Promise.all(replies)).map(({ status }) => status)).toEqual(Array(20).fill(200));
  });

  it('lets slow models think, and refuses a limit that Bun does not have', () => {
    const { chain } = spy();
    expect(toBun(chain, end).idleTimeout).toBe(255);
    expect(toBun(chain, end, { idleTimeout: 0 }).idleTimeout).toBe(0);
    expect(() => toBun(chain, end, { idleTimeout: 256 })).toThrow(
      'Expected "idleTimeout" to be 0 to 255 seconds: 256',
    );
  });
});

describe('toDeno()', () => {
  it('takes the address from its info', async () => {
    const { seen, chain } = spy();
    const info = { remoteAddr: { transport: 'tcp', hostname: '192.0.2.3' } };
    await toDeno(chain, end).fetch(request({ 'x-real-ip': '203.0.113.9' }), info);
    expect(seen.platform).toMatchObject({
      name: 'deno',
      clientAddress: '192.0.2.3',
      sharesIo: true,
    });
  });

  it('passes on the abort of a caller who left, not the one after every reply', async () => {
    const { seen, chain } = spy();
    const caller = new AbortController();
    await toDeno(chain, end).fetch(request({}, caller.signal));
    caller.abort();
    expect(seen.signal?.aborted).toBe(false);

    const leaving = new AbortController();
    const events: GatewayEvent[] = [];
    const { asked, chain: waits } = chainThatWaits();
    const hangs = toDeno(waits, end, { onEvent: (event) => events.push(event) });
    const reply = hangs.fetch(request({}, leaving.signal));
    await asked;
    leaving.abort(new Error('left'));
    expect((await reply).status).toBe(499);
    expect(events.map((event) => event.type)).toEqual(['response-end', 'exchange-end']);
  });

  it('begins nothing for callers who leave while their calls wait to begin', async () => {
    const begun: string[] = [];
    const chain = defineMiddleware(undefined, function tell(request) {
      begun.push(request.headers.get('x-name') ?? '');
      return createReply({ body: 'ok' });
    });
    const leaving = new AbortController();
    const ended: string[] = [];
    const deno = toDeno(chain, end, {
      onEvent: (event) => {
        if (event.type === 'response-end') ended.push(String(event['status']));
      },
    });
    const stays = deno.fetch(request({ 'x-name': 'stays' }));
    const leaves = deno.fetch(request({ 'x-name': 'leaves' }, leaving.signal));
    leaving.abort(new Error('left'));
    await new Promise((resolve) => setImmediate(resolve));
    expect((await stays).status).toBe(200);
    expect((await leaves).status).toBe(499);
    expect(begun).toEqual(['stays']);
    expect(ended.sort()).toEqual(['200', '499']);
  });
});

/** Answers only when its caller leaves. */
function chainThatWaits() {
  let asked = () => {};
  const started = new Promise<void>((resolve) => (asked = resolve));
  const chain = defineMiddleware(undefined, function wait(_request, _next, { signal }) {
    asked();
    return new Promise((_, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason));
    });
  });
  return { asked: started, chain };
}

describe('toVercel()', () => {
  it('takes the address that Vercel writes, and its context', async () => {
    const { seen, chain } = spy();
    const waitUntil = vi.fn();
    await toVercel(chain, end)(request({ 'x-real-ip': '192.0.2.4' }), { waitUntil });
    expect(seen.platform).toMatchObject({
      name: 'vercel',
      clientAddress: '192.0.2.4',
      sharesIo: true,
    });
    expect(waitUntil).toHaveBeenCalledTimes(1);
  });

  it('finds the context that Vercel keeps outside of the arguments', async () => {
    const waitUntil = vi.fn();
    const key = Symbol.for('@vercel/request-context');
    Object.assign(globalThis, { [key]: { get: () => ({ waitUntil }) } });
    try {
      await toVercel(spy().chain, end)(request());
      expect(waitUntil).toHaveBeenCalledTimes(1);
    } finally {
      delete (globalThis as { [key]?: unknown })[key];
    }
  });

  it('shares no promises on the edge', async () => {
    vi.stubGlobal('EdgeRuntime', 'vercel');
    const { seen, chain } = spy();
    await toVercel(chain, end)(request());
    expect(seen.platform?.sharesIo).toBe(false);
  });
});

describe('what is said of the platform', () => {
  const adapters = {
    toWorker: (chain: Middleware, platform: Partial<Platform>) =>
      toWorker(chain, end, { platform }).fetch(request(), {}),
    toBun: (chain: Middleware, platform: Partial<Platform>) =>
      toBun(chain, end, { platform }).fetch(request()),
    toDeno: (chain: Middleware, platform: Partial<Platform>) =>
      toDeno(chain, end, { platform }).fetch(request()),
    toVercel: (chain: Middleware, platform: Partial<Platform>) =>
      toVercel(chain, end, { platform })(request()),
  };
  for (const [name, call] of Object.entries(adapters)) {
    it(`is believed by ${name}()`, async () => {
      const { seen, chain } = spy();
      const digest = () => 'digest';
      await call(chain, { name: 'own', sharesIo: false, digest });
      expect(seen.platform).toMatchObject({ name: 'own', sharesIo: false, digest });
      expect(seen.platform?.nextStep).toBe(undefined);
    });
  }
});

describe('adapters whose host does not say', () => {
  /** Each with a platform that it is told of, and how it is called. */
  const adapters = {
    toVercel: (chain: Middleware, platform: Partial<Platform>) =>
      toVercel(chain, end, { platform })(request()),
    toHono: (chain: Middleware, platform: Partial<Platform>) =>
      new Hono().use(toHono(chain, { platform })).request('/'),
    wrapFetch: (chain: Middleware, platform: Partial<Platform>) =>
      wrapFetch(chain, { platform })('http://up.test/'),
  };

  for (const [name, call] of Object.entries(adapters)) {
    async function platformOf(given: Partial<Platform> = {}): Promise<Platform | undefined> {
      const { seen, chain } = spy();
      await call(chain, given);
      return seen.platform;
    }

    it(`${name}() lets calls take their steps together where they may share I/O`, async () => {
      expect(await platformOf()).toMatchObject({ sharesIo: true, nextStep: expect.any(Function) });
      expect(await platformOf({ nextStep: undefined })).toMatchObject({ nextStep: undefined });
      // Workers have setImmediate, too.
      vi.stubGlobal('WebSocketPair', class {});
      const bound = await platformOf();
      expect(bound?.sharesIo).toBe(false);
      expect(bound?.nextStep).toBe(undefined);
    });

    it(`${name}() does not where it is told that they may not`, async () => {
      const told = await platformOf({ sharesIo: false });
      expect(told?.sharesIo).toBe(false);
      expect(told?.nextStep).toBe(undefined);
    });

    it(`${name}() does not where the end of a turn can not be waited for`, async () => {
      vi.stubGlobal('setImmediate', undefined);
      delete (globalThis as { setImmediate?: unknown }).setImmediate;
      const platform = await platformOf();
      expect(platform?.sharesIo).toBe(true);
      expect(platform?.nextStep).toBe(undefined);
    });
  }
});
