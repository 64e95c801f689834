// `pnpm bench start [--runtime node|node24|bun|deno|workerd,…] [--rounds N]`: from the start of a process to its first
// answer, bundled, and what importing costs.
import { parseArgs } from 'node:util';
import { installPeers } from '../e2e/peers.mjs';
import { hasRuntime, runtimeNames, versionOf } from '../e2e/runtimes.mjs';
import { machineFacts, revision } from '../lib/machine.mjs';
import { freePort, start, stop } from '../lib/processes.mjs';
import { table, writeSection } from '../lib/results.mjs';
import { median, spread } from '../lib/samples.mjs';

const { values } = parseArgs({
  args: process.argv.slice(2),
  options: {
    rounds: { type: 'string', default: '15' },
    runtime: { type: 'string', default: runtimeNames.join() },
  },
});
const rounds = Number(values.rounds);
const runtimes = values.runtime.split(',');
for (const runtime of runtimes) {
  if (!runtimeNames.includes(runtime))
    throw new Error(`Choose "--runtime" from ${runtimeNames.join(', ')}: got "${runtime}"`);
}
// Bun comes with the peers.
await installPeers();
const { importsBundle, startable } = await import('./bundles.mjs');
const { firstAnswer, importTime } = await import('./time.mjs');

const upstreamPort = await freePort();
const upstream = await start({
  args: [new URL('../lib/upstream.mjs', import.meta.url).pathname],
  env: { PORT: String(upstreamPort) },
});
const parts = [];
try {
  for (const runtime of runtimes) {
    if (hasRuntime(runtime)) parts.push(await measure(runtime));
    else console.log(`"${runtime}" is not installed here: left out`);
  }
} finally {
  await stop(upstream);
}
const date = new Date().toISOString().slice(0, 10);
const command = ['pnpm bench start', ...process.argv.slice(2)].join(' ');
const markdown = [
  '## Start',
  `\`${command}\` on ${date}, revision ${revision()}. ${machineFacts()}. ${rounds} alternating rounds, fresh processes, each a single bundled and minified file; medians, ± the distance between slowest and fastest.`,
  table(
    ['from process to first answer', 'ms', '÷ Hono', 'bundle kB', 'import of all six, ms'],
    parts.flat(),
  ),
  "Importing is that of all six, core and providers from a bundle, in a process that runs already and has loaded the host's own fetch. A Worker is asked from outside: its clock stands still while it starts. Cloudflare gives the start of a Worker one second.",
].join('\n\n');
console.log(`\n${markdown}\n`);
if (rounds >= 5 && runtimes.length === runtimeNames.length) writeSection('start', markdown);
else console.log('Not written to RESULTS.md: fewer than five rounds, or not every runtime');

/** @returns the rows of one runtime. */
async function measure(runtime) {
  const subjects = await startable(runtime, upstreamPort);
  const times = new Map(subjects.map(({ id }) => [id, []]));
  const importing = [];
  for (let round = 0; round < rounds; round++) {
    const order = round % 2 === 0 ? subjects : [...subjects].reverse();
    for (const subject of order) times.get(subject.id).push(await firstAnswer(subject));
    if (runtime !== 'workerd') importing.push(await importTime(runtime, importsBundle));
    console.log(`${runtime} ${round + 1}/${rounds}`);
  }
  const base = median(times.get('hono-constant'));
  return subjects.map(({ id, label, bytes }) => {
    const all = times.get(id);
    return [
      `${versionOf(runtime)}: ${label}`,
      spoken(all, 0),
      (median(all) / base).toFixed(2),
      (bytes / 1024).toFixed(0),
      id === 'all' && importing.length > 0 ? spoken(importing, 1) : '',
    ];
  });
}

function spoken(values, digits) {
  return `${median(values).toFixed(digits)} ±${Math.round(spread(values) * 100)} %`;
}
