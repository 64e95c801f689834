// `pnpm bench cache [--quick]`: how long lookups in a cache in memory take, by its size.
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { machineFacts, revision } from '../lib/machine.mjs';
import { table, writeSection } from '../lib/results.mjs';
import { stage } from '../lib/stage.mjs';

const { values } = parseArgs({
  args: process.argv.slice(2),
  options: { quick: { type: 'boolean', default: false } },
});
const sizes = values.quick ? [1000] : [1000, 10_000, 100_000];
const subjects = stage(fileURLToPath(new URL('subjects.mjs', import.meta.url)));
console.log(`cache: ${values.quick ? 'some seconds' : 'about two minutes'} …`);
const args = ['--max-old-space-size=8192', subjects, JSON.stringify(sizes)];
const results = JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8' }));
const rows = results.map(({ name, p50, p99, recall }) => [
  name,
  p50.toFixed(1),
  p99.toFixed(1),
  recall === undefined ? '' : `${(100 * recall).toFixed(1)} %`,
]);
const markdown = [
  `## Semantic cache: lookups on Node ${process.versions.node}`,
  `\`pnpm bench cache\` on ${new Date().toISOString().slice(0, 10)}, revision ${revision()}. ${machineFacts()}. One process, one call after the other, each timed by itself. An exact hit is the whole way through the handler, from a \`Request\` to its \`Response\`. The nearest of the index is compared with the one that was planted.`,
  table(['', 'p50 µs', 'p99 µs', 'nearest found'], rows),
].join('\n\n');
console.log(`\n${markdown}\n`);
if (!values.quick) writeSection('cache', markdown);
