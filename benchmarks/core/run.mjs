// `pnpm bench core [--runtime node|bun] [--quick]`: what core itself costs, beside a baseline.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { installPeers } from '../e2e/peers.mjs';
import { bunBinary } from '../e2e/subjects.mjs';
import { machineFacts, revision } from '../lib/machine.mjs';
import { sseEvents } from '../lib/messages.mjs';
import { table, writeSection } from '../lib/results.mjs';
import { median, spread } from '../lib/samples.mjs';
import { stage } from '../lib/stage.mjs';

const { values } = parseArgs({
  args: process.argv.slice(2),
  options: {
    runtime: { type: 'string', default: 'both' },
    quick: { type: 'boolean', default: false },
  },
});
const path = (name) => fileURLToPath(new URL(name, import.meta.url));
const scale = { ns: 1e9, µs: 1e6 };
const [rounds, ms] = values.quick ? ['3', '20'] : ['9', '100'];

await installPeers();
const subjects = stage(path('subjects.mjs'));
const events = path('../.cache/events.json');
mkdirSync(path('../.cache'), { recursive: true });
writeFileSync(events, JSON.stringify(sseEvents));

for (const runtime of values.runtime === 'both' ? ['node', 'bun'] : [values.runtime]) {
  const command = runtime === 'bun' ? bunBinary : process.execPath;
  if (!existsSync(command)) continue;
  console.log(`core on ${runtime}: about ${values.quick ? 10 : 60} s …`);
  const args = [path('measure.mjs'), subjects, events, rounds, ms];
  const groups = JSON.parse(execFileSync(command, args, { encoding: 'utf8' }));
  const version = execFileSync(command, ['--version'], { encoding: 'utf8' })
    .trim()
    .replace('v', '');
  const markdown = render(runtime === 'bun' ? `Bun ${version}` : `Node ${version}`, groups);
  console.log(`\n${markdown}\n`);
  if (!values.quick) writeSection(`core-${runtime}`, markdown);
}

function render(runtime, groups) {
  const date = new Date().toISOString().slice(0, 10);
  const command = ['pnpm bench core', ...process.argv.slice(2)].join(' ');
  const head = [
    `## Core alone on ${runtime}`,
    `\`${command}\` on ${date}, revision ${revision()}. ${machineFacts()}. Medians of ${rounds} interleaved rounds of about ${ms} ms; ± is the distance between the slowest and the fastest round.`,
  ];
  return [...head, ...groups.map(renderGroup)].join('\n\n');
}

function renderGroup({ title, unit, bytes, names, times }) {
  const base = median(times[0]);
  const rows = names.map((name, index) => {
    const value = median(times[index]);
    const cells = [
      name,
      `${(value * scale[unit]).toFixed(unit === 'ns' ? 0 : 1)} ±${Math.round(spread(times[index]) * 100)} %`,
      (value / base).toFixed(2),
    ];
    return bytes === undefined ? cells : [...cells, (bytes / value / 1e6).toFixed(0)];
  });
  const columns = ['', unit, '÷ first line', ...(bytes === undefined ? [] : ['MB/s'])];
  return `**${title}**\n\n${table(columns, rows)}`;
}
