// Lookups in a cache in memory, each timed by itself: the exact tier, the semantic tier as users get it, and the
// vector index alone. Runs in a fresh process and prints one JSON line.
import { compose, createContext, toHandler } from '@wintergate/core';
import { flatIndex, memoryStore, semanticCache } from '@wintergate/semantic-cache';
import { manageCache } from '@wintergate/semantic-cache/manage';
import { tinyLfu } from '@wintergate/semantic-cache/store';
import { readCall } from '@wintergate/wire';

const room = 4 * 1024 ** 3;
const dimensions = 512;

/** Numbers in [0, 1) that are the same each time (Park and Miller 1988). */
function seeded(seed) {
  let state = ((seed * 7919) % 2_147_483_646) + 1;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

const syllables = 'ba ce di fo gu ka le mi no pu ra se ti vo zu'.split(' ');
/** Made-up words, so that no two texts are alike by chance. */
function textOf(random) {
  const word = () =>
    Array.from({ length: 3 }, () => syllables[Math.floor(random() * syllables.length)]).join('');
  return Array.from({ length: 12 }, word).join(' ');
}

const requestOf = (text, system) =>
  new Request('http://localhost/v1/chat/completions', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      model: 'any',
      messages: [
        { role: 'system', content: system },
        { role: 'user', content: text },
      ],
    }),
  });

const reply = JSON.stringify({
  ...{ id: 'x', object: 'chat.completion', created: 1, model: 'any' },
  choices: [
    { index: 0, message: { role: 'assistant', content: 'An answer.' }, finish_reason: 'stop' },
  ],
});

async function filled(texts, system) {
  const cache = semanticCache({ tenant: 'all', store: memoryStore({ maxBytes: room }) });
  const handler = toHandler(
    compose(cache),
    () => new Response(reply, { headers: { 'content-type': 'application/json' } }),
  );
  for (const text of texts) await (await handler(requestOf(text, system))).arrayBuffer();
  await new Promise((resolve) => setTimeout(resolve, 10));
  return { cache, handler };
}

/** Microseconds of each call. */
async function timed(count, prepare, run) {
  const times = [];
  for (let at = 0; at < count; at++) {
    const given = await prepare(at);
    const started = performance.now();
    const result = run(given);
    if (typeof result?.then === 'function') await result;
    times.push((performance.now() - started) * 1000);
  }
  return summary(times);
}

function summary(times) {
  const sorted = times.sort((a, b) => a - b);
  const at = (share) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
  return { p50: at(0.5), p99: at(0.99) };
}

/** A whole request and its stored answer: reading, checking, canonical form, key, lookup, reply. */
async function exact() {
  const random = seeded(1);
  const texts = Array.from({ length: 1000 }, () => textOf(random));
  const system = 'You are a careful assistant of a garden centre. '.repeat(16);
  const { cache, handler } = await filled(texts, system);
  const prepare = (at) => requestOf(texts[at % texts.length], system);
  const bytes = new TextEncoder().encode(await prepare(0).text()).length;
  const read = (request) => request.arrayBuffer();
  const rows = [];
  /** As it comes to a cache that others have read it for: parsed, and its call read. */
  const prepareRead = async (at) => {
    const request = prepare(at);
    const context = createContext(request);
    await readCall(request, context);
    return { request, context };
  };
  const never = () => {
    throw new Error('It is stored');
  };
  const lookup = ({ request, context }) => cache(request, never, context);
  for (const [name, run, ready = prepare] of [
    [`reading the body of ${bytes} bytes, nothing else (baseline)`, read],
    ['exact hit of such a call, from Request to Response', handler],
    ['the cache in it: canonical form, key, lookup, reply', lookup, prepareRead],
  ]) {
    await timed(20_000, ready, run);
    rows.push({ name, ...(await timed(20_000, ready, run)) });
  }
  return rows;
}

/** A miss of the default semantic tier: reading the text, looking for texts of nearly the same words. */
async function words(size) {
  const random = seeded(2);
  const texts = Array.from({ length: size }, () => textOf(random));
  const { cache } = await filled(texts, 'x');
  const manager = manageCache(cache);
  const prepare = () => requestOf(textOf(random), 'x');
  await timed(3000, prepare, (request) => manager.explain(request));
  return {
    name: `semantic miss by words, ${size} entries in the scope`,
    ...(await timed(5000, prepare, (request) => manager.explain(request))),
  };
}

function vectorOf(random) {
  const vector = new Float32Array(dimensions);
  let sum = 0;
  for (let at = 0; at < dimensions; at++) {
    vector[at] = random() + random() + random() - 1.5;
    sum += vector[at] ** 2;
  }
  return vector.map((value) => value / Math.sqrt(sum));
}

/** Of the index alone, with a neighbour planted near each vector that is asked. */
async function vectors(size) {
  const random = seeded(3);
  const index = flatIndex({ maxBytes: room, maxItemsPerScope: size });
  const all = [];
  for (let at = 0; at < size; at++) {
    const vector = vectorOf(random);
    all.push(vector);
    index.add({ id: `${at}`, scope: 's', text: 't', vector, expiresAt: Number.MAX_SAFE_INTEGER });
  }
  const near = (at) => {
    const vector = all[at % size].map((value) => value + (random() - 0.5) * 0.05);
    const length = Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0));
    return vector.map((value) => value / length);
  };
  let found = 0;
  const asked = 500;
  const step = Math.max(1, Math.floor(size / asked));
  for (let at = 0; at < asked; at++)
    if (index.query('s', near(at * step), 4)[0]?.id === `${(at * step) % size}`) found++;
  const count = size > 20_000 ? 300 : 2000;
  return {
    name: `vector query, ${size} items of ${dimensions} dimensions in the scope`,
    recall: found / asked,
    ...(await timed(count, near, (vector) => index.query('s', vector, 4))),
  };
}

const body = new TextEncoder().encode('x'.repeat(1000));
const entryOf = (key, text) => ({
  ...{ version: 1, key, scope: 's', text, body, usage: undefined },
  ...{ storedAt: 0, expiresAt: Number.MAX_SAFE_INTEGER },
});
const keyOf = (number) => ({ text: `key ${number}`, hash: number });

/** How fast entries of 1 kB go in, what they take of the heap, and how far the bound in bytes is missed. */
function stored(count) {
  globalThis.gc();
  const before = process.memoryUsage();
  const store = memoryStore({ maxBytes: room });
  const started = performance.now();
  for (let at = 0; at < count; at++) {
    const own = entryOf(`key ${at}`, `text ${at}`);
    store.set(keyOf(at), { ...own, body: body.slice() });
  }
  const seconds = (performance.now() - started) / 1000;
  globalThis.gc();
  const after = process.memoryUsage();
  const used = after.heapUsed + after.arrayBuffers - before.heapUsed - before.arrayBuffers;
  const counted = store.bytes;
  const maxBytes = 10_000_000;
  const small = memoryStore({ maxBytes });
  let [most, least] = [0, maxBytes];
  for (let at = 0; at < count; at++) {
    const size = 200 + ((at * 7919) % 4000);
    small.set(keyOf(at), { ...entryOf(`key ${at}`, 't'), body: body.subarray(0, size) });
    if (at < count / 2) continue;
    most = Math.max(most, small.bytes);
    least = Math.min(least, small.bytes);
  }
  return {
    insertsPerSecond: count / seconds,
    bytesPerEntry: used / count,
    countedPerEntry: counted / count,
    highest: most / maxBytes,
    lowest: least / maxBytes,
  };
}

/** Hits of lookups that follow Zipf's law over ten times as many keys as there is room for, with scans between. */
function kept() {
  const keys = 20_000;
  const random = seeded(4);
  const draw = () => Math.floor(keys ** random());
  const size = entryOf('key 10000', 't');
  const one = 2 * (size.key.length + 2) + 512 + 200;
  return [
    ['least recently used', undefined],
    ['with tinyLfu()', tinyLfu({ entries: 2000 })],
  ].map(([name, admission]) => {
    const store = memoryStore({ maxBytes: 2000 * one, ...(admission && { admission }) });
    let hits = 0;
    const lookups = 200_000;
    for (let at = 0; at < lookups; at++) {
      // Every third call comes once and never again.
      const number = at % 3 === 0 ? keys + at : draw();
      if (store.get(keyOf(number)) !== undefined) hits++;
      else
        store.set(keyOf(number), { ...entryOf(`key ${number}`, 't'), body: body.subarray(0, 200) });
    }
    return { name, hits: hits / lookups };
  });
}

const sizes = JSON.parse(process.argv[2]);
// First, while the heap holds nothing else.
const store = stored(100_000);
const lookups = await exact();
for (const size of sizes) if (size <= 100_000) lookups.push(await words(size));
const queries = [];
for (const size of sizes) queries.push({ size, ...(await vectors(size)) });
lookups.push(...queries);
console.log(JSON.stringify({ lookups, queries, store, kept: kept() }));
