// `pnpm bench e2e [--quick] [--runtime node|node24|bun|deno|workerd,…] [--rounds N] [--ms N] [--only id,…] [--force]`: what a
// gateway costs, end to end, beside a bare pipe, a bare fetch proxy and a peer.
import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { foreignLoad } from '../lib/machine.mjs';
import { canPin, freePort, start, stop } from '../lib/processes.mjs';
import { writeSection } from '../lib/results.mjs';
import { findHalfRate, measureSubject } from './measure.mjs';
import { installPeers } from './peers.mjs';
import { writePlots } from './plots.mjs';
import { render } from './report.mjs';
import { hasRuntime, runtimeNames } from './runtimes.mjs';
import { namedFor, runsOn, stageWintergate, subjects } from './subjects.mjs';

const folder = fileURLToPath(new URL('../', import.meta.url));
const { values } = parseArgs({
  args: process.argv.slice(2),
  options: {
    quick: { type: 'boolean', default: false },
    runtime: { type: 'string', default: 'node,bun' },
    rounds: { type: 'string' },
    ms: { type: 'string' },
    only: { type: 'string' },
    force: { type: 'boolean', default: false },
  },
});
const rounds = Number(values.rounds ?? (values.quick ? 1 : 3));
const ms = Number(values.ms ?? (values.quick ? 800 : 2000));
const chosen = values.only?.split(',');
const runtimes = values.runtime.split(',');
for (const runtime of runtimes) {
  if (!runtimeNames.includes(runtime))
    throw new Error(`Choose "--runtime" from ${runtimeNames.join(', ')}: got "${runtime}"`);
}

await installPeers();
await refuseWhenBusy();
const staged = stageWintergate();
for (const runtime of runtimes) {
  if (hasRuntime(runtime)) await runAll(runtime);
  else console.log(`"${runtime}" is not installed here: left out`);
}

async function refuseWhenBusy() {
  const load = await foreignLoad();
  if (load === undefined || load < 0.15) return;
  console.error(
    `The machine is busy with other work (${load.toFixed(2)} cores): numbers would be wrong`,
  );
  if (!values.force) process.exit(1);
}

async function runAll(runtime) {
  const selected = subjects.filter(
    (it) => runsOn(it, runtime) && (chosen === undefined || chosen.includes(it.id)),
  );
  const [upstreamPort, vectorPort] = [await freePort(), await freePort()];
  const path = (name) => `${folder}lib/${name}`;
  const env = { PORT: String(upstreamPort) };
  const upstream = await start({ args: [path('upstream.mjs')], core: 1, env });
  const vectorEnv = { PORT: String(vectorPort) };
  const vectors = await start({ args: [path('vectors.mjs')], core: 1, env: vectorEnv });
  const load = await start({ args: [path('load.mjs')], core: 1 });
  const bench = { upstream, upstreamPort, vectors, vectorPort, load, runtime, staged, ms };
  const results = new Map(selected.map((it) => [it.id, []]));
  const failures = [];
  const started = Date.now();
  try {
    bench.halfRate = await findHalfRate(
      subjects.find(({ id }) => id === 'all'),
      bench,
    );
    console.log(`${runtime}: half of what all six take of JSON calls is ${bench.halfRate}/s`);
    for (let round = 0; round < rounds; round++) {
      // Every second round backwards, so that no subject always runs on a warmer or colder machine.
      const order = round % 2 === 0 ? selected : [...selected].reverse();
      for (const subject of order) await runOne(subject, round);
    }
  } finally {
    await Promise.all([stop(upstream), stop(vectors), stop(load)]);
  }
  const { halfRate } = bench;
  report(runtime, { results, failures, halfRate }, (Date.now() - started) / 1000);

  async function runOne(subject, round) {
    const place = `${runtime} ${round + 1}/${rounds} ${subject.id.padEnd(14)}`;
    try {
      const result = await measureSubject(subject, bench);
      results.get(subject.id).push(result);
      const shown = Object.entries(result).filter(([, it]) => it !== undefined);
      console.log(place, shown.map(([name, it]) => `${name} ${progress(name, it)}`).join('  '));
    } catch (error) {
      failures.push({ id: subject.id, round: round + 1, message: error.message });
      console.log(place, `FAILED: ${error.message}`);
    }
  }
}

function progress(name, { perSecond, latency, foreign }) {
  const value = name.endsWith('At')
    ? `p50 ${latency.p50.toFixed(2)} ms`
    : `${Math.round(perSecond)}/s`;
  return foreign > 0.1 ? `${value} (disturbed)` : value;
}

function report(runtime, { results, failures, halfRate }, seconds) {
  mkdirSync(`${folder}.cache`, { recursive: true });
  const raw = { runtime, rounds, ms, halfRate, results: Object.fromEntries(results), failures };
  writeFileSync(`${folder}.cache/e2e-${runtime}.json`, JSON.stringify(raw, null, 1));
  const command = ['pnpm bench e2e', ...process.argv.slice(2)].join(' ');
  const options = {
    runtime,
    results,
    failures,
    halfRate,
    subjects: subjects.map((it) => namedFor(it, runtime)),
    rounds,
    ms,
    seconds,
    command,
    pinned: canPin,
  };
  const partial = chosen !== undefined || values.quick || values.force;
  const pictures = partial ? '' : writePlots(options);
  const markdown = [render(options), pictures].filter(Boolean).join('\n\n');
  console.log(`\n${markdown}\n`);
  if (partial) console.log('Not written to RESULTS.md: --quick, --only or --force was given');
  else writeSection(`e2e-${runtime}`, markdown);
  if (failures.length > 0) process.exitCode = 1;
}
