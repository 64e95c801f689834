// `pnpm bench memory [--runtime node|node24|bun] [--streams N] [--slow N] [--seconds N]`: what an open stream holds, what callers that do not read
// make the gateway hold, and what is left after minutes of load (--seconds 0 leaves that out).
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { check } from '../e2e/check.mjs';
import { hasRuntime, versionOf } from '../e2e/runtimes.mjs';
import { launch, stageWintergate, subjects } from '../e2e/subjects.mjs';
import { machineFacts, revision } from '../lib/machine.mjs';
import { ask, freePort, start, stop } from '../lib/processes.mjs';
import { table, writeSection } from '../lib/results.mjs';

const { values } = parseArgs({
  args: process.argv.slice(2),
  options: {
    runtime: { type: 'string', default: 'node' },
    streams: { type: 'string', default: '5000' },
    seconds: { type: 'string', default: '120' },
    slow: { type: 'string', default: '100' },
  },
});
const [streams, slow, seconds] = [values.streams, values.slow, values.seconds].map(Number);
const path = (name) => fileURLToPath(new URL(name, import.meta.url));
const staged = stageWintergate();
const wanted = ['pipe', 'core', 'all'].map((id) => subjects.find((it) => it.id === id));
const { runtime } = values;
if (!['node', 'node24', 'bun'].includes(runtime))
  throw new Error(`Choose "--runtime" from node, node24, bun: got "${runtime}"`);
if (!hasRuntime(runtime)) throw new Error(`"${runtime}" is not installed here`);
const isBun = runtime === 'bun';
const memoryArgs = [isBun ? '--preload' : '--import', path('hook.mjs')];
if (!isBun) memoryArgs.unshift('--expose-gc');
/** Bun's `fetch` has 256 calls under way at most unless it is told otherwise. */
const memoryEnv = isBun ? { BUN_CONFIG_MAX_HTTP_REQUESTS: '65336' } : {};
const place = versionOf(runtime);
const suffix = runtime === 'node' ? '' : `-${runtime}`;
const flags = runtime === 'node' ? '' : ` --runtime ${runtime}`;

const [rows, slowRows] = [[], []];
for (const subject of wanted) {
  const held = await openStreams(subject);
  const { waits, behind, taken } = held;
  const kilobytes = (bytes, callers, digits) => (bytes / callers / 1024).toFixed(digits);
  slowRows.push([
    subject.label,
    ...[waits.before, waits.during].map((ms) => ms.toFixed(0)),
    ...[taken, behind.rss, behind.heap].map((bytes) => kilobytes(bytes, slow, 0)),
  ]);
  console.log(slowRows.at(-1).join('  '));
  if (seconds === 0) continue;
  const drift = await load(subject);
  rows.push([
    subject.label,
    ...[held.rss, held.heap].map((bytes) => kilobytes(bytes, streams, 1)),
    ...[drift.first, drift.last].map((bytes) => (bytes / 1e6).toFixed(1)),
    `${((100 * (drift.last - drift.first)) / drift.first).toFixed(1)} %`,
  ]);
  console.log(rows.at(-1).join('  '));
}
const made = `on ${new Date().toISOString().slice(0, 10)}, revision ${revision()}. ${machineFacts()}.`;
show(`memory-slow${suffix}`, streams >= 1000, [
  `## Callers that do not read, on ${place}`,
  `\`pnpm bench memory${flags} --streams ${streams} --slow ${slow}\` ${made}`,
  table(
    [
      '',
      'ms until all have a word',
      'ms with slow callers',
      'kB taken for a slow caller',
      'of these resident',
      'in heap and buffers',
    ],
    slowRows,
  ),
  `Beside ${streams} open streams ${slow} more whose callers read nothing after the first event, while the upstream sends each up to 16 MB, as fast as it is taken, until nothing has been taken for two thirds of a second. Most of it lies in the buffers of the system; what the process itself holds must not grow with what is sent. One word is sent in each of the ${streams} before and after: how long until the last of them was read.`,
]);
show(`memory${suffix}`, seconds >= 60, [
  `## Memory on ${place}`,
  `\`pnpm bench memory${flags} --streams ${streams} --seconds ${seconds}\` ${made}`,
  table(
    [
      '',
      'kB a stream, resident',
      'kB a stream, heap',
      'MB of heap after a quarter',
      'MB at the end',
      'drift',
    ],
    rows,
  ),
  `${streams} streams that have shown one event and stay open, after garbage collection, against the same process before them. Then ${seconds} s of load in another process, JSON calls and streams in turn, each call never sent before: the cache may keep them, in at most 64 MiB and an index of 32 MiB, so that it is filled first.${isBun ? ' What Bun counts as heap holds an estimate of what lies outside of it, for streams far above what is resident.' : ''}`,
]);

/** Prints a section, and keeps it when it was measured as it should be. */
function show(id, keeps, parts) {
  if (!id.startsWith('memory-slow') && rows.length === 0) return;
  const markdown = parts.join('\n\n');
  console.log(`\n${markdown}\n`);
  if (keeps) writeSection(id, markdown);
}

/** A subject that can be asked what it holds. */
function startWatched(how, port) {
  const env = { ...how.env, ...memoryEnv };
  return start({ ...how, args: [...memoryArgs, ...how.args], env, port });
}

async function memoryOf(target) {
  const { memory } = await ask(target, { type: 'memory' });
  return { rss: memory.rss, heap: memory.heapUsed + memory.external };
}

async function openStreams(subject) {
  const holder = await start({ args: [path('holder.mjs')] });
  const client = await start({ args: [path('clients.mjs')] });
  const { port: upstreamPort } = await ask(holder, { type: 'listen' });
  const port = await freePort();
  const how = await launch(subject, { runtime, port, upstreamPort, staged });
  const target = await startWatched(how, port);
  try {
    // Compiled and warm first.
    await ask(client, { type: 'open', port, count: 200 });
    const empty = await memoryOf(target);
    await ask(client, { type: 'open', port, count: streams });
    const after = await memoryOf(target);
    const before = await timeOfWord(holder, client);
    const quiet = await memoryOf(target);
    await ask(client, { type: 'open', port, count: slow, slow: true });
    const taken = await takenAtLast(holder);
    const during = await timeOfWord(holder, client);
    const full = await memoryOf(target);
    return {
      ...difference(after, empty),
      ...{ taken, waits: { before, during }, behind: difference(full, quiet) },
    };
  } finally {
    await Promise.all([stop(target), stop(client), stop(holder)]);
  }
}

function difference(one, other) {
  return { rss: one.rss - other.rss, heap: one.heap - other.heap };
}

/** Milliseconds from a word in every stream until each caller that reads has it. */
async function timeOfWord(holder, client) {
  await ask(client, { type: 'attend' });
  const { at } = await ask(holder, { type: 'word' });
  const heard = await ask(client, { type: 'hear' });
  return (heard.at - at) / 1000;
}

/** Bytes that slow callers were sent, once these have not grown for two thirds of a second. */
async function takenAtLast(holder) {
  let before = -1;
  let { taken } = await ask(holder, { type: 'taken' });
  while (taken !== before) {
    before = taken;
    await sleep(667);
    ({ taken } = await ask(holder, { type: 'taken' }));
  }
  return taken;
}

async function load(subject) {
  const [port, upstreamPort] = [await freePort(), await freePort()];
  const upstream = await start({
    args: [path('../lib/upstream.mjs')],
    env: { PORT: String(upstreamPort) },
  });
  const generator = await start({ args: [path('../lib/load.mjs')] });
  const how = await launch(subject, { runtime, port, upstreamPort, staged });
  const target = await startWatched(how, port);
  try {
    const lengths = await check(subject, { port, upstreamPort, upstream, seed: 1 });
    const job = { mode: 'closed', connections: 32, port, upstreamPort, warmMs: 0 };
    const parts = 8;
    const heaps = [];
    for (let part = 0; part < parts; part++) {
      for (const kind of ['json', 'stream']) {
        const ms = (seconds * 1000) / parts / 2;
        await ask(generator, { ...job, kind, bodyBytes: lengths[kind], ms, seed: 10 + part });
      }
      heaps.push((await memoryOf(target)).heap);
    }
    return { first: heaps[parts / 4], last: heaps[parts - 1] };
  } finally {
    await Promise.all([stop(target), stop(upstream), stop(generator)]);
  }
}
