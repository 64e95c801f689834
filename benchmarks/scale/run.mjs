// `pnpm bench scale [--rounds N] [--ms N]`: what a call costs on Node against its size, against how many come
// at once, against the number of middlewares, and against what the cache holds.
import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { check } from '../e2e/check.mjs';
import { installPeers } from '../e2e/peers.mjs';
import { versionOf } from '../e2e/runtimes.mjs';
import { launch, stageWintergate, subjects } from '../e2e/subjects.mjs';
import { machineFacts, revision } from '../lib/machine.mjs';
import { ask, freePort, processorSeconds, start, stop } from '../lib/processes.mjs';
import { table, writeSection } from '../lib/results.mjs';
import { median } from '../lib/samples.mjs';
import { lineChart } from '../lib/svg.mjs';

const { values } = parseArgs({
  args: process.argv.slice(2),
  options: {
    rounds: { type: 'string', default: '3' },
    ms: { type: 'string', default: '1000' },
  },
});
const [rounds, ms] = [Number(values.rounds), Number(values.ms)];
const path = (name) => fileURLToPath(new URL(name, import.meta.url));
const kilobyte = 1024;
const sizes = [1, 4, 16, 64, 256, 1024].map((it) => it * kilobyte);
const crowds = [1, 4, 16, 64, 256, 1000];
const chain = ['logger', 'rateLimit', 'promptGuard', 'modelRouter', 'semanticCache', 'failover'];
/** The chain as it grows, from nothing to all six. */
const growing = ['none', ...chain.map((_, at) => chain.slice(0, at + 1).join(','))];
const fillings = [0, 2_000, 5_000, 10_000, 20_000, 40_000];
const peers = ['pipe', 'hono-fetch', 'portkey', 'core', 'all'].map((id) =>
  subjects.find((it) => it.id === id),
);

await installPeers();
const staged = stageWintergate();
const [sized, crowded] = [new Map(), new Map()];
const [grown, filled] = [[], []];
for (let round = 0; round < rounds; round++) {
  const order = round % 2 === 0 ? peers : [...peers].reverse();
  for (const subject of order) {
    await inProcess(subject, async (run) => {
      for (const size of sizes) note(sized, subject, size, await run({ size }));
      for (const connections of crowds)
        note(
          crowded,
          subject,
          connections,
          await run({ connections, ms: Math.max(ms, 3 * connections) }),
        );
    });
    console.log(`round ${round + 1}/${rounds}: ${subject.id}`);
  }
  for (const [at, middleware] of growing.entries()) {
    await inProcess({ id: 'chain', middleware, plan: 'full' }, async (run) => {
      (grown[at] ??= []).push((await run({})).cost);
    });
  }
  await inProcess(
    subjects.find((it) => it.id === 'cache'),
    async (run, call) => {
      let held = 0;
      for (const [at, filling] of fillings.entries()) {
        for (; held < filling; held = call.stored()) await run({ ms: 500 });
        (filled[at] ??= []).push((await run({})).cost);
      }
    },
  );
  console.log(`round ${round + 1}/${rounds}: chain and cache`);
}
report();

/** A fresh process, checked and warm. `run` answers calls a second, processor time a call and p99. */
async function inProcess(subject, work) {
  const [port, upstreamPort] = [await freePort(), await freePort()];
  const env = { PORT: String(upstreamPort) };
  const upstream = await start({ args: [path('../lib/upstream.mjs')], core: 1, env });
  const load = await start({ args: [path('../lib/load.mjs')], core: 1 });
  const how = await launch(subject, { runtime: 'node', port, upstreamPort, staged });
  const target = await start({ ...how, core: 0, port });
  let seed = 1;
  let sent = 0;
  try {
    const { json: bodyBytes } = await check(subject, { port, upstreamPort, upstream, seed });
    const run = async (job) => {
      const before = processorSeconds(target.pid);
      // What the run before left behind is answered first.
      const own = { mode: 'closed', kind: 'json', connections: 32, warmMs: 500, ms, ...job };
      const { result } = await ask(load, { ...own, port, upstreamPort, bodyBytes, seed: ++seed });
      sent += result.sent;
      const cost = ((processorSeconds(target.pid) - before) * 1e6) / result.sent;
      return { perSecond: result.perSecond, cost, p99: result.latency?.p99 ?? Number.NaN };
    };
    for (let at = 0; at < 3; at++) await run({ ms: 1500 });
    await work(run, { stored: () => sent });
  } finally {
    await Promise.all([stop(target), stop(upstream), stop(load)]);
  }
}

function note(into, { id }, at, result) {
  const key = `${id} ${at}`;
  if (!into.has(key)) into.set(key, []);
  into.get(key).push(result);
}

function report() {
  const middle = (into, id, at, pick) => median(into.get(`${id} ${at}`).map(pick));
  const label = ({ label: text }) => text.replaceAll('`', '');
  const kilobytes = (bytes) => `${bytes / kilobyte} kB`;
  const costOfSize = (id, size) => middle(sized, id, size, (it) => it.cost);
  const rate = (id, crowd) => middle(crowded, id, crowd, (it) => it.perSecond);
  const slowest = (id, crowd) => middle(crowded, id, crowd, (it) => it.p99);
  const whole = (value) => Math.round(value).toLocaleString('en-US');
  const title = versionOf('node');
  mkdirSync(path('../plots'), { recursive: true });
  plot('size', `Cost of a call against its size on ${title}`, 'body, kB', 'µs', {
    xs: sizes.map((it) => it / kilobyte),
    lines: peers.map((it) => [label(it), sizes.map((size) => costOfSize(it.id, size))]),
  });
  plot('concurrency', `Calls a second against calls at once on ${title}`, 'at once', 'a second', {
    xs: crowds,
    lines: peers.map((it) => [label(it), crowds.map((crowd) => rate(it.id, crowd))]),
  });
  const markdown = [
    `## What a call costs, against what on ${title}`,
    `\`${['pnpm bench scale', ...process.argv.slice(2)].join(' ')}\` on ${new Date().toISOString().slice(0, 10)}, revision ${revision()}. ${machineFacts()}. JSON calls as in the end-to-end benchmark, each never sent before; ${rounds} rounds of ${ms} ms, fresh processes, medians. "µs" is processor time of the subject.`,
    '**Bytes of a call** (earlier turns make it up), µs a call',
    table(
      ['', ...sizes.map(kilobytes)],
      peers.map((it) => [it.label, ...sizes.map((size) => whole(costOfSize(it.id, size)))]),
    ),
    '![cost against size](plots/scale-size.svg)',
    '**Calls at once**, calls a second / p99 in milliseconds',
    table(
      ['', ...crowds.map(String)],
      peers.map((it) => [
        it.label,
        ...crowds.map((crowd) =>
          rate(it.id, crowd) > 0
            ? `${whole(rate(it.id, crowd))} / ${slowest(it.id, crowd).toFixed(1)}`
            : '–',
        ),
      ]),
    ),
    '![throughput against concurrency](plots/scale-concurrency.svg)',
    '**Number of middlewares**, µs a call',
    table(
      ['', 'nothing', ...chain.map((name) => `+ \`${name}()\``)],
      [['µs', ...grown.map((all) => whole(median(all)))]],
    ),
    '**Calls that the cache has stored** (the cache alone; its bounds let the oldest go), µs a miss',
    table(['', ...fillings.map(whole)], [['µs', ...filled.map((all) => whole(median(all)))]]),
  ].join('\n\n');
  console.log(`\n${markdown}\n`);
  if (rounds >= 2) writeSection('scale', markdown);
}

function plot(name, title, x, y, { xs, lines }) {
  const all = lines.flatMap(([, ys]) => ys).filter((value) => value > 0);
  const from = 10 ** Math.floor(Math.log10(Math.min(...all)));
  const to = 10 ** Math.ceil(Math.log10(Math.max(...all)));
  const powers = Array.from({ length: Math.log10(to / from) + 1 }, (_, at) => from * 10 ** at);
  const show = (value) => value.toLocaleString('en-US');
  const svg = lineChart({
    title,
    x: { label: x, from: xs[0], to: xs.at(-1), log: true, ticks: xs, show: String },
    y: { label: y, from, to, log: true, ticks: powers, show },
    series: lines.map(([label, ys]) => ({
      label,
      points: ys.map((value, at) => [xs[at], value]).filter(([, value]) => value > 0),
    })),
  });
  writeFileSync(path(`../plots/scale-${name}.svg`), svg);
}
