// `pnpm bench memory [--streams N] [--seconds N]`: what an open stream holds, and what is left after minutes of load.
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { check } from '../e2e/check.mjs';
import { launch, stageWintergate, subjects } from '../e2e/subjects.mjs';
import { machineFacts, revision } from '../lib/machine.mjs';
import { ask, freePort, start, stop } from '../lib/processes.mjs';
import { table, writeSection } from '../lib/results.mjs';

const { values } = parseArgs({
  args: process.argv.slice(2),
  options: {
    streams: { type: 'string', default: '5000' },
    seconds: { type: 'string', default: '120' },
  },
});
const [streams, seconds] = [Number(values.streams), Number(values.seconds)];
const path = (name) => fileURLToPath(new URL(name, import.meta.url));
const staged = stageWintergate();
const wanted = ['pipe', 'core', 'all'].map((id) => subjects.find((it) => it.id === id));
const memoryArgs = ['--expose-gc', '--import', path('hook.mjs')];

const rows = [];
for (const subject of wanted) {
  const held = await openStreams(subject);
  const drift = await load(subject);
  rows.push([
    subject.label,
    `${(held.rss / streams / 1024).toFixed(1)}`,
    `${(held.heap / streams / 1024).toFixed(1)}`,
    `${(drift.first / 1e6).toFixed(1)}`,
    `${(drift.last / 1e6).toFixed(1)}`,
    `${((100 * (drift.last - drift.first)) / drift.first).toFixed(1)} %`,
  ]);
  console.log(rows.at(-1).join('  '));
}
const columns = [
  '',
  'kB a stream, resident',
  'kB a stream, heap',
  'MB of heap after a quarter',
  'MB at the end',
  'drift',
];
const markdown = [
  `## Memory on Node ${process.versions.node}`,
  `\`pnpm bench memory --streams ${streams} --seconds ${seconds}\` on ${new Date().toISOString().slice(0, 10)}, revision ${revision()}. ${machineFacts()}.`,
  table(columns, rows),
  `${streams} streams that have shown one event and stay open, after garbage collection, against the same process before them. Then ${seconds} s of load in another process, JSON calls and streams in turn, each call never sent before: the cache may keep them, in at most 64 MiB and an index of 32 MiB, so that it is filled first.`,
].join('\n\n');
console.log(`\n${markdown}\n`);
if (streams >= 1000 && seconds >= 60) writeSection('memory', markdown);

async function memoryOf(target) {
  const { memory } = await ask(target, { type: 'memory' });
  return { rss: memory.rss, heap: memory.heapUsed + memory.external };
}

async function openStreams(subject) {
  const holder = await start({ args: [path('holder.mjs')] });
  const client = await start({ args: [path('holder.mjs')] });
  const { port: upstreamPort } = await ask(holder, { type: 'listen' });
  const port = await freePort();
  const how = await launch(subject, { runtime: 'node', port, upstreamPort, staged });
  const target = await start({ ...how, args: [...memoryArgs, ...how.args], port });
  try {
    // Compiled and warm first.
    await ask(client, { type: 'open', port, count: 200 });
    const before = await memoryOf(target);
    await ask(client, { type: 'open', port, count: streams });
    const after = await memoryOf(target);
    return { rss: after.rss - before.rss, heap: after.heap - before.heap };
  } finally {
    await Promise.all([stop(target), stop(client), stop(holder)]);
  }
}

async function load(subject) {
  const [port, upstreamPort] = [await freePort(), await freePort()];
  const upstream = await start({
    args: [path('../lib/upstream.mjs')],
    env: { PORT: String(upstreamPort) },
  });
  const generator = await start({ args: [path('../lib/load.mjs')] });
  const how = await launch(subject, { runtime: 'node', port, upstreamPort, staged });
  const target = await start({ ...how, args: [...memoryArgs, ...how.args], port });
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
