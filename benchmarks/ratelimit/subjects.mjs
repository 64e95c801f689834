// What a limit costs: one take in memory, beside a limiter of npm, and a call through the middleware.
import { createRequire } from 'node:module';
import { compose, toHandler } from '@wintergate/core';
import { memoryStore, rateLimit } from '@wintergate/ratelimit';

const require = createRequire(new URL('../peers/package.json', import.meta.url));
const { RateLimiterMemory } = require('rate-limiter-flexible');

const quota = 1_000_000_000;
const windowMs = 60_000;
const keyCount = 100_000;
const names = Array.from({ length: keyCount }, (_, at) => `caller ${at}`);
const state = { now: Date.now(), waitUntil() {} };

export function createGroups() {
  return [
    { title: 'One take in memory', unit: 'ns', subjects: takes() },
    { title: 'A call through the middleware', unit: 'µs', subjects: calls() },
  ];
}

function takes() {
  const peer = new RateLimiterMemory({ points: quota, duration: windowMs / 1000 });
  const turn = (work) => {
    let at = 0;
    return () => work(names[at++ % keyCount]);
  };
  const own = (algorithm, store = memoryStore({ maxKeys: 2 * keyCount })) => {
    const rule = { name: 'rpm', algorithm, quota, windowMs, burst: quota };
    return (key) => store.take([{ rule, key, cost: 1, enforced: true }], state)[0].allowed;
  };
  const [fixed, sliding, bucket] = ['fixed-window', 'sliding-window', 'token-bucket'];
  const full = own(sliding, memoryStore({ maxKeys: keyCount / 2 }));
  return [
    {
      name: '`rate-limiter-flexible` 11.4.0, one caller',
      run: async () => (await peer.consume('caller')).remainingPoints > 0,
    },
    {
      name: `\`rate-limiter-flexible\` 11.4.0, ${keyCount} callers`,
      run: turn(async (key) => (await peer.consume(key)).remainingPoints > 0),
    },
    ...[fixed, sliding, bucket].map((algorithm) => {
      const take = own(algorithm);
      return { name: `${algorithm}, one caller`, run: () => take('caller') };
    }),
    ...[fixed, sliding, bucket].map((algorithm) => ({
      name: `${algorithm}, ${keyCount} callers`,
      run: turn(own(algorithm)),
    })),
    { name: 'sliding-window, every caller new to a full store', run: turn(full) },
  ];
}

function calls() {
  const end = () => new Response('{}', { headers: { 'content-type': 'application/json' } });
  const limit = (name, window, most = quota) => ({ name, quota: most, window });
  const handlerOf = (...limits) =>
    toHandler(limits.length === 0 ? compose() : compose(rateLimit({ limits })), end);
  const call =
    (handler, expected = 200) =>
    async () => {
      const request = new Request('http://127.0.0.1/v1/models', {
        headers: { authorization: 'Bearer sk-benchmark' },
      });
      const { status } = await handler(request);
      return status === expected;
    };
  const spent = handlerOf(limit('rpm', '1 d', 1));
  return [
    { name: 'no limit', run: call(handlerOf()) },
    { name: 'one limit', run: call(handlerOf(limit('rpm', '1 m'))) },
    {
      name: 'three limits',
      run: call(handlerOf(limit('rps', '1 s'), limit('rpm', '1 m'), limit('rph', '1 h'))),
    },
    {
      name: 'two calls that are refused',
      run: async () => {
        await spent(new Request('http://127.0.0.1/v1/models', { headers: { authorization: 'a' } }));
        const again = new Request('http://127.0.0.1/v1/models', {
          headers: { authorization: 'a' },
        });
        return (await spent(again)).status === 429;
      },
    },
  ];
}
