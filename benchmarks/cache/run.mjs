// `pnpm bench cache [--quick] [--large]`: how long lookups in a cache in memory take, by its size; what it holds.
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { machineFacts, revision } from '../lib/machine.mjs';
import { table, writeSection } from '../lib/results.mjs';
import { stage } from '../lib/stage.mjs';
import { lineChart } from '../lib/svg.mjs';

const { values } = parseArgs({
  args: process.argv.slice(2),
  options: {
    quick: { type: 'boolean', default: false },
    large: { type: 'boolean', default: false },
  },
});
const sizes = values.quick ? [1000] : [1000, 10_000, 30_000, 100_000];
if (values.large) sizes.push(1_000_000);
const subjects = stage(fileURLToPath(new URL('subjects.mjs', import.meta.url)));
console.log(`cache: ${values.quick ? 'some seconds' : 'about two minutes'} …`);
const args = ['--expose-gc', '--max-old-space-size=8192', subjects, JSON.stringify(sizes)];
const results = JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8' }));
const { lookups, queries, store, kept } = results;
const rows = lookups.map(({ name, p50, p99, recall }) => [
  name,
  p50.toFixed(1),
  p99.toFixed(1),
  recall === undefined ? '' : `${(100 * recall).toFixed(1)} %`,
]);
const markdown = [
  `## Semantic cache: lookups on Node ${process.versions.node}`,
  `\`${['pnpm bench cache', ...process.argv.slice(2)].join(' ')}\` on ${new Date().toISOString().slice(0, 10)}, revision ${revision()}. ${machineFacts()}. One process, one call after the other, each timed by itself. An exact hit is the whole way through the handler, from a \`Request\` to its \`Response\`. The nearest of the index is compared with the one that was planted.`,
  table(['', 'p50 µs', 'p99 µs', 'nearest found'], rows),
  '![time of a vector query against the size of its scope](plots/cache-vectors.svg)',
  table(
    ['memoryStore(), 100,000 entries with answers of 1 kB', ''],
    [
      ['inserts a second', Math.round(store.insertsPerSecond).toLocaleString('en')],
      ['bytes an entry, measured', Math.round(store.bytesPerEntry)],
      ['bytes an entry, as maxBytes counts them', Math.round(store.countedPerEntry)],
      [
        'bytes in use under pressure, of maxBytes',
        `${percent(store.lowest)} to ${percent(store.highest)}`,
      ],
    ],
  ),
  table(
    ['Zipf over ten times the room, every third call comes once', 'hits'],
    kept.map(({ name, hits }) => [name, percent(hits)]),
  ),
].join('\n\n');
console.log(`\n${markdown}\n`);
if (!values.quick) {
  writeSection('cache', markdown);
  const plots = fileURLToPath(new URL('../plots/', import.meta.url));
  mkdirSync(plots, { recursive: true });
  const most = Math.max(...queries.map(({ p99 }) => p99)) / 1000;
  const chart = lineChart({
    title: 'Vector query by size of the scope',
    x: {
      ...{ label: 'items in the scope', from: 3, to: values.large ? 6 : 5 },
      ...{ ticks: values.large ? 3 : 2, show: (value) => (10 ** value).toLocaleString('en') },
    },
    y: { label: 'ms', from: 0, to: Math.ceil(most), ticks: 4, show: (value) => value.toFixed(2) },
    series: ['p50', 'p99'].map((label) => ({
      label,
      points: queries.map((one) => [Math.log10(one.size), one[label] / 1000]),
    })),
  });
  writeFileSync(`${plots}cache-vectors.svg`, chart);
}

function percent(share) {
  return `${(100 * share).toFixed(1)} %`;
}
