// `pnpm bench core [--runtime node|bun] [--quick]`: what core itself costs, beside a baseline.
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { installPeers } from '../e2e/peers.mjs';
import { bunBinary } from '../e2e/runtimes.mjs';
import { measureGroups, renderGroup } from '../lib/groups.mjs';
import { machineFacts, revision } from '../lib/machine.mjs';
import { writeSection } from '../lib/results.mjs';
import { stage } from '../lib/stage.mjs';

const { values } = parseArgs({
  args: process.argv.slice(2),
  options: {
    runtime: { type: 'string', default: 'both' },
    quick: { type: 'boolean', default: false },
  },
});
const path = (name) => fileURLToPath(new URL(name, import.meta.url));
const [rounds, ms] = values.quick ? ['3', '20'] : ['9', '100'];

await installPeers();
const subjects = stage(path('subjects.mjs'));

for (const runtime of values.runtime === 'both' ? ['node', 'bun'] : [values.runtime]) {
  const command = runtime === 'bun' ? bunBinary : process.execPath;
  if (!existsSync(command)) continue;
  console.log(`core on ${runtime}: about ${values.quick ? 10 : 60} s …`);
  const groups = measureGroups(command, subjects, { rounds, ms, name: `core-${runtime}` });
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
